import { doorOf, TEMPORAL } from '../../domain/author';
import { isToldBefore, type DealState, type DealStatus } from '../../domain/deal';
import type { DealWin } from '../../ledger/deal-record';
import type { Ledger } from '../../ledger/ledger';
import type {
  DealEvent,
  DismissCancelledInput,
  DismissedDeal,
  RecordedDeal,
  RecordNotificationInput,
} from '../../workflows/messages/deal';
import { type ActivityDeps, ACTOR, newEventId } from '../dependencies';
import { present } from '../../domain/optional';
import { isBegun, isRequested, winsThatCount } from './dismissed-wins';
import type { KnownReason } from '../../domain/status';

/** Writes down that a notification of a deal came, and what a person decided with it, before anything is done about it. */
export function recordNotification({ ledger }: ActivityDeps) {
  return async ({ id = newEventId(), ...notification }: RecordNotificationInput): Promise<RecordedDeal> => {
    const { status } = await ledger.deals.recordNotification(notification, ACTOR, `${id}:notified`);
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

/** Writes down what happened to a deal, once: without an id in the event, once for each time that a run does so. */
export function recordDealEvent({ ledger }: ActivityDeps) {
  return (event: DealEvent): Promise<void> =>
    ledger.deals.record({ actor: ACTOR, ...event, id: event.id ?? newEventId() });
}

/** Nobody goes on with a deal that stands so once its run has ended. */
const GOES_ON: ReadonlySet<DealState> = new Set(['reading', 'incomplete', 'waiting-for-decision']);

const REASON = {
  code: 'RunCancelled',
  message: 'The run of the deal was cancelled in Temporal.',
} satisfies KnownReason;

/**
 * Writes down that nothing is bought for a win whose run was cancelled: else the next sweep would take it up again. A win
 * whose purchase has begun, or can begin, stands as it was. Asks nobody but the ledger, so that it comes to an end whatever else
 * is away.
 */
export function dismissCancelled({ ledger }: ActivityDeps) {
  return async ({
    notification,
    isRead,
    isComplete = true,
    wonAt,
  }: DismissCancelledInput): Promise<DismissedDeal> => {
    const { deal } = notification;
    if ((await ledger.deals.find(deal)) === undefined) {
      await ledger.deals.recordNotification(notification, ACTOR, newEventId('notified'));
    }
    for (;;) {
      const { status } = (await ledger.deals.find(deal))!;
      const wins = await ledger.deals.wins(deal);
      const known = winOf(await winsThatCount(ledger, deal, wins, wonAt), { isRead, wonAt });
      const requestId = known?.requestId;
      if (requestId !== undefined && (await isBegun(ledger, requestId))) return { status };
      const hasPurchase = await isInLedger(ledger, status);
      const isLeft = requestId !== undefined && isRequested(status, requestId) && !hasPurchase;
      if (isLeft && isComplete) return { status, requestId };
      if (known !== undefined && !isLeft && !GOES_ON.has(status.status)) return { status };
      const isWritten = await ledger.deals.addWin({
        deal,
        kind: 'dismissed',
        actor: TEMPORAL,
        id: newEventId(),
        // A win that was bought before stays what the deal shows.
        ...(hasPurchase ? { data: { reason: REASON } } : { status: 'dismissed', reason: REASON }),
        ...present({ wonAt }),
        after: wins.length,
      });
      if (isWritten) return { status: (await ledger.deals.find(deal))!.status };
    }
  };
}

/** Whether the purchase that a deal shows as requested is in the ledger. */
async function isInLedger(ledger: Ledger, { status, requestId }: DealStatus): Promise<boolean> {
  if (status !== 'requested' || requestId === undefined) return false;
  return (await ledger.find(requestId)) !== undefined;
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
