import { mayHaveBought } from '../../ledger/purchase-record';
import type { FoundPurchase } from '../../workflows/messages/deal';
import { present } from '../../domain/optional';
import { isTerminal, type PurchaseState } from '../../domain/status';
import type { ActivityDeps } from '../dependencies';

/** Asks the ledger; undefined while it does not have the purchase. */
export function findPurchase({ ledger }: ActivityDeps) {
  return async (requestId: string): Promise<FoundPurchase | undefined> => {
    const purchase = await ledger.find(requestId);
    if (purchase === undefined) return undefined;
    const { status, reason } = purchase;
    const attempt = await ledger.latestAttempt(requestId);
    return {
      status,
      ...present({ reason }),
      isOver: isOver(status),
      mayBeOrdered: attempt !== undefined && mayHaveBought(attempt),
    };
  };
}

export function isOver(status: PurchaseState): boolean {
  return isTerminal(status) || status === 'confirming';
}
