import type { DealWin } from '../../ledger/deal-record';
import { TEMPORAL } from '../../domain/author';
import type { DismissCancelledInput, DismissedDeal } from '../../workflows/messages/deal';
import { ACTOR, type ActivityDeps } from '../dependencies';
import { happeningId } from '../happening';

const REASON = { code: 'RunCancelled', message: 'The run of the deal was cancelled in Temporal.' } as const;

/**
 * Writes down that nothing is bought for a win whose run was cancelled: else the next sweep would take it up again. A win
 * that was decided about before stands as it was. Asks nobody but the ledger, so that it comes to an end whatever else
 * is away.
 */
export function dismissCancelled({ ledger }: ActivityDeps) {
  return async ({ notification, isRead, wonAt }: DismissCancelledInput): Promise<DismissedDeal> => {
    const { deal } = notification;
    if ((await ledger.deals.find(deal)) === undefined) {
      await ledger.deals.hear(notification, ACTOR, happeningId('heard'));
    }
    for (;;) {
      const { status } = (await ledger.deals.find(deal))!;
      const wins = await ledger.deals.wins(deal);
      const known = winOf(wins, { isRead, wonAt });
      if (known !== undefined) {
        const { requestId } = known;
        const isBegun = requestId === undefined || (await ledger.find(requestId)) !== undefined;
        return { status, ...(!isBegun && { requestId }) };
      }
      const isWritten = await ledger.deals.addWin({
        deal,
        kind: 'dismissed',
        actor: TEMPORAL,
        id: happeningId(),
        // A win that was bought before stays what the deal shows.
        ...(status.status !== 'requested' && { status: 'dismissed', reason: REASON }),
        ...(wonAt !== undefined && { wonAt }),
        ...(status.status === 'requested' && { data: { reason: REASON } }),
        after: wins.length,
      });
      if (isWritten) return { status: (await ledger.deals.find(deal))!.status };
    }
  };
}

/** The win that the run was about, when it was decided about already. */
function winOf(
  wins: readonly DealWin[],
  { isRead, wonAt }: { isRead: boolean; wonAt: string | undefined },
): DealWin | undefined {
  if (!isRead) return undefined;
  // Without a time all wins are one.
  return wonAt === undefined ? wins.at(-1) : wins.findLast((win) => win.wonAt === wonAt);
}
