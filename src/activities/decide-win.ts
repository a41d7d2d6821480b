import {
  isAboutThis,
  isUnbought,
  type DealDecision,
  type DealDraft,
  type DealPurchase,
  type DealStatus,
  type MissingFact,
} from '../orders/deal';
import { judgeWin, whenWon, type Verdict, type WhenWon } from '../orders/judge-win';
import type { DealWin } from '../ledger/deal-record';
import type { Ledger } from '../ledger/ledger';
import type { Reason } from '../orders/status';
import { doorOf } from '../orders/whose';
import { ACTOR, sourceOfDeal, type ActivityDeps } from './deps';
import { isTaken, nextRequestIds, takenReason } from './deal-request-id';
import { isOver } from './find-purchase';
import { happeningId } from './happening';

export interface WinQuestion extends WhenWon {
  source: string;
  deal: string;
  isMerged?: boolean;
  /** What keeps it from becoming a request. */
  missing?: MissingFact[];
  /** What it comes to, as far as that is known. */
  request?: DealDraft;
  /** People have filled in something since the newest win was decided about. */
  isFilledIn?: boolean;
  /** What a person has decided about it. */
  decision?: DealDecision | undefined;
}

/** What is done about a deal that is won, and how it stands in the ledger now. */
export interface WinDecision {
  /** `wait`: for a person's decision, or for what is missing; `stay`: with a purchase that an earlier run made. */
  then: 'buy' | 'stay' | 'wait' | 'nothing';
  status: DealStatus;
  /** Of `buy` and `stay`: under which the purchase runs. */
  requestId?: string;
  /** The decision was about something else, and does not count. */
  isRefused?: true;
}

type Decided = Omit<WinDecision, 'status'>;

/**
 * Decides what becomes of a win, and writes it down before anything is bought: one win, one request id, for ever. The
 * same question again gets the same answer.
 *
 * @throws SourceUnknown
 */
export function decideWin(deps: ActivityDeps) {
  return async (asked: WinQuestion): Promise<WinDecision> => {
    // Somebody decided to buy what they had not seen.
    const hasChanged = asked.decision !== undefined && !isAboutThis(asked.decision, asked);
    const question = hasChanged ? { ...asked, decision: undefined, hasChanged } : asked;
    for (;;) {
      const decided = await decideOnce(deps, question);
      // Another writer came between: it is judged again.
      if (decided === undefined) continue;
      const { status } = (await deps.ledger.deals.find(question.deal))!;
      return { ...decided, ...(hasChanged && { isRefused: true }), status };
    }
  };
}

async function decideOnce(
  deps: ActivityDeps,
  question: WinQuestion & { hasChanged?: boolean },
): Promise<Decided | undefined> {
  const { ledger } = deps;
  const { deal, wonAt, missing, request, decision, hasChanged } = question;
  const wins = await ledger.deals.wins(deal);
  const verdict = await judge(deps, question, wins);
  const id = happeningId();
  const shown = { ...(wonAt !== undefined && { wonAt }), ...(request && { request }) };
  const happened = { deal, id, ...shown, ...authorOf(decision) };
  const waits = () => {
    const change = { status: 'incomplete', kind: 'incomplete', actor: ACTOR, missing: missing! } as const;
    return ledger.deals.record({ deal, id, ...shown, ...change }).then(() => ({ then: 'wait' }) as const);
  };

  const taken = verdict.verdict === 'known' && (await isTaken(ledger, verdict.win.requestId));
  if (verdict.verdict === 'known' && !taken) {
    const decided = await standsAs(ledger, verdict.win.requestId);
    if (decided.then === 'buy' && missing !== undefined) return waits();
    if (isUnbought(decided.purchase)) await correct(ledger, { ...question, id });
    return decided;
  }
  if (decision?.verb === 'dismiss') {
    const dismissal = { ...happened, status: 'dismissed', kind: 'dismissed', after: wins.length } as const;
    return (await ledger.deals.addWin(dismissal)) ? { then: 'nothing' } : undefined;
  }
  const ask = async (why: Reason): Promise<Decided> => {
    const reason = hasChanged ? changed(why) : why;
    const asked = { status: 'waiting-for-decision', kind: 'asked', reason } as const;
    await ledger.deals.record({ ...happened, ...asked, ...(missing && { missing }) });
    return { then: 'wait' };
  };
  if (verdict.verdict === 'known') return ask(takenReason(verdict.win.requestId!));
  if (verdict.verdict === 'ask') return ask(verdict.reason);
  if (verdict.verdict === 'leave') {
    const wonBy = wonAt ?? question.toldAt;
    const reason = hasChanged ? changed(verdict.reason) : verdict.reason;
    const left = { status: 'dismissed', kind: 'left', reason } as const;
    await ledger.deals.record({ ...happened, ...(wonBy !== undefined && { wonAt: wonBy }), ...left });
    return { then: 'nothing' };
  }
  if (missing !== undefined) return waits();
  const { usual, free: requestId } = await nextRequestIds(ledger, deal, wins);
  if (requestId !== usual && decision?.verb !== 'buy') return ask(takenReason(usual));
  const win = { ...happened, status: 'requested', kind: 'requested', requestId, after: wins.length } as const;
  return (await ledger.deals.addWin(win)) ? { then: 'buy', requestId } : undefined;
}

