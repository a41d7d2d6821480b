import { isToldBefore, type DealHint, type DealStatus, type FilledIn } from '../orders/deal';
import { ACTOR, type ActivityDeps } from './deps';

/** How a deal stands in the ledger. */
export type HeardDeal = DealStatus & {
  /** By people, in runs that have ended, too; absent in histories of older builds. */
  filledIn?: FilledIn;
  /** The sender, which cannot be asked, has told of something later already. */
  isOutdated?: boolean;
};

/** Writes down that word of a deal came, and what a person decided with it, before anything is done about it. */
export function hearOfDeal({ ledger }: ActivityDeps) {
  return async (hint: DealHint): Promise<HeardDeal> => {
    const { status } = await ledger.deals.hear(hint, ACTOR);
    const { deal, decision, content } = hint;
    if (decision !== undefined) {
      const { by, ...data } = decision;
      await ledger.deals.record({ deal, kind: 'decision', actor: by, data });
    }
    const filledIn = await ledger.deals.filledIn(deal);
    const isOutdated = content !== undefined && isToldBefore(content, await ledger.deals.lastToldAt(deal));
    return { ...status, filledIn, ...(isOutdated && { isOutdated }) };
  };
}
