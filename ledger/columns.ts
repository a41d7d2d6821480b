import { sql } from 'kysely';
import type { PlacedOrder } from '../domain/outcome';
import type { Reason } from '../domain/status';
import type { PurchaseColumns } from './schema';

export function orderColumns(order: Partial<PlacedOrder>): PurchaseColumns {
  const { orderNo, transactionNo, orderStatus, productNo, instanceId } = order;
  return withoutUndefined({
    order_no: orderNo,
    transaction_no: transactionNo,
    order_status: orderStatus,
    product_no: productNo,
    instance_id: instanceId,
  }) as PurchaseColumns;
}

export function reasonColumns(reason: Reason | undefined) {
  return { reason_code: reason?.code ?? null, reason_message: reason?.message ?? null };
}

export function withoutUndefined<Entry extends object>(entry: Entry): Entry {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as Entry;
}

/** A column's value as the database takes it: what is no plain value and no time is JSON. */
export function asParameter(value: unknown): unknown {
  const isJson = typeof value === 'object' && value !== null && !(value instanceof Date);
  return isJson ? JSON.stringify(value) : value;
}

/** `column = value` for each, as an update sets them. */
export function assignments(columns: object) {
  return sql.join(
    Object.entries(columns).map(([column, value]) => sql`${sql.ref(column)} = ${asParameter(value)}`),
  );
}
