import { isLosslessNumber, LosslessNumber, parse, stringify } from 'lossless-json';
import { knownRuleOf, type OperationRule } from '../domain/operations';
import { present } from '../domain/optional';
import type { PurchaseFacts } from '../domain/purchase-facts';
import { Refusal } from '../domain/refusal';
import type { PurchaseRequest } from '../domain/request';
import { isVendorId } from '../domain/rules';
import { findUnprintable } from '../domain/visible-text';
import { referenceOf } from '../validation/reference';
import { checkBody } from './check-body';
import type { SentOrder } from './match-order';
import type { OrderLine } from './order-lines';
import { productIdOf } from './products';

/**
 * The exact text of Create an Order's body (vendor page "Create an Order" and the tutorial of each operation): ids are bare
 * JSON numbers, digit for digit, and every line carries the same term. The purchase order number is always there: it is
 * the reference by which the order can be found again.
 *
 * @throws Refusal IdNotOrderable; OrderNotAllowed when the body breaks a rule of its operation
 */
export function orderBody(request: PurchaseRequest, facts: PurchaseFacts): string {
  const rule = knownRuleOf(request);
  const body = {
    operationType: rule.operationType,
    productId: productIdOf(rule.product),
    // Serial number and partner exclude each other; a new license for oneself has neither.
    ...present({ productNo: facts.serialNumber }),
    ...(facts.partnerId !== undefined && { partnerId: partnerIdValue(facts.partnerId) }),
    ...(facts.activationMailTo !== undefined && { assignId: partnerIdValue(facts.activationMailTo) }),
    ...(facts.billingContactId !== undefined && { billingId: idNumber(facts.billingContactId) }),
    poNumber: referenceOf(request),
    serviceList: orderLines(request, facts, rule),
  };
  refuseUnprintable(body);
  const text = stringify(body) as string;
  checkBody(text, rule);
  return text;
}

function orderLines(request: PurchaseRequest, facts: PurchaseFacts, rule: OperationRule): object[] {
  const planId = idNumber(facts.plan.planId);
  const terms = termsOf(request, rule);
  const planLine = {
    serviceType: 'plan',
    serviceId: planId,
    ...(rule.planLine === 'with-quantity' && { quantity: request.extensions }),
    ...terms,
  };
  const services = facts.services.map(({ serviceId, quantity }) => ({
    connectionPlanId: planId,
    serviceType: 'service',
    serviceId: idNumber(serviceId),
    ...present({ quantity }),
    ...terms,
  }));
  return rule.planLine === 'none' ? services : [planLine, ...services];
}

/** A trial is not billed: it has no billing model and no cycle, and its term is 0. */
function termsOf(
  { billingCycle, years }: PurchaseRequest,
  { purchaseType, isBilled }: OperationRule,
): object {
  if (!isBilled) return { purchaseType, multiCycle: 0 };
  const cycle = billingCycle ?? 'annually';
  const multiCycle = cycle === 'monthly' ? 0 : years;
  return { purchaseType, billingModel: 'recurring', billingCycle: cycle, multiCycle };
}

/** What was asked for has been checked; what the vendor's lookups gave goes back as it came. */
function refuseUnprintable({ serviceList: _, ...texts }: Record<string, unknown>): void {
  const found = findUnprintable(texts);
  if (found === undefined) return;
  throw new Refusal(
    'IdNotOrderable',
    `An order wants texts without control and format characters, and ${found.path.join('.')} has ${found.character}. ` +
      'Nothing was ordered. Report this to whoever maintains Wonce.',
  );
}

/** An id of any length as a bare JSON number. */
function idNumber(id: string): LosslessNumber {
  if (!/^(0|[1-9]\d*)$/.test(id)) {
    throw new Refusal(
      'IdNotOrderable',
      `An order wants ids of digits, and the vendor's lookups gave ${JSON.stringify(id.slice(0, 60))}. ` +
        'Nothing was ordered. Report this to whoever maintains Wonce.',
    );
  }
  return new LosslessNumber(id);
}

/**
 * The type of `partnerId` in an order is not documented. The vendor's other ids are numbers in requests, so digits
 * are sent as a number; an id with letters can only be text.
 */
function partnerIdValue(id: string): LosslessNumber | string {
  return isVendorId(id) ? idNumber(id) : id;
}

/** Reads back what an attempt sent, from its body; ids digit for digit. */
export function sentOrder(body: string): SentOrder {
  const { poNumber, productNo, partnerId, billingId, serviceList } = parse(body) as Fields;
  const lines = serviceList as Fields[];
  return {
    poNumber: textOf(poNumber) ?? '',
    ...present({
      productNo: textOf(productNo),
      partnerId: textOf(partnerId),
      billingContactId: textOf(billingId),
      planId: planIdOf(lines),
    }),
    lines: lines.map(lineOf),
  };
}

/** Of the plan's line; an addition has none, and names the plan on the lines of its services. */
function planIdOf(lines: readonly Fields[]): string | undefined {
  const plan = lines.find(({ serviceType }) => serviceType === 'plan');
  return textOf(plan === undefined ? lines[0]?.connectionPlanId : plan.serviceId);
}

type Fields = Record<string, unknown>;

function lineOf({ serviceType, serviceId, quantity, multiCycle }: Fields): OrderLine {
  return {
    kind: serviceType === 'plan' ? 'plan' : 'service',
    id: textOf(serviceId) ?? '',
    // A month and a trial have no years.
    ...present({ quantity: numberOf(quantity), years: numberOf(multiCycle) || undefined }),
  };
}

function numberOf(value: unknown): number | undefined {
  return isLosslessNumber(value) ? Number(value.value) : undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return isLosslessNumber(value) ? value.value : undefined;
}
