import type { DealHint, DealStatus } from '../orders/deal';
import { ACTOR, type ActivityDeps } from './deps';

/** Writes down that word of a deal came, and what a person decided with it, before anything is done about it. */
export function hearOfDeal({ ledger }: ActivityDeps) {
  return async (hint: DealHint): Promise<DealStatus> => {
    const { status } = await ledger.deals.hear(hint, ACTOR);
    const { deal, decision } = hint;
    if (decision !== undefined) {
      const { by, ...data } = decision;
      await ledger.deals.record({ deal, kind: 'decision', actor: by, data });
    }
    return status;
  };
}
