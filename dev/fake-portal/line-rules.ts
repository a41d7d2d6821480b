import { PLANS, SERVICES, type Plan, type Service } from './catalogue';
import { invalid } from './envelope';
import { digitsOf, expectField, fieldsOf, onlyKeys, type Fields } from './json-fields';

const PLAN_KEYS = [
  'serviceType',
  'serviceId',
  'quantity',
  'purchaseType',
  'billingModel',
  'billingCycle',
  'multiCycle',
];
const SERVICE_KEYS = [...PLAN_KEYS, 'connectionPlanId'];

/**
 * Checks `serviceList`: one plan, and services that go with it (vendor tutorial, the table and step 4).
 *
 * @throws Refused
 */
export function checkLines(list: unknown): void {
  if (!Array.isArray(list) || list.length === 0) throw invalid('serviceList: expected a list of lines');
  const lines = list.map((line) => fieldsOf(line, 'a line of serviceList'));
  const [planLine, ...others] = lines.filter((line) => line.serviceType === 'plan');
  if (planLine === undefined || others.length > 0) {
    throw invalid('serviceList: expected exactly one line with serviceType "plan"');
  }
  const plan = checkPlan(planLine);
  const years = digitsOf(planLine.multiCycle);
  for (const line of lines) if (line !== planLine) checkService(line, plan, years);
}

function checkPlan(line: Fields): Plan {
  onlyKeys(line, PLAN_KEYS, 'a plan line');
  checkTerms(line);
  const plan = PLANS.find(({ planId }) => planId === digitsOf(line.serviceId));
  expectField(line, 'serviceId', 'the id of a plan as a bare number, digit for digit', () => !!plan);
  expectField(line, 'quantity', 'the number of extensions, 1 or more', isCount);
  return plan!;
}

function checkService(line: Fields, plan: Plan, years: string | undefined): void {
  onlyKeys(line, SERVICE_KEYS, 'a service line');
  expectField(line, 'serviceType', '"plan" or "service"', (value) => value === 'service');
  checkTerms(line);
  expectField(line, 'multiCycle', "the same as the plan's", (value) => digitsOf(value) === years);
  expectField(
    line,
    'connectionPlanId',
    `the plan's id ${plan.planId} as a bare number, digit for digit`,
    (value) => digitsOf(value) === plan.planId,
  );
  const service = SERVICES.find(({ serviceId }) => serviceId === digitsOf(line.serviceId));
  expectField(line, 'serviceId', 'the id of a service as a bare number, digit for digit', () => !!service);
  checkSoldWith(service!, plan);
  checkQuantity(line, service!);
}

function checkSoldWith({ serviceId, serviceName }: Service, plan: Plan): void {
  if (plan.services.includes(serviceId)) return;
  const names = PLANS.filter(({ services }) => services.includes(serviceId)).map(({ planName }) => planName);
  throw invalid(
    `serviceId: ${serviceName} is sold with the plan ${names.join(' or ')} only, not with ${plan.planName}`,
  );
}

function checkQuantity(line: Fields, { serviceName, pricedByQuantity }: Service): void {
  if (pricedByQuantity) expectField(line, 'quantity', `1 or more of ${serviceName}`, isCount);
  else expectField(line, 'quantity', `none for ${serviceName}`, (value) => value === undefined);
}

function checkTerms(line: Fields): void {
  expectField(line, 'purchaseType', 'the text "purchase"', (value) => value === 'purchase');
  expectField(line, 'billingModel', 'the text "recurring"', (value) => value === 'recurring');
  expectField(line, 'billingCycle', 'the text "annually"', (value) => value === 'annually');
  expectField(line, 'multiCycle', 'the number 1, 2, 3, 4 or 5', (value) =>
    /^[1-5]$/.test(digitsOf(value) ?? ''),
  );
}

function isCount(value: unknown): boolean {
  return /^[1-9]\d*$/.test(digitsOf(value) ?? '');
}
