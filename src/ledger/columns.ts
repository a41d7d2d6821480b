import type { Updateable } from 'kysely';
import type { PlacedOrder } from '../orders/outcome';
import type { Reason } from '../orders/status';
import type { PurchasesTable } from './schema';

export function orderColumns(order: Partial<PlacedOrder>): Updateable<PurchasesTable> {
  const { orderNo, transactionNo, orderStatus, productNo, instanceId } = order;
  return withoutUndefined({
    order_no: orderNo,
    transaction_no: transactionNo,
    order_status: orderStatus,
    product_no: productNo,
    instance_id: instanceId,
  });
}

export function reasonColumns(reason: Reason | undefined) {
  return { reason_code: reason?.code ?? null, reason_message: reason?.message ?? null };
}

export function withoutUndefined<Entry extends object>(entry: Entry): Entry {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as Entry;
}
