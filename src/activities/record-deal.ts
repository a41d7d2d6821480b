import type { DealChange } from '../ledger/deal-ledger';
import type { PurchaseState } from '../orders/status';
import { ACTOR, type ActivityDeps } from './deps';

/** What happened to a deal, for the ledger; see DealLedger.record. */
export type DealNote = Omit<DealChange, 'actor'> & {
  /** Who did it, when it was a person. */
  actor?: string;
};

export function recordDeal({ ledger }: ActivityDeps) {
  return (change: DealNote): Promise<void> => ledger.deals.record({ actor: ACTOR, ...change });
}

/** How the purchase that was made of a deal stands; undefined while it is not in the ledger. */
export function findPurchase({ ledger }: ActivityDeps) {
  return async (requestId: string): Promise<PurchaseState | undefined> =>
    (await ledger.find(requestId))?.status;
}
