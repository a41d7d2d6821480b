import type { DealWin } from '../../ledger/deal-record';
import type { Ledger } from '../../ledger/ledger';

/**
 * A win may be dismissed after its purchase was decided on and before that has begun: its run was cancelled before it knew of
 * that, or a person had the last word. It is not bought unasked then. Bought after all, it keeps its request id, under which
 * there is one order, since its purchase may only not be in the ledger yet.
 */

/** Whether a win was dismissed after its purchase was decided on. */
export function isDismissedSince(wins: readonly DealWin[], requestId: string | undefined): boolean {
  const decided = wins.findIndex((win) => win.requestId === requestId);
  return wins.slice(decided + 1).some((win) => isDismissalOf(win, wins[decided]!));
}

/** One without a time is of whatever had been won until then. */
function isDismissalOf({ requestId, wonAt }: DealWin, decided: DealWin): boolean {
  return requestId === undefined && (wonAt === undefined || wonAt === decided.wonAt);
}

/** The wins that count: without dismissals after which the purchase has begun all the same, since a person wanted it. */
export async function winsThatCount(ledger: Ledger, wins: readonly DealWin[]): Promise<DealWin[]> {
  const counts = await Promise.all(wins.map((win) => isOvertaken(ledger, wins, win)));
  return wins.filter((_, index) => !counts[index]);
}

async function isOvertaken(ledger: Ledger, wins: readonly DealWin[], dismissal: DealWin): Promise<boolean> {
  const before = wins.slice(0, wins.indexOf(dismissal));
  const decided = before.findLast((win) => win.requestId !== undefined && isDismissalOf(dismissal, win));
  const purchase = decided && (await ledger.find(decided.requestId!));
  return purchase !== undefined && purchase.createdAt.getTime() > Date.parse(dismissal.decidedAt);
}

/** The request id of a win that was dismissed and is bought after all; undefined when its purchase has begun. */
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