/** What is left to do about a win that was decided about before. */
async function standsAs(
  ledger: Ledger,
  requestId: string | undefined,
): Promise<Decided & { purchase?: DealPurchase }> {
  if (requestId === undefined) return { then: 'nothing' };
  const purchase = await ledger.find(requestId);
  // A purchase that was decided on and is not in the ledger has not been begun.
  if (purchase === undefined) return { then: 'buy', requestId };
  return isOver(purchase.status) ? { then: 'nothing', purchase } : { then: 'stay', requestId };
}

function changed({ code, message }: Reason): Reason {
  return { code, message: `${CHANGED} ${message}` };
}

const CHANGED = 'The decision to buy is refused: the deal has changed since it was shown. Look at it again.';

/** Shows what would be bought now, when it is another order than before: with money, the word for it is `buy`. */
async function correct(
  ledger: Ledger,
  { deal, id, missing, request, hasChanged }: WinQuestion & { id: string; hasChanged?: boolean },
): Promise<void> {
  const reason = { code: 'DealChanged', message: CHANGED };
  const shown = { ...(missing && { missing }), ...(request && { request }), ...(hasChanged && { reason }) };
  await ledger.deals.record({ deal, id, status: 'requested', kind: 'corrected', actor: ACTOR, ...shown });
}

async function judge(deps: ActivityDeps, question: WinQuestion, wins: DealWin[]): Promise<Verdict> {
  const { source, account } = sourceOfDeal(deps, question.deal);
  const { since, wonAgain } = source;
  const { decision, isMerged = false } = question;
  const isDated = account.reader !== undefined;
  // What a sender says is looked at beside what it said before: another time is no proof that it was lost in between.
  const wonFrom = isDated ? question.wonFrom : await deps.ledger.deals.wonSince(question.deal);
  const compared = winsAt(wins, question.wonAt);
  const newest = compared.at(-1)?.requestId;
  const purchase = newest === undefined ? undefined : await deps.ledger.find(newest);
  return judgeWin({
    wins: compared,
    ...whenWon(question),
    ...(wonFrom !== undefined && { wonFrom }),
    isDated,
    since,
    wonAgain,
    isMerged,
    isWanted: decision?.verb === 'buy',
    isUnbought: isUnbought(purchase) || (await isTaken(deps.ledger, newest)),
  });
}

/**
 * The wins as they are compared with one at that time. Of a run that was cancelled before it had read the deal, nobody
 * knows what it would have found: it is whatever was won until then and not decided about otherwise.
 */
function winsAt(wins: readonly DealWin[], wonAt: string | undefined): readonly DealWin[] {
  if (wonAt === undefined) return wins;
  const isOpen = (win: DealWin) => win.wonAt === undefined && win.requestId === undefined;
  if (wins.some((win) => win.wonAt === wonAt)) return wins.filter((win) => !isOpen(win));
  const isBefore = ({ decidedAt }: DealWin) => Date.parse(wonAt) <= Date.parse(decidedAt);
  return wins.map((win) => (isOpen(win) && isBefore(win) ? { ...win, wonAt } : win));
}

function authorOf(decision: DealDecision | undefined) {
  if (decision === undefined) return { actor: ACTOR };
  const { by, why, via } = decision;
  return { actor: by, data: { ...(why !== undefined && { why }), via: doorOf(via) } };
}
