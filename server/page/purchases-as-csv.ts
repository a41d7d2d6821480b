import type { PurchaseRecord } from '../../client/overview-client';
import { csvLine, textCell } from '../../domain/csv';
import { dealOfRequest } from '../../domain/deal-ids';
import { operationOf, productOf, serviceLines } from '../../domain/request';
import { REQUEST_HEADS, requestCells } from '../../domain/request-cells';
import type { Clock } from './words';

const HEADS = [
  ...['date', 'acceptedAt', 'deal', 'requestId', 'operation', 'orderNo', 'transactionNo', 'serialNumber'],
  ...[...REQUEST_HEADS, 'poNumber', 'status', 'reason', 'changedAt'],
];

/** By it alone a spreadsheet of Microsoft knows that a file it opens is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/** Purchases as CSV by RFC 4180, a line each after the header; what is not known is empty, and no text is a formula. */
export async function* purchasesAsCsv(
  purchases: AsyncIterable<PurchaseRecord>,
  clock: Clock,
): AsyncGenerator<string> {
  yield `${BYTE_ORDER_MARK}${csvLine(HEADS)}`;
  for await (const purchase of purchases) yield csvLine(cellsOf(purchase, clock));
}

function cellsOf(purchase: PurchaseRecord, clock: Clock): string[] {
  const { requestId, request, order, status, reason, createdAt, updatedAt } = purchase;
  const { license, poNumber } = request;
  const services = serviceLines(request);
  return [
    clock.day(createdAt),
    clock.iso(createdAt),
    textCell(dealOfRequest(requestId)),
    textCell(requestId),
    textCell(operationOf(request)),
    textCell(order?.orderNo),
    textCell(order?.transactionNo),
    textCell(license.kind === 'existing' ? license.serialNumber : order?.productNo),
    ...requestCells({ ...request, product: productOf(request), services }),
    textCell(poNumber),
    textCell(status),
    textCell(reason?.code),
    clock.iso(updatedAt),
  ];
}
