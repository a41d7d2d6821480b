import type { PurchaseState } from '../orders/status';
import type { ActivityDeps } from './deps';

/** How the purchase that was made of a deal stands; undefined while it is not in the ledger. */
export function findPurchase({ ledger }: ActivityDeps) {
  return async (requestId: string): Promise<PurchaseState | undefined> =>
    (await ledger.find(requestId))?.status;
}
