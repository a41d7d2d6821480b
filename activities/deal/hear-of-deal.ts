import { isToldBefore, type DealHint, type DealStatus, type FilledIn } from '../../domain/deal';
import { doorOf } from '../../domain/author';
import { ACTOR, type ActivityDeps } from '../dependencies';
import { happeningId } from '../happening';

/** How a deal stands in the ledger. */
export type HeardDeal = DealStatus & {
  /** By people, in runs that have ended, too; absent in histories of older builds. */
  filledIn?: FilledIn;
  /** The sender, which cannot be asked, has told of something later already. */
  isOutdated?: boolean;
};

/** Word of a deal, and its id: a run that goes on as new before it is written down brings it again. */
export type Word = DealHint & { id?: string };

/** Writes down that word of a deal came, and what a person decided with it, before anything is done about it. */
export function hearOfDeal({ ledger }: ActivityDeps) {
  return async ({ id = happeningId(), ...hint }: Word): Promise<HeardDeal> => {
    const { status } = await ledger.deals.recordNotification(hint, ACTOR, `${id}:heard`);
    const { deal, decision, content } = hint;
    if (decision !== undefined) {
      const { by, via, ...said } = decision;
      const data = { ...said, via: doorOf(via) };
      await ledger.deals.record({ deal, kind: 'decision', actor: by, data, id: `${id}:decision` });
    }
    const filledIn = await ledger.deals.filledIn(deal);
    const isOutdated = content !== undefined && isToldBefore(content, await ledger.deals.lastToldAt(deal));
    return { ...status, filledIn, ...(isOutdated && { isOutdated }) };
  };
}
