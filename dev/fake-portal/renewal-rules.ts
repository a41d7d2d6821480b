import { planOf, serviceOf } from './catalogue';
import { invalid } from './envelope';
import { digitsOf, expectField, onlyKeys, type Fields } from './json-fields';
import {
  checkApplianceTerms,
  checkPresentPlan,
  checkSameYears,
  checkServiceLine,
  checkYearlyTerms,
  planAlone,
  planAndServices,
  PLAN_KEYS,
  refuseTwice,
  SERVICE_KEYS,
  wantPlan,
} from './line-rules';
import type { ActiveService, PbxState } from './pbx-state';

/**
 * The plan as it is, with the present number of extensions, and all of its services (tutorial "Renew License for
 * P-Series Software Edition"). @throws Refused
 */
export function checkRenewal(lines: readonly Fields[], pbx: PbxState): void {
  const { planLine, serviceLines } = planAndServices(lines);
  onlyKeys(planLine, [...PLAN_KEYS, 'quantity'], 'a plan line');
  checkYearlyTerms(planLine, 'renew');
  checkPresentPlan(planLine, wantPlan(planLine, '12'), pbx);
  expectField(
    planLine,
    'quantity',
    `the present number of extensions, ${pbx.extensions}`,
    (value) => digitsOf(value) === String(pbx.extensions),
  );
  for (const line of serviceLines) checkService(line, pbx);
  checkSameYears(lines, 'on the other lines');
  refuseTwice(serviceLines);
  refuseLeftOut(serviceLines, pbx);
}

/** The plan as it is, by the cycle that runs (tutorial "Renew Subscription Plan for P-Series Appliance Edition"). @throws Refused */
export function checkApplianceRenewal(lines: readonly Fields[], pbx: PbxState): void {
  const line = planAlone(lines);
  onlyKeys(line, PLAN_KEYS, 'a plan line');
  checkApplianceTerms(line, 'renew');
  checkPresentPlan(line, wantPlan(line, '11'), pbx);
  const { cycle } = pbx.term;
  expectField(line, 'billingCycle', `the cycle that runs, "${cycle}"`, (value) => value === cycle);
}

function checkService(line: Fields, pbx: PbxState): void {
  checkServiceLine(line, SERVICE_KEYS, pbx.planId);
  checkYearlyTerms(line, 'renew');
  const active = pbx.services.find(({ serviceId }) => serviceId === digitsOf(line.serviceId));
  const known = pbx.services.map(nameOf).join(', ') || 'none';
  expectField(line, 'serviceId', `the id of a service that the PBX has (${known})`, () => !!active);
  const { quantity } = active!;
  if (quantity === undefined) {
    expectField(line, 'quantity', `none for ${nameOf(active!)}`, (value) => value === undefined);
  } else {
    expectField(
      line,
      'quantity',
      `the present number of ${nameOf(active!)}, ${quantity}`,
      (value) => digitsOf(value) === String(quantity),
    );
  }
}

function refuseLeftOut(serviceLines: readonly Fields[], { planId, services }: PbxState): void {
  const renewed = serviceLines.map(({ serviceId }) => digitsOf(serviceId));
  const leftOut = services.filter(({ serviceId }) => !renewed.includes(serviceId));
  if (leftOut.length === 0) return;
  const plan = planOf(planId)!.planName;
  throw invalid(
    `serviceList: ${plan} is renewed together with all its services; left out: ${leftOut.map(nameOf).join(', ')}`,
  );
}

function nameOf({ serviceId }: ActiveService): string {
  return `${serviceOf(serviceId)!.serviceName} ${serviceId}`;
}
