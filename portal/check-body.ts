import { isLosslessNumber, parse } from 'lossless-json';
import type { OperationRule } from '../domain/operations';
import { Refusal } from '../domain/refusal';

type Fields = Record<string, unknown>;

/**
 * The last check before money is spent, of the text that would be sent: whatever a builder did, an order that breaks a
 * rule of its operation goes no further (vendor page "Create an Order" and the tutorial of the operation).
 *
 * @throws Refusal OrderNotAllowed
 */
export function checkBody(text: string, rule: OperationRule): void {
  const problem = problemOf(parse(text) as Fields, rule);
  if (problem === undefined) return;
  throw new Refusal(
    'OrderNotAllowed',
    `The order breaks a rule of ${rule.operation}: ${problem}. Nothing was ordered. Report this to whoever maintains Wonce.`,
  );
}

function problemOf(body: Fields, rule: OperationRule): string | undefined {
  const lines = (body.serviceList ?? []) as Fields[];
  const plans = lines.filter(({ serviceType }) => serviceType === 'plan');
  const services = lines.filter(({ serviceType }) => serviceType === 'service');
  return (
    headProblem(body, rule) ??
    (plans.length + services.length === lines.length && lines.length > 0
      ? undefined
      : 'its lines are plans and services, at least one') ??
    planProblem(plans, services, rule) ??
    serviceProblem(plans, services) ??
    lines.map((line) => termProblem(line, rule)).find((problem) => problem !== undefined) ??
    sameTermProblem(lines)
  );
}

function headProblem(body: Fields, rule: OperationRule): string | undefined {
  const isOfPbx = body.productNo !== undefined;
  const mayBeNew = rule.licenses.includes('new');
  const mayBeOfPbx = rule.licenses.includes('existing');
  return firstOf([
    [body.operationType === rule.operationType, `operationType is ${rule.operationType}`],
    [isOfPbx ? mayBeOfPbx : mayBeNew, isOfPbx ? 'it has no serial number' : 'it has a serial number'],
    [!isOfPbx || body.partnerId === undefined, 'a serial number and a partner exclude each other'],
    [
      rule.isBilled === (body.billingId !== undefined),
      `it has ${rule.isBilled ? 'a' : 'no'} billing contact`,
    ],
    [body.assignId === undefined || rule.may.includes('activationMailTo'), 'nobody else gets a mail'],
  ]);
}

function planProblem(plans: Fields[], services: Fields[], rule: OperationRule): string | undefined {
  const [plan] = plans;
  const maySell = rule.operation !== 'switch-plan' && (rule.product === 'software' || services.length === 0);
  return firstOf([
    [
      plans.length === (rule.planLine === 'none' ? 0 : 1),
      `it has ${rule.planLine === 'none' ? 'no plan' : 'one plan'}`,
    ],
    [services.length === 0 || maySell, 'it has no services'],
    [plan === undefined || plan.connectionPlanId === undefined, 'a plan is connected to no plan'],
    [
      plan === undefined ||
        (rule.planLine === 'with-quantity' ? isCount(plan.quantity) : plan.quantity === undefined),
      rule.planLine === 'with-quantity'
        ? "the plan's quantity is the number of extensions, a whole number above 0"
        : 'the plan has no quantity',
    ],
  ]);
}

function serviceProblem(plans: Fields[], services: Fields[]): string | undefined {
  const planIds = new Set(services.map(({ connectionPlanId }) => digitsOf(connectionPlanId)));
  const planId = plans[0] === undefined ? [...planIds][0] : digitsOf(plans[0].serviceId);
  const ids = services.map(({ serviceId }) => digitsOf(serviceId));
  return firstOf([
    [
      services.length === 0 || (planId !== undefined && planIds.size === 1 && planIds.has(planId)),
      'every service is connected to the one plan',
    ],
    [new Set(ids).size === ids.length, 'each service is there once'],
    [
      services.every(({ quantity }) => quantity === undefined || isCount(quantity)),
      'the quantity of a service is a whole number above 0',
    ],
  ]);
}

function termProblem(line: Fields, rule: OperationRule): string | undefined {
  const { purchaseType, billingModel, billingCycle } = line;
  const multiCycle = digitsOf(line.multiCycle);
  const isMonthly = billingCycle === 'monthly' && rule.product === 'appliance';
  const isAnnual = billingCycle === 'annually';
  const isNotBilled = billingModel === undefined && billingCycle === undefined && multiCycle === '0';
  const isBilled =
    billingModel === 'recurring' &&
    ((isAnnual && /^[1-5]$/.test(multiCycle ?? '')) || (isMonthly && multiCycle === '0'));
  return firstOf([
    [purchaseType === rule.purchaseType, `purchaseType is ${rule.purchaseType} on every line`],
    [
      rule.isBilled ? isBilled : isNotBilled,
      rule.isBilled
        ? `every line is recurring, annually for 1 to 5 years${rule.product === 'appliance' ? ', or monthly with 0' : ''}`
        : 'no line is billed, and every multiCycle is 0',
    ],
  ]);
}

function sameTermProblem(lines: Fields[]): string | undefined {
  const terms = new Set(
    lines.map(({ multiCycle, billingCycle }) => `${digitsOf(multiCycle)} ${String(billingCycle)}`),
  );
  return terms.size === 1 ? undefined : 'every line has the same term';
}

/** The first of the rules that does not hold. */
function firstOf(rules: readonly (readonly [holds: boolean, rule: string])[]): string | undefined {
  const broken = rules.find(([holds]) => !holds);
  return broken && `expected: ${broken[1]}`;
}

function isCount(value: unknown): boolean {
  return /^[1-9]\d*$/.test(digitsOf(value) ?? '');
}

function digitsOf(value: unknown): string | undefined {
  return isLosslessNumber(value) ? value.value : undefined;
}
