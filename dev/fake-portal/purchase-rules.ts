import type { Plan } from './catalogue';
import { expectField, onlyKeys, type Fields } from './json-fields';
import {
  checkApplianceTerms,
  checkQuantity,
  checkSameYears,
  checkServiceLine,
  checkYearlyTerms,
  isCount,
  planAlone,
  planAndServices,
  PLAN_KEYS,
  refuseExpansion,
  SERVICE_KEYS,
  wantPlan,
  wantService,
} from './line-rules';

/** One plan, and services that go with it (vendor tutorial, the table and step 4). @throws Refused */
export function checkPurchase(lines: readonly Fields[]): void {
  const { planLine, serviceLines } = planAndServices(lines);
  const plan = checkPlan(planLine);
  for (const line of serviceLines) checkService(line, plan, planLine);
}

/** One plan, by the month or by the year (tutorial "Purchase Plan for P-Series Appliance Edition"). @throws Refused */
export function checkAppliancePurchase(lines: readonly Fields[]): void {
  const line = planAlone(lines);
  onlyKeys(line, PLAN_KEYS, 'a plan line');
  checkApplianceTerms(line, 'purchase');
  wantPlan(line, '11');
}

function checkPlan(line: Fields): Plan {
  onlyKeys(line, [...PLAN_KEYS, 'quantity'], 'a plan line');
  checkYearlyTerms(line, 'purchase');
  const plan = wantPlan(line, '12');
  expectField(line, 'quantity', 'the number of extensions, 1 or more', isCount);
  return plan;
}

function checkService(line: Fields, plan: Plan, planLine: Fields): void {
  checkServiceLine(line, SERVICE_KEYS, plan.planId);
  checkYearlyTerms(line, 'purchase');
  checkSameYears([planLine, line], "the plan's");
  const service = wantService(line, plan);
  refuseExpansion(service);
  checkQuantity(line, service);
}
