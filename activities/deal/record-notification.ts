import { isToldBefore } from '../../domain/deal';
import { doorOf } from '../../domain/author';
import type { RecordedDeal, RecordNotificationInput } from '../../workflows/messages/deal';
import { ACTOR, type ActivityDeps } from '../dependencies';
import { happeningId } from '../happening';

/** Writes down that a notification of a deal came, and what a person decided with it, before anything is done about it. */
export function recordNotification({ ledger }: ActivityDeps) {
  return async ({ id = happeningId(), ...notification }: RecordNotificationInput): Promise<RecordedDeal> => {
    const { status } = await ledger.deals.hear(notification, ACTOR, `${id}:heard`);
    const { deal, decision, content } = notification;
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
