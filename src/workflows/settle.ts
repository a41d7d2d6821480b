import type { Look } from '../activities/look-for-order';
import type { Candidate, Decision, Question } from '../orders/decision';
import type { OrderOutcome, UnknownOutcome } from '../orders/outcome';
import { growing, type Policy } from '../orders/policy';
import type { PurchaseState } from '../orders/status';
import * as activity from './contracts';
import type { Taken } from './decisions';
import { hasFailed, reasonOf } from './failures';
import { note } from './ledger-notes';
import type { Run } from './run';

/**
 * Finds out what became of an attempt of unknown outcome: reads the vendor's orders back, again and again with growing
 * waits, until the order is found or the window has passed; from then on, and whenever the evidence does not decide, a
 * person is asked. A person may decide at any time.
 *
 * @returns `created`, or `not-created`: to be ordered again (`not-sent`) or to be given up (`refused`)
 */
export async function settle(run: Run, unknown: UnknownOutcome): Promise<OrderOutcome> {
  try {
    return await lookAndAsk(run, unknown);
  } finally {
    run.decisions.withdraw();
  }
}

async function lookAndAsk(run: Run, unknown: UnknownOutcome): Promise<OrderOutcome> {
  const { settling } = run.policy;
  const { code, message, evidence } = unknown;
  run.board.show({ status: 'settling', reason: { code, message }, evidence });
  const endsAt = Date.now() + windowMs(settling);
  const absence = new Absence();
  let candidates: Candidate[] = [];
  for (let looks = 0; ; looks++) {
    const leftMs = endsAt - Date.now();
    const isOver = leftMs <= 0;
    const question = await ask(run, candidates, isOver || candidates.length > 0);
    const waitMs = Math.min(growing(settling.firstLookMs, looks, settling.longestGapMs), leftMs);
    const taken = await run.decisions.ask(question, isOver ? undefined : waitMs);
    if (taken !== undefined) {
      const settled = await decided(run, taken);
      if (settled !== undefined) return settled;
      continue;
    }
    const look = await lookOnce(run);
    if (look?.found === 'one') return look.outcome;
    candidates = candidatesAfter(look, candidates);
    const absentMs = absence.after(look);
    // What a person decided meanwhile goes before what the clock says.
    if (run.decisions.isAnswered) continue;
    if (look?.found === 'not-created') return look.outcome;
    const settled = await reorderedAfter(run, absentMs);
    if (settled !== undefined) return settled;
  }
}

/** A look that failed says nothing against the orders that were seen before. */
function candidatesAfter(look: Look | undefined, known: Candidate[]): Candidate[] {
  if (look !== undefined) return look.found === 'undecided' ? look.candidates : [];
  return known;
}

/** Long enough to see an absence through, from the first look to one after it has lasted. */
function windowMs({
  windowMs: usual,
  firstLookMs,
  longestGapMs,
  reorderAfterAbsenceMs,
}: Policy['settling']): number {
  if (reorderAfterAbsenceMs === undefined) return usual;
  return Math.max(usual, firstLookMs + reorderAfterAbsenceMs + 2 * longestGapMs);
}

/** Writes down, and then shows, what is waited for: the next look, or a person. */
async function ask(
  { board, decisions, request }: Run,
  candidates: Candidate[],
  needsPerson: boolean,
): Promise<Question> {
  const asked =
    candidates.length > 0
      ? 'Which of these orders is the one of this purchase, or is none of them?'
      : 'Did the vendor create the order of this purchase?';
  const since = board.status.question?.since ?? new Date().toISOString();
  const question: Question = { verb: 'settle', asked, candidates, since };
  const status: PurchaseState = needsPerson ? 'waiting-for-decision' : 'settling';
  const isNews = board.status.status !== status || !sameCandidates(board.status.question, candidates);
  decisions.open(question);
  if (isNews && (needsPerson || board.isAskingInLedger)) {
    board.isAskingInLedger = needsPerson;
    const kind = needsPerson ? 'decision-asked' : 'settling';
    await note({ requestId: request.requestId, status, kind, ...(needsPerson && { question }) });
  }
  board.show(needsPerson ? { status, question } : { status });
  return question;
}

