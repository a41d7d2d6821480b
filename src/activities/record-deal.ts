import type { DealChange } from '../ledger/deal-ledger';
import { ACTOR, type ActivityDeps } from './deps';

/** What happened to a deal, for the ledger; see DealLedger.record. */
export type DealNote = Omit<DealChange, 'actor'> & {
  /** Who did it, when it was a person. */
  actor?: string;
};

export function recordDeal({ ledger }: ActivityDeps) {
  return (change: DealNote): Promise<void> => ledger.deals.record({ actor: ACTOR, ...change });
}
