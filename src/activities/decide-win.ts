import {
  dealRequestIdOf,
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
import { ACTOR, sourceOfDeal, type ActivityDeps } from './deps';
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
  /** What a person has decided about it. */
  decision?: DealDecision;
}

/** What is done about a deal that is won, and how it stands in the ledger now. */
export interface WinDecision {
  /** `wait`: for a person's decision, or for what is missing; `stay`: with a purchase that an earlier run made. */
  then: 'buy' | 'stay' | 'wait' | 'nothing';
  status: DealStatus;
  /** Of `buy` and `stay`: under which the purchase runs. */
  requestId?: string;
  /** The decision was about something else, and does not count. */
  isRefused?: boolean;
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
    const { decision, ...undecided } = asked;
    // Somebody decided to buy what they had not seen.
    const isRefused = decision !== undefined && !isAboutThis(decision, asked);
    const question = isRefused ? undecided : asked;
    for (;;) {
      const decided = await decideOnce(deps, question, isRefused);
      // Another writer came between: it is judged again.
      if (decided === undefined) continue;
      const { status } = (await deps.ledger.deals.find(question.deal))!;
      return { ...decided, ...(isRefused && { isRefused }), status };
    }
  };
}

async function decideOnce(
  deps: ActivityDeps,
  question: WinQuestion,
  isRefused: boolean,
): Promise<Decided | undefined> {
  const { ledger } = deps;
  const { deal, wonAt, missing, request, decision } = question;
  const wins = await ledger.deals.wins(deal);
  const verdict = await judge(deps, question, wins);
  const id = happeningId();
  const shown = { ...(wonAt !== undefined && { wonAt }), ...(request && { request }) };
  const happened = { deal, id, ...shown, ...authorOf(decision) };
  const waits = () => {
    const change = { status: 'incomplete', kind: 'incomplete', actor: ACTOR, missing: missing! } as const;
    return ledger.deals.record({ deal, id, ...shown, ...change }).then(() => ({ then: 'wait' }) as const);
  };

  if (verdict.verdict === 'known') {
    const decided = await standsAs(deps.ledger, verdict.win.requestId);
    if (decided.then === 'buy' && missing !== undefined) return waits();
    if (isUnbought(decided.purchase)) await correct(ledger, { ...question, id }, isRefused);
    return decided;
  }
  if (decision?.verb === 'dismiss') {
    const dismissal = { ...happened, status: 'dismissed', kind: 'dismissed', after: wins.length } as const;
    return (await ledger.deals.addWin(dismissal)) ? { then: 'nothing' } : undefined;
  }
  if (verdict.verdict === 'ask') {
    const reason = reasonFor(verdict, isRefused);
    const asked = { status: 'waiting-for-decision', kind: 'asked', reason } as const;
    await ledger.deals.record({ ...happened, ...asked, ...(missing && { missing }) });
    return { then: 'wait' };
  }
  if (verdict.verdict === 'leave') {
    const wonBy = wonAt ?? question.toldAt;
    const reason = reasonFor(verdict, isRefused);
    const left = { status: 'dismissed', kind: 'left', reason } as const;
    await ledger.deals.record({ ...happened, ...(wonBy !== undefined && { wonAt: wonBy }), ...left });
    return { then: 'nothing' };
  }
  if (missing !== undefined) return waits();
  const requestId = dealRequestIdOf(deal, wins.length + 1);
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

const CHANGED = 'The decision to buy is refused: the deal has changed since it was shown. Look at it again.';

/** Why a person is asked, or nothing is bought; before it, that a decision does not count. */
function reasonFor({ reason: { code, message } }: { reason: Reason }, isRefused: boolean): Reason {
  return { code, message: isRefused ? `${CHANGED} ${message}` : message };
}

/** Shows what would be bought now, when it is another order than before: with money, the word for it is `buy`. */
async function correct(
  ledger: Ledger,
  { deal, id, missing, request }: WinQuestion & { id: string },
  isRefused: boolean,
): Promise<void> {
  const reason = { code: 'DealChanged', message: CHANGED };
  const shown = { ...(missing && { missing }), ...(request && { request }), ...(isRefused && { reason }) };
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
    isUnbought: isUnbought(purchase),
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
  const { by, why } = decision;
  return { actor: by, ...(why !== undefined && { data: { why } }) };
}
