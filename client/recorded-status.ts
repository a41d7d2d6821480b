import { present } from '../domain/optional';
import type { PurchaseRequest } from '../domain/request';
import { isTerminal, type PurchaseStatus } from '../domain/status';
import { statusOf, type PurchaseRecord } from '../ledger/purchase-record';
import { referenceOf } from '../validation/reference';

type Attempted = Pick<PurchaseStatus, 'status' | 'attempts' | 'order'>;

/** How a purchase stands by the ledger, with the number by which an order is found that was sent. */
export function recordedStatus(purchase: PurchaseRecord): PurchaseStatus {
  const status = statusOf(purchase);
  return { ...status, ...present({ reference: sentReference(status, purchase.request) }) };
}

/** The purchase order number of an order that was sent and is not known to be made, or not to be. */
export function sentReference(status: Attempted, request: PurchaseRequest): string | undefined {
  return isSent(status) ? referenceOf(request) : undefined;
}

/** Whether an order was sent that is not known to be made, or not to be. */
export function isSent({ status, attempts, order }: Attempted): boolean {
  return attempts > 0 && order === undefined && !isTerminal(status);
}
