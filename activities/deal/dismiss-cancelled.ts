import type { DealHint, DealStatus } from '../../domain/deal';
import type { DealWin } from '../../ledger/deal-record';
import { TEMPORAL } from '../../domain/author';
import { ACTOR, type ActivityDeps } from '../dependencies';
import { happeningId } from '../happening';

/** A deal whose run was cancelled in Temporal. */
export interface CancelledDeal {
  hint: DealHint;
  /** The run has read the deal, and knows of which win it is. */
  isRead: boolean;
  wonAt?: string;
}

/** How it stands then. */
export interface Dismissed {
  status: DealStatus;
  /** The win was decided about before, and its purchase has not begun. */
  requestId?: string;
}

const REASON = { code: 'RunCancelled', message: 'The run of the deal was cancelled in Temporal.' } as const;

/**
 * Writes down that nothing is bought for a win whose run was cancelled: else the next sweep would take it up again. A win
 * that was decided about before stands as it was. Asks nobody but the ledger, so that it comes to an end whatever else
 * is away.
 */
export function dismissCancelled({ ledger }: ActivityDeps) {
  return async ({ hint, isRead, wonAt }: CancelledDeal): Promise<Dismissed> => {
    const { deal } = hint;
    if ((await ledger.deals.find(deal)) === undefined) {
      await ledger.deals.recordNotification(hint, ACTOR, happeningId('heard'));
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
