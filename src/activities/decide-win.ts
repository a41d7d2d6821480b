import {
  dealRequestIdOf,
  type DealDecision,
  type DealState,
  type DealStatus,
  type MissingFact,
} from '../orders/deal';
import { judgeWin, whenWon, type Verdict, type WhenWon } from '../orders/judge-win';
import type { Reason } from '../orders/status';
import type { DealWin } from '../ledger/deal-record';
import type { Ledger } from '../ledger/ledger';
import { ACTOR, sourceOfDeal, type ActivityDeps } from './deps';

export interface WinQuestion extends WhenWon {
  source: string;
  deal: string;
  isMerged?: boolean;
  /** What keeps it from becoming a request. */
  missing?: MissingFact[];
  /** What a person has decided about it. */
  decision?: DealDecision;
  /** With `dismiss`: what the deal shows as the reason. */
  reason?: Reason;
}

/** What is done about a deal that is won, and how it stands in the ledger now. */
export interface WinDecision {
  /** `wait`: for a person's decision, or for what is missing. */
  then: 'buy' | 'wait' | 'nothing';
  status: DealStatus;
  /** Of `buy`: under which the purchase runs. */
  requestId?: string;
}

type Decided = Omit<WinDecision, 'status'>;

/**
 * Decides what becomes of a win, and writes it down before anything is bought: one win, one request id, for ever. The
 * same question again gets the same answer.
 *
 * @throws SourceUnknown
 */
export function decideWin(deps: ActivityDeps) {
  return async (question: WinQuestion): Promise<WinDecision> => {
    for (;;) {
      const decided = await decideOnce(deps, question);
      // Another writer came between: it is judged again.
      if (decided === undefined) continue;
      const { status } = (await deps.ledger.deals.find(question.deal))!;
      return { ...decided, status };
    }
  };
}

async function decideOnce(deps: ActivityDeps, question: WinQuestion): Promise<Decided | undefined> {
  const { ledger } = deps;
  const { deal, wonAt, missing, decision, reason } = question;
  const wins = await ledger.deals.wins(deal);
  const verdict = await judge(deps, question, wins);
  const happened = { deal, ...(wonAt !== undefined && { wonAt }), ...authorOf(decision) };
  const addWin = (what: { status: DealState; kind: string; requestId?: string; reason?: Reason }) =>
    ledger.deals.addWin({ ...happened, ...what, after: wins.length });

  if (verdict.verdict === 'known') {
    const { requestId } = verdict.win;
    // A purchase that was decided on and is not in the ledger has not been begun.
    const isBegun = requestId === undefined || (await ledger.find(requestId)) !== undefined;
    if (isBegun) return { then: 'nothing' };
    return missing === undefined ? { then: 'buy', requestId } : waitFor(ledger, happened, missing);
  }
  if (decision?.verb === 'dismiss') {
    const dismissal = { status: 'dismissed', kind: 'dismissed', ...(reason && { reason }) } as const;
    return (await addWin(dismissal)) ? { then: 'nothing' } : undefined;
  }
  if (verdict.verdict === 'ask') {
    const asked = { status: 'waiting-for-decision', kind: 'asked', reason: verdict.reason } as const;
    await ledger.deals.record({ ...happened, ...asked });
    return { then: 'wait' };
  }
  if (verdict.verdict === 'leave') {
    const wonBy = wonAt ?? question.toldAt;
    const left = { status: 'dismissed', kind: 'left', reason: verdict.reason } as const;
    await ledger.deals.record({ ...happened, ...(wonBy !== undefined && { wonAt: wonBy }), ...left });
    return { then: 'nothing' };
  }
  if (missing !== undefined) return waitFor(ledger, happened, missing);
  const requestId = dealRequestIdOf(deal, wins.length + 1);
  const isWritten = await addWin({ status: 'requested', kind: 'requested', requestId });
  return isWritten ? { then: 'buy', requestId } : undefined;
}

async function waitFor(
  ledger: Ledger,
  { deal, wonAt }: { deal: string; wonAt?: string },
  missing: MissingFact[],
): Promise<Decided> {
  const when = wonAt === undefined ? {} : { wonAt };
  const change = { deal, status: 'incomplete', kind: 'incomplete', actor: ACTOR, missing, ...when } as const;
  await ledger.deals.record(change);
  return { then: 'wait' };
}

async function judge(deps: ActivityDeps, question: WinQuestion, wins: DealWin[]): Promise<Verdict> {
  const { source, account } = sourceOfDeal(deps, question.deal);
  const { since, wonAgain } = source;
  const { decision, isMerged = false } = question;
  const isDated = account.reader !== undefined;
  // What a sender says is looked at beside what it said before: another time is no proof that it was lost in between.
  const wonFrom = isDated ? question.wonFrom : await deps.ledger.deals.wonSince(question.deal);
  const newest = wins.at(-1)?.requestId;
  const purchase = newest === undefined ? undefined : await deps.ledger.find(newest);
  return judgeWin({
    wins,
    ...whenWon(question),
    ...(wonFrom !== undefined && { wonFrom }),
    isDated,
    since,
    wonAgain,
    isMerged,
    isWanted: decision?.verb === 'buy',
    isUnbought: purchase?.status === 'refused' || purchase?.status === 'cancelled',
  });
}

function authorOf(decision: DealDecision | undefined) {
  if (decision === undefined) return { actor: ACTOR };
  const { by, why } = decision;
  return { actor: by, ...(why !== undefined && { data: { why } }) };
}
