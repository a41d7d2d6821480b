import { isLosslessNumber } from 'lossless-json';
import type { PlacedOrder } from './orders';
import { BILLING_CONTACTS, PRODUCT_NAMES, type ProductId } from './catalogue';
import { digitsOf, parseFields, type Fields } from './json-fields';
import type { FakePortalSettings } from './settings';

/** Numbers in an order that are ids; the vendor answers ids as text (vendor pages, "String" in every answer). */
const IDS = ['serviceId', 'connectionPlanId'];

/** An order in the list (vendor page "Query Order List", Order_Info). */
export function showListed(order: PlacedOrder, settings: FakePortalSettings): object {
  const { id, orderNo, orderStatus, poNumber } = order;
  return {
    ...showCreateTime(order, settings),
    currencyCode: 'USD',
    customReferenceNo: '',
    id,
    invoiceNo: '',
    ...(settings.showOrderNo && { orderNo }),
    orderStatus,
    ...(settings.returnPoNumber && poNumber !== undefined && { poNumber }),
  };
}

/** An order by itself (vendor page "Get Order Details"). */
export function showDetails(order: PlacedOrder, settings: FakePortalSettings): object {
  const body = parseFields(order.body);
  const { partnerId } = body;
  const productId = digitsOf(body.productId) as ProductId;
  const details = {
    basicInformation: {
      productId,
      productName: PRODUCT_NAMES[productId],
      productNo: order.productNo,
      ...(settings.showPartnerId && partnerId !== undefined && { partnerId: idOf(partnerId) }),
    },
    billingInformation: BILLING_CONTACTS.find(
      ({ billingContactId }) => billingContactId === digitsOf(body.billingId),
    ),
    orderInformation: showListed(order, settings),
    ...(settings.showOrderSummary && { orderSummary: showSummary(body, settings) }),
  };
  if (settings.orderDetailsShape === 'sections') return details;
  const { basicInformation, billingInformation, orderInformation, ...summary } = details;
  return { ...billingInformation, ...basicInformation, ...orderInformation, ...summary };
}

function showSummary(body: Fields, { orderSummaryNames }: FakePortalSettings): object {
  const lines = (body.serviceList as Fields[]).map(showLine);
  if (orderSummaryNames === 'known') return lines;
  return lines.map((_line, index) => ({ serviceType: 'unheard-of', goods: String(index), pieces: 1 }));
}

function showCreateTime({ createTime }: PlacedOrder, { createTimeUnit }: FakePortalSettings): object {
  if (createTimeUnit === 'missing') return {};
  if (createTimeUnit === 'words') return { createTime: new Date(createTime).toDateString() };
  return { createTime: createTimeUnit === 's' ? Math.floor(createTime / 1000) : createTime };
}

function showLine(line: Fields): object {
  return Object.fromEntries(Object.entries(line).map(([key, value]) => [key, showValue(key, value)]));
}

function showValue(key: string, value: unknown): unknown {
  if (!isLosslessNumber(value)) return value;
  return IDS.includes(key) ? idOf(value) : Number(value.value);
}

function idOf(value: unknown): unknown {
  return digitsOf(value) ?? value;
}
