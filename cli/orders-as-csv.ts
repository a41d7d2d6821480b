import type { OrderMade } from '../ledger/orders-made';
import { csvLine, textCell } from '../domain/csv';
import { REQUEST_HEADS, requestCells } from '../domain/request-cells';
import { localIso, localTime } from '../config/local-time';

const COLUMNS = [
  ...['date', 'orderedAt', 'deal', 'requestId', 'operation', 'askedBy', 'decidedBy', 'orderNo'],
  ...['transactionNo', 'serialNumber', ...REQUEST_HEADS, 'status'],
];

/**
 * Orders as CSV by RFC 4180, a line each after the header. Dates and times are local, and the times tell by how much they
 * differ from UTC; what is not known is empty.
 *
 * @param zone that of the machine without one
 */
export async function* ordersAsCsv(orders: AsyncIterable<OrderMade>, zone?: string): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  for await (const order of orders) yield csvLine(cellsOf(order, zone));
}

function cellsOf(order: OrderMade, zone: string | undefined): string[] {
  const orderedAt = new Date(order.orderedAt);
  return [
    localTime(orderedAt, zone).date,
    localIso(orderedAt, zone),
    textCell(order.deal),
    textCell(order.requestId),
    textCell(order.operation),
    textCell(order.askedBy),
    textCell(order.decidedBy.join(', ')),
    textCell(order.orderNo),
    textCell(order.transactionNo),
    textCell(order.serialNumber),
    ...requestCells(order),
    textCell(order.status),
  ];
}
