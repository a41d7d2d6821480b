import type { OrderMade } from '../ledger/orders-made';
import { csvLine, numberCell, textCell } from './csv';
import { localTime } from '../config/local-time';

const COLUMNS = [
  ...['date', 'orderedAt', 'deal', 'requestId', 'operation', 'askedBy', 'decidedBy', 'orderNo'],
  ...['transactionNo', 'serialNumber', 'product', 'plan', 'extensions', 'addExtensions'],
  ...['addConcurrentCalls', 'services', 'years', 'billingCycle', 'status'],
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
  const { date, time, offset } = localTime(new Date(order.orderedAt), zone);
  return [
    date,
    `${date}T${time}${offset.replace('UTC', '')}`,
    textCell(order.deal),
    textCell(order.requestId),
    textCell(order.operation),
    textCell(order.askedBy),
    textCell(order.decidedBy.join(', ')),
    textCell(order.orderNo),
    textCell(order.transactionNo),
    textCell(order.serialNumber),
    textCell(order.product),
    textCell(order.plan),
    numberCell(order.extensions),
    numberCell(order.addExtensions),
    numberCell(order.addConcurrentCalls),
    textCell(order.services?.map(serviceInWords).join(', ')),
    numberCell(order.years),
    textCell(order.billingCycle),
    textCell(order.status),
  ];
}

function serviceInWords({ service, quantity }: { service: string; quantity?: number }): string {
  return quantity === undefined ? service : `${quantity} × ${service}`;
}
