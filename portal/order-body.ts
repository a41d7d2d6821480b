import { isLosslessNumber, LosslessNumber, parse, stringify } from 'lossless-json';
import { present } from '../domain/optional';
import type { PurchaseFacts } from '../domain/purchase-facts';
import { Refusal } from '../domain/refusal';
import type { PurchaseRequest } from '../domain/request';
import { isVendorId } from '../domain/rules';
import { findUnprintable } from '../domain/visible-text';
import { referenceOf } from '../validation/reference';
import type { SentOrder } from './match-order';
import type { OrderLine } from './order-lines';
import { SOFTWARE_EDITION } from './products';

/**
 * The exact text of Create an Order's body (vendor tutorial, step 4): ids are bare JSON numbers, digit for digit,
 * and every line carries the same `multiCycle`, the term in years. The purchase order number is always there: it is the
 * reference by which the order can be found again.
 *
 * @throws Refusal IdNotOrderable
 */
export function orderBody(request: PurchaseRequest, facts: PurchaseFacts): string {
  const planId = idNumber(facts.plan.planId);
  const terms = {
    purchaseType: 'purchase',
    billingModel: 'recurring',
    billingCycle: 'annually',
    multiCycle: request.years,
  };
  const body = {
    operationType: 'purchase_plan',
    productId: SOFTWARE_EDITION,
    // Serial number and partner exclude each other; a new license for oneself has neither.
    ...present({ productNo: facts.serialNumber }),
    ...(facts.partnerId !== undefined && { partnerId: partnerIdValue(facts.partnerId) }),
    billingId: idNumber(facts.billingContactId),
    poNumber: referenceOf(request),
    serviceList: [
      { serviceType: 'plan', serviceId: planId, quantity: request.extensions, ...terms },
      ...facts.services.map((service) => ({
        connectionPlanId: planId,
        serviceType: 'service',
        serviceId: idNumber(service.serviceId),
        ...present({ quantity: service.quantity }),
        ...terms,
      })),
    ],
  };
  refuseUnprintable(body);
  return stringify(body) as string;
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
  return {
    poNumber: textOf(poNumber) ?? '',
    ...present({ productNo: textOf(productNo), partnerId: textOf(partnerId) }),
    billingContactId: textOf(billingId) ?? '',
    lines: (serviceList as Fields[]).map(lineOf),
  };
}

type Fields = Record<string, unknown>;

function lineOf({ serviceType, serviceId, quantity, multiCycle }: Fields): OrderLine {
  return {
    kind: serviceType === 'plan' ? 'plan' : 'service',
    id: textOf(serviceId) ?? '',
    ...present({ quantity: numberOf(quantity), years: numberOf(multiCycle) }),
  };
}

function numberOf(value: unknown): number | undefined {
  return isLosslessNumber(value) ? Number(value.value) : undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return isLosslessNumber(value) ? value.value : undefined;
}
