import { mayHaveBought } from '../../ledger/purchase-record';
import type { DealPurchase } from '../../domain/deal';
import { isSettled, type PurchaseState } from '../../domain/status';
import type { ActivityDeps } from '../dependencies';

/** How the purchase that was made of a deal stands. */
export interface FoundPurchase extends DealPurchase {
  /** An order is there, or none will be: nothing about it can be cancelled any more. */
  isOver: boolean;
  /** An order may be there: a cancellation counts only if it is not. */
  mayBeOrdered: boolean;
}

/** Asks the ledger; undefined while it does not have the purchase. */
export function findPurchase({ ledger }: ActivityDeps) {
  return async (requestId: string): Promise<FoundPurchase | undefined> => {
    const purchase = await ledger.find(requestId);
    if (purchase === undefined) return undefined;
    const { status, reason } = purchase;
    const attempt = await ledger.latestAttempt(requestId);
    return {
      status,
      ...(reason && { reason }),
      isOver: isOver(status),
      mayBeOrdered: attempt !== undefined && mayHaveBought(attempt),
    };
  };
}

export function isOver(status: PurchaseState): boolean {
  return isSettled(status) || status === 'confirming';
}
