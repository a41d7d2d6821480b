import { isTerminal, type PurchaseStatus } from '../domain/status';
import { statusOf, type PurchaseRecord } from '../ledger/purchase-record';
import { referenceOf } from '../validation/reference';

/** How a purchase stands by the ledger, with the number by which an order is found that was sent. */
export function recordedStatus(purchase: PurchaseRecord): PurchaseStatus {
  const status = statusOf(purchase);
  return isSent(status) ? { ...status, reference: referenceOf(purchase.request) } : status;
}

/** Whether an order was sent that is not known to be made, or not to be. */
export function isSent({
  status,
  attempts,
  order,
}: Pick<PurchaseStatus, 'status' | 'attempts' | 'order'>): boolean {
  return attempts > 0 && order === undefined && !isTerminal(status);
}
