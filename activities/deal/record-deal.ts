import type { DealChange } from '../../ledger/deal-ledger';
import { ACTOR, type ActivityDeps } from '../dependencies';
import { happeningId } from '../happening';

/** What happened to a deal, for the ledger; see DealLedger.record. */
export type DealNote = Omit<DealChange, 'actor'> & {
  /** Who did it, when it was a person. */
  actor?: string;
};

/** Writes down what happened to a deal, once: without an id in the note, once for each time that a run does so. */
export function recordDeal({ ledger }: ActivityDeps) {
  return (note: DealNote): Promise<void> =>
    ledger.deals.record({ actor: ACTOR, ...note, id: note.id ?? happeningId() });
}