function sameCandidates(question: Question | undefined, candidates: readonly Candidate[]): boolean {
  return (
    question !== undefined &&
    String(question.candidates.map(({ id }) => id)) === String(candidates.map(({ id }) => id))
  );
}

/** @returns undefined when the vendor's orders could not be read: no news, and no proof of anything */
async function lookOnce({ request, board }: Run): Promise<Look | undefined> {
  try {
    return await activity.lookForOrder({ requestId: request.requestId });
  } catch (failure) {
    if (!hasFailed(failure)) throw failure;
    board.show({ reason: reasonOf(failure) });
    return undefined;
  }
}

/** For how long the order has been absent from complete readings, without a break. */
class Absence {
  private since: number | undefined;
  private mostSeen = 0;

  /** @returns ms of absence proven so far; a reading that failed, was incomplete or shows fewer orders than another proves none */
  after(look: Look | undefined): number {
    const isProven = look?.found === 'none' && look.isComplete && look.ordersSeen >= this.mostSeen;
    this.mostSeen = Math.max(this.mostSeen, look?.ordersSeen ?? 0);
    this.since = isProven ? (this.since ?? Date.now()) : undefined;
    return this.since === undefined ? 0 : Date.now() - this.since;
  }
}

/** One more attempt after a long absence, where the house wants that; the ledger sees that it is one. */
async function reorderedAfter({ request, policy }: Run, absentMs: number): Promise<OrderOutcome | undefined> {
  const { reorderAfterAbsenceMs } = policy.settling;
  if (reorderAfterAbsenceMs === undefined || absentMs < reorderAfterAbsenceMs) return undefined;
  const absence = { because: 'absence', forMs: absentMs } as const;
  const outcome = await activity.recordAbsence({ requestId: request.requestId, absence });
  return outcome.outcome === 'unknown' ? undefined : outcome;
}

/** What a person decided, unless it contradicts the evidence. */
async function decided(run: Run, taken: Taken): Promise<OrderOutcome | undefined> {
  const { decision } = taken;
  if ('created' in decision) return adopted(run, taken, decision);
  if ('notCreated' in decision) return givenUp(run, taken, decision);
  return undefined;
}

async function adopted(
  { request }: Run,
  taken: Taken,
  { created, by, why }: Decision & { created: string },
): Promise<OrderOutcome | undefined> {
  const { requestId } = request;
  try {
    const outcome = await activity.adoptOrder({ requestId, orderNo: created, by, ...(why && { why }) });
    taken.accept();
    return outcome;
  } catch (failure) {
    if (!hasFailed(failure)) throw failure;
    taken.refuse(reasonOf(failure));
    return undefined;
  }
}

async function givenUp(
  run: Run,
  taken: Taken,
  { notCreated: then, by, why }: Decision & { notCreated: 'order-again' | 'stop' },
): Promise<OrderOutcome | undefined> {
  // The evidence of this very moment, before money is spent on somebody's word.
  const look = await lookOnce(run);
  if (look?.found === 'one') {
    const message =
      'The decision is refused: the vendor has the order after all. It is taken as the one of this purchase.';
    taken.refuse({ code: 'DecisionRefused', message });
    return look.outcome;
  }
  if (look === undefined && then === 'order-again') {
    const message = `The decision is refused: the vendor's orders cannot be read now (${run.board.status.reason?.message}). Decide again when they can.`;
    taken.refuse({ code: 'DecisionRefused', message });
    return undefined;
  }
  const { requestId } = run.request;
  const absence = { because: 'decision', then, by, ...(why && { why }) } as const;
  const outcome = await activity.recordAbsence({ requestId, absence });
  taken.accept();
  return outcome;
}
