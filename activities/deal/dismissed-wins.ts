import type { DealStatus } from '../../domain/deal';
import { isStartedByDeal } from '../../domain/deal-ids';
import type { DealWin } from '../../ledger/deal-record';
import type { Ledger } from '../../ledger/ledger';

/**
 * A win may be dismissed after its purchase was decided on and before that has begun: its run was cancelled before it knew of
 * that, or a person had the last word. It is not bought unasked then. Bought after all, it keeps its request id, under which
 * there is one order, since its purchase may only not be in the ledger yet.
 */

/** Whether the deal's run has begun the purchase of that id. */
export async function isBegun(ledger: Ledger, requestId: string): Promise<boolean> {
  return isStartedByDeal(requestId, await ledger.startedBy(requestId));
}

/** Whether a deal shows that the purchase of that id is to be made. */
export function isRequested({ status, requestId }: DealStatus, wanted: string): boolean {
  return status === 'requested' && requestId === wanted;
}

/**
 * The wins of a deal as they count for one at that time: without the dismissals of what is bought all the same, since a person
 * wanted it later, or the purchase was on its way. Without a time all wins are one.
 */
export async function winsThatCount(
  ledger: Ledger,
  deal: string,
  wins: readonly DealWin[],
  wonAt: string | undefined,
): Promise<DealWin[]> {
  const isDismissal = (win: DealWin) => win.requestId === undefined;
  if (!wins.some(isDismissal)) return [...wins];
  const shown = (await ledger.deals.find(deal))!.status;
  const isBought = async (dismissed: DealWin) => {
    if (!isDismissal(dismissed)) return false;
    const isThis = (win: DealWin) =>
      win.requestId !== undefined &&
      (wonAt === undefined || (win.wonAt !== undefined && win.wonAt === dismissed.wonAt));
    const requestId = wins.slice(0, wins.indexOf(dismissed)).findLast(isThis)?.requestId;
    if (requestId === undefined) return false;
    return isRequested(shown, requestId) || isBegun(ledger, requestId);
  };
  const areBought = await Promise.all(wins.map(isBought));
  return wins.filter((_, index) => !areBought[index]);
}

/** Whether a win was dismissed after its purchase was decided on; a dismissal without a time is of whatever had been won until then. */
export function isDismissedSince(wins: readonly DealWin[], requestId: string): boolean {
  const decided = wins.findIndex((win) => win.requestId === requestId);
  const isOfThis = (win: DealWin) =>
    win.requestId === undefined && [undefined, wins[decided]?.wonAt].includes(win.wonAt);
  return wins.slice(decided + 1).some(isOfThis);
}

/** The request id of a win that was dismissed and is bought after all; undefined when somebody has a purchase of that id. */
export async function dismissedAndUnbegun(
  ledger: Ledger,
  wins: readonly DealWin[],
  wonAt: string | undefined,
): Promise<string | undefined> {
  const isThis = (win: DealWin) =>
    win.requestId !== undefined && (wonAt === undefined || win.wonAt === wonAt);
  const decided = wins.findLast(isThis)?.requestId;
  if (decided === undefined || !isDismissedSince(wins, decided)) return undefined;
  return (await ledger.find(decided)) === undefined ? decided : undefined;
}
