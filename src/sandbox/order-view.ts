import { isLosslessNumber } from 'lossless-json';
import type { BookedOrder } from './book';
import { BILLING_CONTACTS } from './catalogue';
import { digitsOf, parseFields, type Fields } from './json-fields';

/** Numbers in an order that are ids; the vendor answers ids as text (vendor pages, "String" in every answer). */
const IDS = ['serviceId', 'connectionPlanId'];

/** An order in the list (vendor page "Query Order List", Order_Info). */
export function showListed(order: BookedOrder, withPoNumber: boolean): object {
  const { createTime, id, orderNo, orderStatus, poNumber } = order;
  return {
    createTime,
    currencyCode: 'USD',
    customReferenceNo: '',
    id,
    invoiceNo: '',
    orderNo,
    orderStatus,
    ...(withPoNumber && poNumber !== undefined && { poNumber }),
  };
}

/** An order by itself (vendor page "Get Order Details"). */
export function showDetails(order: BookedOrder, withPoNumber: boolean): object {
  const body = parseFields(order.body);
  return {
    basicInformation: {
      productId: '12',
      productName: 'Software PBX (PSE Self-hosted)',
      productNo: order.productNo,
    },
    billingInformation: BILLING_CONTACTS.find(
      ({ billingContactId }) => billingContactId === digitsOf(body.billingId),
    ),
    orderInformation: showListed(order, withPoNumber),
    orderSummary: (body.serviceList as Fields[]).map(showLine),
  };
}

function showLine(line: Fields): object {
  return Object.fromEntries(Object.entries(line).map(([key, value]) => [key, showValue(key, value)]));
}

function showValue(key: string, value: unknown): unknown {
  if (!isLosslessNumber(value)) return value;
  return IDS.includes(key) ? value.value : Number(value.value);
}
