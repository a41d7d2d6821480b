import { CancellationScope, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { Look } from '../../activities/reconcile/look-for-order';
import type { Asking, Candidate, Decision, Question } from '../../domain/decision';
import type { OrderOutcome, UnknownOutcome } from '../../domain/outcome';
import { growing, type Policy } from '../../domain/policy';
import type { PurchaseState, Reason } from '../../domain/status';
import { recordLateCancellation } from './confirm';
import * as activity from './activity-proxies';
import type { Taken } from './decisions';
import { hasFailed, reasonOf } from '../failures';
import { note } from './ledger-notes';
import type { PurchaseWorkflow, Run } from './run';

/** What is known of the vendor's orders: what a person is asked about, and decides about. */
interface Evidence {
  /** Of the latest reading that succeeded. */
  reading: 'none' | 'complete' | 'incomplete';
  /** Orders that may be the one. */
  candidates: Candidate[];
}

/** So long a look has before a person is asked, the last one of the window, too. */
const SHORTEST_LOOK_MS = 60_000;

/** How far settling has come: what a run that has grown long hands to the one that continues it. */
export interface Settling {
  unknown: UnknownOutcome;
  /** In ms since 1970: from then on a person is asked. */
  endsAt: number;
  looks: number;
  /** The latest look failed: it is made once more, also when the window has passed. */
  hasFailed: boolean;
  seen: Evidence;
  absence: { since?: number; mostSeen: number };
}

/**
 * Finds out what became of an attempt of unknown outcome: reads the vendor's orders back, again and again with growing
 * waits, until the order is found or the window has passed and they were read; from then on, and whenever the evidence
 * does not decide, a person is asked. A person may decide at any time.
 *
 * @returns `created`, or `not-created`: to be ordered again (`not-sent`) or to be given up (`refused`)
 */
export async function settle(run: Run, settling: Settling): Promise<OrderOutcome> {
  const { code, message, evidence } = settling.unknown;
  // A run that continues another goes on asking.
  const isAsking = run.board.status.question !== undefined;
  if (!isAsking) run.board.show({ status: 'settling', reason: { code, message }, evidence });
  try {
    return await lookAndAsk(run, settling);
  } finally {
    run.decisions.withdraw();
  }
}

/** Settling begins with a window in which nobody need be asked. */
export function beginSettling({ policy }: Run, unknown: UnknownOutcome): Settling {
  const endsAt = Date.now() + windowMs(policy.settling);
  const seen: Evidence = { reading: 'none', candidates: [] };
  return { unknown, endsAt, looks: 0, hasFailed: false, seen, absence: { mostSeen: 0 } };
}

async function lookAndAsk(run: Run, settling: Settling): Promise<OrderOutcome> {
  const { settling: patience } = run.policy;
  for (; ; settling.looks++) {
    await ask(run, settling);
    await continueWhenLong(run, settling);
    const gapMs = growing(patience.firstLookMs, settling.looks, patience.longestGapMs);
    const leftMs = settling.endsAt - Date.now();
    const afterWindowMs = settling.hasFailed ? gapMs : Infinity;
    const taken = await run.decisions.answerWithin(leftMs > 0 ? Math.min(gapMs, leftMs) : afterWindowMs);
    if (taken !== undefined) {
      const settled = await decided(run, taken, settling);
      if (settled !== undefined) return settled;
      continue;
    }
    if (workflowInfo().continueAsNewSuggested) continue;
    const look = await lookInTime(run, settling);
    // What a person decided meanwhile goes before what the clock says.
    if (run.decisions.isAnswered) continue;
    if (look?.found === 'one' || look?.found === 'not-created') return look.outcome;
    settling.hasFailed = look === undefined;
    settling.seen = evidenceAfter(look, settling.seen);
    const settled = await reorderedAfter(run, absentMs(settling, look));
    if (settled !== undefined) return settled;
  }
}

/** A look that failed says nothing against what was seen before. */
function evidenceAfter(look: Look | undefined, before: Evidence): Evidence {
  switch (look?.found) {
    case 'undecided':
      return { reading: before.reading, candidates: byId(look.candidates) };
    case 'none':
      return { reading: look.isComplete ? 'complete' : 'incomplete', candidates: [] };
    default:
      return before;
  }
}

/** In the same order however they were read: the same evidence is the same question. */
function byId(candidates: readonly Candidate[]): Candidate[] {
  return [...candidates].sort((one, other) => (one.id < other.id ? -1 : 1));
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
async function ask({ board, decisions, request }: Run, { seen, endsAt }: Settling): Promise<void> {
  const needsPerson = endsAt <= Date.now() || seen.candidates.length > 0;
  const before = board.status.question;
  const question: Question = decisions.open(questionAbout(seen));
  const status: PurchaseState = needsPerson ? 'waiting-for-decision' : 'settling';
  if (needsPerson !== board.isAskingInLedger || (needsPerson && before?.id !== question.id)) {
    board.isAskingInLedger = needsPerson;
    const kind = needsPerson ? 'decision-asked' : 'settling';
    await note({ requestId: request.requestId, status, kind, ...(needsPerson && { question }) });
  }
  board.show(needsPerson ? { status, question } : { status });
}

const READINGS: Record<Evidence['reading'], string> = {
  none: '',
  complete: " It was not among the vendor's orders when all of them were read.",
  incomplete: " It was not among the vendor's orders, of which not all could be read.",
};

function questionAbout({ reading, candidates }: Evidence): Asking {
  const asked =
    candidates.length > 0
      ? 'Which of these orders is the one of this purchase, or is none of them?'
      : `Did the vendor create the order of this purchase?${READINGS[reading]}`;
  return { verb: 'settle', asked, candidates };
}

/**
 * Looks, unless a person decides meanwhile. A look may take its time: a vendor may ask to wait for a day, and a worker may
 * die. Once the window has passed a person is asked, while the look goes on.
 */
async function lookInTime(run: Run, settling: Settling): Promise<Look | undefined> {
  const scope = new CancellationScope();
  let isDone = false;
  const looking = scope.run(() => lookOnce(run, activity.lookForOrder));
  const done = () => {
    isDone = true;
  };
  looking.then(done, done);
  const isOver = () => isDone || run.decisions.isAnswered || workflowInfo().continueAsNewSuggested;
  const timeMs = Math.max(settling.endsAt - Date.now(), SHORTEST_LOOK_MS);
  if (!(await condition(isOver, timeMs, { summary: 'Time for this look' }))) {
    await ask(run, settling);
    await condition(isOver);
  }
  if (isDone) return looking;
  scope.cancel();
  return undefined;
}

/** @returns undefined when the vendor's orders could not be read: no news, and no proof of anything */
async function lookOnce(
  { request, board }: Run,
  lookForOrder: typeof activity.lookForOrder,
): Promise<Look | undefined> {
  try {
    return await lookForOrder({ requestId: request.requestId });
  } catch (failure) {
    if (!hasFailed(failure)) throw failure;
    board.show({ reason: reasonOf(failure) });
    return undefined;
  }
}

/**
 * For how long the order has been absent from complete readings, without a break, in ms. A reading that failed, was
 * incomplete or shows fewer orders than another proves no absence.
 */
function absentMs({ absence }: Settling, look: Look | undefined): number {
  const isProven = look?.found === 'none' && look.isComplete && look.ordersSeen >= absence.mostSeen;
  absence.mostSeen = Math.max(absence.mostSeen, look?.ordersSeen ?? 0);
  if (!isProven) {
    delete absence.since;
    return 0;
  }
  absence.since ??= Date.now();
  return Date.now() - absence.since;
}

/** One more attempt after a long absence, where the house wants that; the ledger sees that it is one. */
async function reorderedAfter(
  { request, policy }: Run,
  absentForMs: number,
): Promise<OrderOutcome | undefined> {
  const { reorderAfterAbsenceMs } = policy.settling;
  if (reorderAfterAbsenceMs === undefined || absentForMs < reorderAfterAbsenceMs) return undefined;
  const absence = { because: 'absence', forMs: absentForMs } as const;
  const seen = { orders: [], isComplete: true };
  const outcome = await activity.recordAbsence({ requestId: request.requestId, absence, seen });
  return outcome.outcome === 'unknown' ? undefined : outcome;
}

type Settlement = Decision & { verb: 'settle' };

/**
 * What a person decided, unless it contradicts the evidence, or there is evidence that they have not seen: the vendor's
 * orders are looked at once more, at this very moment.
 */
async function decided(run: Run, taken: Taken, settling: Settling): Promise<OrderOutcome | undefined> {
  const decision = taken.decision as Settlement;
  const look = await lookOnce(run, activity.lookBeforeDeciding);
  if (look?.found === 'one' && !names(decision, look.outcome)) {
    taken.refuse(refused('the vendor has the order after all. It is taken as the one of this purchase.'));
    return look.outcome;
  }
  const now = evidenceAfter(look, settling.seen);
  const objection = look === undefined ? unreadable(run, decision) : unseen(decision, settling.seen, now);
  settling.seen = now;
  if (objection !== undefined) {
    // Whoever is refused finds what there is to decide about now.
    await ask(run, settling);
    taken.refuse(objection);
    return undefined;
  }
  return 'created' in decision ? adopted(run, taken, decision) : givenUp(run, taken, decision, now);
}

/** Nothing is ordered on somebody's word while the vendor's orders cannot be read. */
function unreadable({ board }: Run, decision: Settlement): Reason | undefined {
  if ('created' in decision || decision.notCreated === 'stop') return undefined;
  const { message = 'they cannot be read' } = board.status.reason ?? {};
  return refused(`the vendor's orders cannot be read now (${message}). Decide again when they can.`);
}

/** Why a decision is not about the evidence that there is; undefined when it is. */
function unseen(decision: Settlement, before: Evidence, now: Evidence): Reason | undefined {
  const known = new Set(before.candidates.map(textOf));
  const unknown = now.candidates.filter(
    (candidate) =>
      !known.has(textOf(candidate)) && !('created' in decision && candidate.id === decision.created),
  );
  if (unknown.length > 0) {
    const shown = unknown.map(({ id, description }) => `${id} (${description})`).join('; ');
    return refused(
      `the vendor shows what was not among the evidence: ${shown}. Look at it, and decide again.`,
    );
  }
  if ('created' in decision || decision.notCreated === 'stop') return undefined;
  if (now.candidates.length < before.candidates.length) {
    return refused('the vendor does not show what was among the evidence any more. Decide again.');
  }
  if (now.reading === 'incomplete' && before.reading !== 'incomplete' && now.candidates.length === 0) {
    return refused(
      "not all of the vendor's orders could be read now. If it is not created all the same, decide again.",
    );
  }
  return undefined;
}

function textOf({ id, description }: Candidate): string {
  return `${id} ${description}`;
}

function names(decision: Settlement, outcome: OrderOutcome): boolean {
  return 'created' in decision && outcome.outcome === 'created' && outcome.order.orderNo === decision.created;
}

function refused(why: string): Reason {
  return { code: 'DecisionRefused', message: `The decision is refused: ${why}` };
}

async function adopted(
  { request }: Run,
  taken: Taken,
  { created, by, why, via }: Settlement & { created: string },
): Promise<OrderOutcome | undefined> {
  const { requestId } = request;
  try {
    const outcome = await activity.adoptOrder({
      requestId,
      orderNo: created,
      by,
      ...(why && { why }),
      ...(via && { via }),
    });
    taken.accept();
    return outcome;
  } catch (failure) {
    if (!hasFailed(failure)) throw failure;
    taken.refuse(reasonOf(failure));
    return undefined;
  }
}

async function givenUp(
  { request }: Run,
  taken: Taken,
  { notCreated: then, by, why, via }: Settlement & { notCreated: 'order-again' | 'stop' },
  { candidates, reading }: Evidence,
): Promise<OrderOutcome | undefined> {
  const { requestId } = request;
  const absence = { because: 'decision', then, by, ...(why && { why }), ...(via && { via }) } as const;
  const seen = { orders: candidates.map(({ id }) => id), isComplete: reading === 'complete' };
  const outcome = await activity.recordAbsence({ requestId, absence, seen });
  taken.accept();
  return outcome;
}

/** Goes on in a new run once the history has grown long; a decision that has come is looked at before. */
async function continueWhenLong(run: Run, settling: Settling): Promise<void> {
  if (!workflowInfo().continueAsNewSuggested) return;
  await recordLateCancellation(run);
  await run.decisions.rest();
  if (run.decisions.isAnswered) return;
  const { request, board, policy } = run;
  await continueAsNew<PurchaseWorkflow>(request, { status: board.status, policy, settling });
}
