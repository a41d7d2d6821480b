import { PLANS, serviceOf, type Plan, type ProductId, type Service } from './catalogue';
import { invalid } from './envelope';
import { digitsOf, expectField, fieldsOf, onlyKeys, type Fields } from './json-fields';
import type { PbxState } from './pbx-state';

const TERMS = ['purchaseType', 'billingModel', 'billingCycle', 'multiCycle'];

/** The fields of a plan line, and those of a service line; which of them an operation has, its tutorial says. */
export const PLAN_KEYS = ['serviceType', 'serviceId', ...TERMS];
export const SERVICE_KEYS = [...PLAN_KEYS, 'quantity', 'connectionPlanId'];

export type PurchaseType = 'purchase' | 'renew' | 'switch' | 'trial';

/** @throws Refused */
export function linesOf(list: unknown): Fields[] {
  if (!Array.isArray(list) || list.length === 0) throw invalid('serviceList: expected a list of lines');
  return list.map((line) => fieldsOf(line, 'a line of serviceList'));
}

/** @throws Refused unless exactly one line is of a plan */
export function planAndServices(lines: readonly Fields[]): { planLine: Fields; serviceLines: Fields[] } {
  const [planLine, ...others] = lines.filter((line) => line.serviceType === 'plan');
  if (planLine === undefined || others.length > 0) {
    throw invalid('serviceList: expected exactly one line with serviceType "plan"');
  }
  return { planLine, serviceLines: lines.filter((line) => line !== planLine) };
}

/** @throws Refused unless the line of a plan is all there is */
export function planAlone(lines: readonly Fields[]): Fields {
  const { planLine, serviceLines } = planAndServices(lines);
  if (serviceLines.length > 0) throw invalid('serviceList: expected the line of the plan alone');
  return planLine;
}

/** @throws Refused */
export function wantPlan(line: Fields, productId: ProductId): Plan {
  const plan = PLANS[productId].find(({ planId }) => planId === digitsOf(line.serviceId));
  expectField(
    line,
    'serviceId',
    `the id of a plan of product ${productId} as a bare number, digit for digit`,
    () => !!plan,
  );
  return plan!;
}

/** What every service line has: its type, and its plan. @throws Refused */
export function checkServiceLine(line: Fields, keys: readonly string[], planId: string): void {
  onlyKeys(line, keys, 'a service line');
  expectField(line, 'serviceType', '"plan" or "service"', (value) => value === 'service');
  expectField(
    line,
    'connectionPlanId',
    `the plan's id ${planId} as a bare number, digit for digit`,
    (value) => digitsOf(value) === planId,
  );
}

/** @throws Refused where there is no such service, or not with this plan */
export function wantService(line: Fields, plan: Plan): Service {
  const service = serviceOf(digitsOf(line.serviceId) ?? '');
  expectField(line, 'serviceId', 'the id of a service as a bare number, digit for digit', () => !!service);
  checkSoldWith(service!, plan);
  return service!;
}

function checkSoldWith({ serviceId, serviceName }: Service, plan: Plan): void {
  if (plan.services.includes(serviceId)) return;
  const names = PLANS['12']
    .filter(({ services }) => services.includes(serviceId))
    .map(({ planName }) => planName);
  throw invalid(
    `serviceId: ${serviceName} is sold with the plan ${names.join(' or ')} only, not with ${plan.planName}`,
  );
}

/** What is bought for a PBX that has a plan comes neither with its first plan nor to try. @throws Refused */
export function refuseExpansion({ serviceName, expands }: Service): void {
  if (expands === undefined) return;
  throw invalid(
    `serviceId: ${serviceName} is for a PBX that has a plan, with the operation purchase_service`,
  );
}

/** @throws Refused */
export function checkQuantity(line: Fields, { serviceName, pricedByQuantity }: Service): void {
  if (pricedByQuantity) expectField(line, 'quantity', `1 or more of ${serviceName}`, isCount);
  else expectField(line, 'quantity', `none for ${serviceName}`, (value) => value === undefined);
}

/** Of the Software Edition: by the year. @throws Refused */
export function checkYearlyTerms(line: Fields, purchaseType: PurchaseType): void {
  checkRecurring(line, purchaseType);
  expectField(line, 'billingCycle', 'the text "annually"', (value) => value === 'annually');
  checkYears(line);
}

/** Of the Appliance Edition: by the month or by the year. @throws Refused */
export function checkApplianceTerms(line: Fields, purchaseType: PurchaseType): void {
  checkRecurring(line, purchaseType);
  expectField(
    line,
    'billingCycle',
    'the text "monthly" or "annually"',
    (value) => value === 'monthly' || value === 'annually',
  );
  if (line.billingCycle === 'annually') checkYears(line);
  else expectField(line, 'multiCycle', 'the number 0 for a month', (value) => digitsOf(value) === '0');
}

function checkRecurring(line: Fields, purchaseType: PurchaseType): void {
  checkPurchaseType(line, purchaseType);
  expectField(line, 'billingModel', 'the text "recurring"', (value) => value === 'recurring');
}

/** @throws Refused */
export function checkPurchaseType(line: Fields, purchaseType: PurchaseType): void {
  expectField(line, 'purchaseType', `the text "${purchaseType}"`, (value) => value === purchaseType);
}

function checkYears(line: Fields): void {
  expectField(line, 'multiCycle', 'the number 1, 2, 3, 4 or 5', (value) =>
    /^[1-5]$/.test(digitsOf(value) ?? ''),
  );
}

/** @throws Refused where a line has another multiCycle than the first */
export function checkSameYears(lines: readonly Fields[], whose: string): void {
  const [first, ...others] = lines;
  const years = digitsOf(first!.multiCycle);
  for (const line of others) {
    expectField(line, 'multiCycle', `the same as ${whose}`, (value) => digitsOf(value) === years);
  }
}

/** @throws Refused where a service stands in two lines */
export function refuseTwice(lines: readonly Fields[]): void {
  const ids = lines.map(({ serviceId }) => digitsOf(serviceId)!);
  const twice = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twice !== undefined) throw invalid(`serviceList: the service ${twice} stands in two lines`);
}

/** @throws Refused unless the plan of a line is the one that the PBX has */
export function checkPresentPlan(line: Fields, plan: Plan, { planId }: PbxState): void {
  expectField(
    line,
    'serviceId',
    `the id of the plan that the PBX has, ${planId}`,
    () => plan.planId === planId,
  );
}

export function isCount(value: unknown): boolean {
  return /^[1-9]\d*$/.test(digitsOf(value) ?? '');
}
