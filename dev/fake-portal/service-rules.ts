import { planOf } from './catalogue';
import { invalid } from './envelope';
import { digitsOf, expectField, type Fields } from './json-fields';
import {
  checkQuantity,
  checkSameYears,
  checkServiceLine,
  checkYearlyTerms,
  refuseTwice,
  SERVICE_KEYS,
  wantService,
} from './line-rules';
import type { PbxState } from './pbx-state';

/**
 * More extensions or concurrent calls (tutorial "Expand Extensions or Concurrent Calls for P-Series Software
 * Edition"), or services that the PBX does not have ("Subscribe to Service for P-Series Software Edition"); each
 * tutorial knows its own alone. `multiCycle` is not documented of either. @throws Refused
 */
export function checkMoreServices(lines: readonly Fields[], pbx: PbxState): void {
  if (lines.some(({ serviceType }) => serviceType === 'plan')) {
    throw invalid('serviceList: expected no line with serviceType "plan"');
  }
  const expanding = lines.filter((line) => checkService(line, pbx).expands !== undefined);
  if (expanding.length > 0 && expanding.length < lines.length) {
    throw invalid('serviceList: expected either expansions or services that are new, not both');
  }
  checkSameYears(lines, 'on the other lines');
  refuseTwice(lines);
}

function checkService(line: Fields, { planId, services }: PbxState) {
  checkServiceLine(line, SERVICE_KEYS, planId);
  checkYearlyTerms(line, 'purchase');
  const service = wantService(line, planOf(planId)!);
  const isThere = services.some(({ serviceId }) => serviceId === digitsOf(line.serviceId));
  expectField(
    line,
    'serviceId',
    `a service that the PBX does not have; ${service.serviceName} is there already`,
    () => service.expands !== undefined || !isThere,
  );
  checkQuantity(line, service);
  return service;
}
