import type { DealWin } from '../../ledger/deal-record';
import type { Ledger } from '../../ledger/ledger';
import { dealRequestIdOf, isStartedByDeal } from '../../domain/deal';
import type { Reason } from '../../domain/status';

/** Whether a request id of a deal belongs to a purchase that the deal's run has not begun. */
export async function isTaken(ledger: Ledger, requestId: string | undefined): Promise<boolean> {
  if (requestId === undefined || (await ledger.find(requestId)) === undefined) return false;
  return !isStartedByDeal(requestId, await ledger.startedBy(requestId));
}

/** The request id that a deal's next purchase would have, and the first one that nobody has. */
export async function nextRequestIds(ledger: Ledger, deal: string, wins: readonly DealWin[]) {
  const usual = dealRequestIdOf(deal, wins.length + 1);
  const given = new Set(wins.map(({ requestId }) => requestId));
  for (let number = wins.length + 1; ; number++) {
    const free = dealRequestIdOf(deal, number);
    if (!given.has(free) && (await ledger.find(free)) === undefined) return { usual, free };
  }
}

/** Why a person is asked when somebody else's purchase has the id. */
export function takenReason(requestId: string): Reason {
  const message =
    `There is a purchase "${requestId}" that this deal has not begun: somebody else has used its id. Nothing was bought for ` +
    `the deal. See what it is: wonce audit ${requestId}. Decide with buy, under another id, or dismiss.`;
  return { code: 'PurchaseIdTaken', message };
}
