import { getClient } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import {
  type DealDecision,
  type DealPurchase,
  type DealStatus,
  isAboutThis,
  isUnbought,
  whenWon,
} from '../../domain/deal';
import { dealRequestIdOf } from '../../domain/deal-ids';
import { present } from '../../domain/optional';
import { dismissedAndUnbegun, isBegun, isDismissedSince, isRequested, winsThatCount } from './dismissed-wins';
import { judgeWin, type JudgedWin, type Verdict } from './judge-win';
import type { KnownReason } from '../../domain/status';
import { goesOn } from '../../domain/run-status';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import type { DealWin } from '../../ledger/deal-record';
import type { Ledger } from '../../ledger/ledger';
import type { WinDecision, WinQuestion } from '../../workflows/messages/deal';
import { type ActivityDeps, sourceOfDeal } from '../dependencies';
import { isOver } from '../purchase/find-purchase';
import { type Decided, WinBook } from './win-book';

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
    const isRefused = decision !== undefined && !(await isAboutShown(deps, decision, asked));
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

/** What nobody tells the time of may be shown with one: that of the message which told of it, or of an earlier reading. */
async function isAboutShown(
  { ledger }: ActivityDeps,
  decision: DealDecision,
  asked: WinQuestion,
): Promise<boolean> {
  if (isAboutThis(decision, asked)) return true;
  const wonAt = (await ledger.deals.find(asked.deal))?.status.wonAt;
  return isAboutThis(decision, { ...present({ wonAt }), ...asked });
}

async function decideOnce(
  deps: ActivityDeps,
  question: WinQuestion,
  isRefused: boolean,
): Promise<Decided | undefined> {
  const { ledger } = deps;
  const { deal, missing, decision } = question;
  const all = await ledger.deals.wins(deal);
  const wins = await winsThatCount(ledger, deal, all, question.wonAt);
  const verdict = await judge(deps, question, wins);
  const book = new WinBook(ledger, question, isRefused, all.length);
  if (verdict.verdict === 'known' && !(await isTaken(ledger, verdict.win.requestId))) {
    const { then, purchase } = await standsAs(ledger, verdict.win.requestId);
    const { requestId } = verdict.win;
    const shown = (await ledger.deals.find(deal))!.status;
    if (then === 'buy') return notBegun(question, { book, wins, shown, requestId: requestId! });
    // What may still be bought is shown as it is now: a person's buy is about what is shown.
    if (requestId === undefined) await book.correct('dismissed');
    else if (isUnbought(purchase) || isHidden(shown, verdict.win)) await book.correct('requested');
    // Of the purchase nothing goes into the deal's history: it may have an activation code.
    return then === 'follow' ? { then, requestId: requestId! } : { then };
  }
  if (decision?.verb === 'dismiss') return book.dismiss();
  if (verdict.verdict === 'known') return book.ask(takenReason(verdict.win.requestId!));
  if (verdict.verdict === 'ask') return book.ask(verdict.reason);
  if (verdict.verdict === 'leave') return book.leave(verdict.reason);
  if (missing !== undefined) return book.wait(missing);
  const unbegun = await dismissedAndUnbegun(ledger, wins, question.wonAt);
  if (unbegun !== undefined) {
    await book.correct('requested');
    return { then: 'buy', requestId: unbegun };
  }
  const { usual, free } = await nextRequestIds(ledger, deal, all);
  if (free !== usual && decision?.verb !== 'buy') return book.ask(takenReason(usual));
  return book.buy(free);
}

/** What becomes of a win whose purchase was decided on and has not begun: until then a dismissal is not too late. */
async function notBegun(
  { missing, decision }: WinQuestion,
  known: { book: WinBook; wins: readonly DealWin[]; shown: DealStatus; requestId: string },
): Promise<Decided | undefined> {
  const { book, wins, shown, requestId } = known;
  if (!isRequested(shown, requestId) && decision?.verb !== 'buy' && isDismissedSince(wins, requestId)) {
    await book.correct('dismissed');
    return { then: 'nothing' };
  }
  if (decision?.verb === 'dismiss') {
    return (await isUnderWay(requestId)) ? { then: 'follow', requestId } : book.dismiss();
  }
  if (missing !== undefined) return book.wait(missing);
  await book.correct('requested');
  return { then: 'buy', requestId };
}

/** Whether the run of a purchase goes on that is not in the ledger yet. */
async function isUnderWay(requestId: string): Promise<boolean> {
  try {
    const { status } = await getClient().workflow.getHandle(purchaseWorkflowIdOf(requestId)).describe();
    return goesOn(status.name);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Whether a deal does not show the purchase that its win has: that was on its way when something else was said or missing. */
function isHidden(shown: DealStatus, { requestId, wonAt }: JudgedWin): boolean {
  const isOfThis = shown.requestId === requestId && [undefined, shown.wonAt].includes(wonAt);
  return isOfThis && shown.status !== 'requested';
}

/** What is left to do about a win that was decided about before. */
async function standsAs(
  ledger: Ledger,
  requestId: string | undefined,
): Promise<{ then: 'buy' | 'follow' | 'nothing'; purchase?: DealPurchase }> {
  if (requestId === undefined) return { then: 'nothing' };
  const purchase = await ledger.find(requestId);
  // A purchase that was decided on and is not in the ledger has not been begun.
  if (purchase === undefined) return { then: 'buy' };
  return { then: isOver(purchase.status) ? 'nothing' : 'follow', purchase };
}

async function judge(deps: ActivityDeps, question: WinQuestion, wins: DealWin[]): Promise<Verdict> {
  const { source, reader } = sourceOfDeal(deps, question.deal);
  const { since, wonAgain } = source;
  const { decision, isMerged = false } = question;
  const isDated = reader !== undefined;
  // What a sender says is looked at beside what it said before: another time is no proof that it was lost in between.
  const wonFrom = isDated ? question.wonFrom : await deps.ledger.deals.wonSince(question.deal);
  const compared = winsAt(wins, question.wonAt);
  const newest = compared.at(-1)?.requestId;
  const purchase = newest === undefined ? undefined : await deps.ledger.find(newest);
  return judgeWin({
    wins: compared,
    ...whenWon(question),
    ...present({ wonFrom }),
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

/** Whether a request id of a deal belongs to a purchase that the deal's run has not begun. */
export async function isTaken(ledger: Ledger, requestId: string | undefined): Promise<boolean> {
  if (requestId === undefined || (await ledger.find(requestId)) === undefined) return false;
  return !(await isBegun(ledger, requestId));
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
export function takenReason(requestId: string): KnownReason {
  const message =
    `There is a purchase "${requestId}" that this deal has not begun: somebody else has used its id. Nothing was bought for ` +
    `the deal. See what it is: wonce audit ${requestId}. Decide with buy, under another id, or dismiss.`;
  return { code: 'PurchaseIdTaken', message };
}
