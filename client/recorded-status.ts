import { present } from '../domain/optional';
import { changesPbx } from '../domain/operations';
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

/**
 * Whether all is written that becomes of a purchase. One that is ordered may still wait for its activation code, or for a look at the
 * PBX after the order.
 */
export function hasAllWritten({ status, request, activationCode, pbx }: PurchaseRecord): boolean {
  if (status !== 'ordered') return isTerminal(status);
  if (request.license.kind === 'new') return activationCode !== undefined;
  return !changesPbx(request) || pbx !== undefined;
}

/** The purchase order number of an order that was sent and is not known to be made, or not to be. */
export function sentReference(status: Attempted, request: PurchaseRequest): string | undefined {
  return isSent(status) ? referenceOf(request) : undefined;
}

/** Whether an order was sent that is not known to be made, or not to be. */
export function isSent({ status, attempts, order }: Attempted): boolean {
  return attempts > 0 && order === undefined && !isTerminal(status);
}
