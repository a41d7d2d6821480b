import { isLosslessNumber, parse } from 'lossless-json';
import { BILLING_CONTACTS, PARTNERS, PLANS, SERVICES } from './catalogue';

/** An order that follows the rules. */
export interface CheckedOrder {
  body: string;
  productNo?: string;
  poNumber?: string;
}

type Record_ = Record<string, unknown>;

const ORDER_KEYS = [
  'operationType',
  'productId',
  'productNo',
  'partnerId',
  'assignId',
  'billingId',
  'poNumber',
  'serviceList',
];
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

/** A rule of the vendor's documentation that an order breaks. */
export class RuleBroken extends Error {}

/**
 * Checks the body of Create an Order against the vendor's documentation and tutorial, digit for digit.
 *
 * @throws RuleBroken
 */
export function checkOrder(body: string, isKnownProduct: (productNo: string) => boolean): CheckedOrder {
  const order = record(parsed(body), 'the body');
  onlyKeys(order, ORDER_KEYS);
  expect(order.operationType === 'purchase_plan', 'operationType', 'purchase_plan');
  expect(digits(order.productId) === '12', 'productId', 'the number 12');
  const productNo = optionalText(order, 'productNo');
  if (productNo !== undefined) {
    expect(isKnownProduct(productNo), 'productNo', 'a serial number of this account');
    expect(order.partnerId === undefined, 'partnerId', 'none for an existing PBX');
  }
  if (order.partnerId !== undefined) {
    const partnerId = digits(order.partnerId);
    expect(
      PARTNERS.some((partner) => partner.partnerId === partnerId),
      'partnerId',
      'the id of a subordinate user',
    );
  }
  const billingId = digits(order.billingId);
  expect(
    BILLING_CONTACTS.some((contact) => contact.billingContactId === billingId),
    'billingId',
    'the id of a billing contact, a bare number',
  );
  const poNumber = optionalText(order, 'poNumber');
  checkLines(order.serviceList);
  return { body, ...(productNo !== undefined && { productNo }), ...(poNumber !== undefined && { poNumber }) };
}

function checkLines(list: unknown): void {
  expect(Array.isArray(list) && list.length > 0, 'serviceList', 'a list');
  const lines = (list as unknown[]).map((line) => record(line, 'a line of serviceList'));
  const plans = lines.filter((line) => line.serviceType === 'plan');
  expect(plans.length === 1, 'serviceList', 'exactly one line with serviceType plan');
  const plan = checkPlan(plans[0]!);
  for (const line of lines) {
    expect(digits(line.multiCycle) === digits(plans[0]!.multiCycle), 'multiCycle', 'the same on every line');
    if (line !== plans[0]) checkService(line, plan);
  }
}

function checkPlan(line: Record_): (typeof PLANS)[number] {
  onlyKeys(line, PLAN_KEYS);
  checkTerms(line);
  const plan = PLANS.find((entry) => entry.planId === digits(line.serviceId));
  expect(plan !== undefined, 'serviceId', 'the id of a plan, a bare number');
  expect(isPositive(line.quantity), 'quantity', 'the number of extensions');
  return plan!;
}

function checkService(line: Record_, plan: (typeof PLANS)[number]): void {
  onlyKeys(line, SERVICE_KEYS);
  expect(line.serviceType === 'service', 'serviceType', 'plan or service');
  checkTerms(line);
  expect(digits(line.connectionPlanId) === plan.planId, 'connectionPlanId', "the plan's id, a bare number");
  const service = SERVICES.find((entry) => entry.serviceId === digits(line.serviceId));
  expect(service !== undefined, 'serviceId', 'the id of a service, a bare number');
  const fits = service!.onlyWith === undefined || service!.onlyWith === plan.planName;
  expect(fits, 'serviceId', `${service!.serviceName} with the plan ${service!.onlyWith ?? ''} only`);
  if (service!.pricedByQuantity) expect(isPositive(line.quantity), 'quantity', 'a quantity for this service');
}

function checkTerms(line: Record_): void {
  expect(line.purchaseType === 'purchase', 'purchaseType', 'purchase');
  expect(line.billingModel === 'recurring', 'billingModel', 'recurring');
  expect(line.billingCycle === 'annually', 'billingCycle', 'annually');
  expect(/^[1-5]$/.test(digits(line.multiCycle) ?? ''), 'multiCycle', '1, 2, 3, 4 or 5');
}

function expect(holds: boolean, field: string, expected: string): void {
  if (!holds) throw new RuleBroken(`${field}: expected ${expected}`);
}

/** The digits of a bare JSON number; undefined for anything else, numbers in quotes included. */
function digits(value: unknown): string | undefined {
  return isLosslessNumber(value) && /^\d+$/.test(value.value) ? value.value : undefined;
}

function isPositive(value: unknown): boolean {
  return /^[1-9]\d*$/.test(digits(value) ?? '');
}

function optionalText(order: Record_, field: string): string | undefined {
  const value = order[field];
  expect(value === undefined || (typeof value === 'string' && value !== ''), field, 'text');
  return value as string | undefined;
}

function onlyKeys(value: Record_, keys: readonly string[]): void {
  const strange = Object.keys(value).find((key) => !keys.includes(key));
  expect(strange === undefined, strange ?? '', 'no such field');
}

function record(value: unknown, what: string): Record_ {
  expect(typeof value === 'object' && value !== null && !Array.isArray(value), what, 'a JSON object');
  return value as Record_;
}

function parsed(body: string): unknown {
  try {
    return parse(body);
  } catch {
    throw new RuleBroken('the body: expected JSON');
  }
}
