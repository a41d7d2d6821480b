import type { Plan } from './catalogue';
import { digitsOf, expectField, onlyKeys, type Fields } from './json-fields';
import {
  checkPurchaseType,
  checkServiceLine,
  planAndServices,
  refuseExpansion,
  refuseTwice,
  wantPlan,
  wantService,
} from './line-rules';

const PLAN_KEYS = ['serviceType', 'serviceId', 'purchaseType', 'multiCycle'];

/**
 * A plan to try, and services to try with it: neither quantity, billing model nor cycle (tutorial "Get Free Trial
 * License for P-Series Software Edition"). @throws Refused
 */
export function checkTrial(lines: readonly Fields[]): void {
  const { planLine, serviceLines } = planAndServices(lines);
  onlyKeys(planLine, PLAN_KEYS, 'a plan line');
  checkTerms(planLine);
  const plan = wantPlan(planLine, '12');
  for (const line of serviceLines) checkService(line, plan);
  refuseTwice(serviceLines);
}

function checkService(line: Fields, plan: Plan): void {
  checkServiceLine(line, [...PLAN_KEYS, 'connectionPlanId'], plan.planId);
  checkTerms(line);
  refuseExpansion(wantService(line, plan));
}

function checkTerms(line: Fields): void {
  checkPurchaseType(line, 'trial');
  expectField(line, 'multiCycle', 'the number 0', (value) => digitsOf(value) === '0');
}
