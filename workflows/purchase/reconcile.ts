import {
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  patched,
  workflowInfo,
} from '@temporalio/workflow';
import { exponentialBackoff } from '../../domain/backoff';
import type { Asking, ComparedFact, Question } from '../../domain/decision';
import { changesPbx } from '../../domain/operations';
import { present } from '../../domain/optional';
import type { OrderOutcome, UnknownOutcome } from '../../domain/outcome';
import type { Policy } from '../../domain/policy';
import type { PurchaseState } from '../../domain/status';
import { hasFailed, reasonOf } from '../failures';
import type { OrderScan, PurchaseWorkflow, Reconciliation, SeenOrders } from '../messages/purchase';
import * as activity from '../activity-proxies';
import { recordLateCancellation } from './late-cancellation';
import type { PurchaseContext } from './purchase-context';
import { recordEvent } from './record-event';
import { seenAfter, settleByDecision } from './settle';

/** So long a scan has before a person is asked, the last one of the window, too. */
const SHORTEST_SCAN_MS = 60_000;

/**
 * Finds out what became of an attempt of unknown outcome: scans the vendor's orders, again and again with exponential
 * backoff, until the order is found or the window has passed and they were read; from then on, and whenever the evidence
 * does not decide, a person is asked. A person may decide at any time.
 *
 * @returns `created`, or `not-created`: to be ordered again (`not-sent`) or to be given up (`refused`); `unknown` of a later attempt
 */
export async function reconcile(
  context: PurchaseContext,
  reconciliation: Reconciliation,
): Promise<OrderOutcome> {
  const { code, message, evidence } = reconciliation;
  // A run that continues another goes on asking.
  const isAsking = context.view.status.question !== undefined;
  if (!isAsking) context.view.show({ status: 'settling', reason: { code, message }, evidence });
  try {
    return await pollAndAsk(context, reconciliation);
  } finally {
    context.decisions.withdraw();
  }
}

/** It begins with a window in which nobody need be asked. */
export function beginReconciliation(
  { policy }: PurchaseContext,
  { attempt, code, message, evidence }: UnknownOutcome,
): Reconciliation {
  const endsAt = Date.now() + windowMs(policy.reconciling);
  const seen: SeenOrders = { scan: 'none', candidates: [] };
  const unknown = { ...present({ attempt }), code, message, evidence };
  return { ...unknown, endsAt, polls: 0, hasFailed: false, seen, absence: { mostSeen: 0 } };
}

async function pollAndAsk(context: PurchaseContext, reconciliation: Reconciliation): Promise<OrderOutcome> {
  const { reconciling: patience } = context.policy;
  for (; ; reconciliation.polls++) {
    await ask(context, reconciliation);
    await continueWhenLong(context, reconciliation);
    const gapMs = exponentialBackoff(patience.firstPollMs, reconciliation.polls, patience.longestGapMs);
    const leftMs = reconciliation.endsAt - Date.now();
    const afterWindowMs = reconciliation.hasFailed ? gapMs : Infinity;
    const pending = await context.decisions.answerWithin(
      leftMs > 0 ? Math.min(gapMs, leftMs) : afterWindowMs,
    );
    if (pending !== undefined) {
      const settled = await settleByDecision(context, pending, reconciliation, {
        scan: () => scanOnce(context, activity.scanBeforeDeciding),
        ask: () => ask(context, reconciliation),
      });
      if (settled !== undefined) return settled;
      continue;
    }
    if (workflowInfo().continueAsNewSuggested) continue;
    const scan = await scanInTime(context, reconciliation);
    // What a person decided meanwhile goes before what the clock says.
    if (context.decisions.isAnswered) continue;
    if (scan?.found === 'one' || scan?.found === 'not-created') return scan.outcome;
    reconciliation.hasFailed = scan === undefined;
    reconciliation.seen = seenAfter(scan, reconciliation.seen);
    const absentForMs = absentMs(reconciliation, scan);
    const settled = await reorderedAfter(context, reconciliation, absentForMs);
    if (settled !== undefined) return settled;
  }
}

/** Long enough to see an absence through, from the first look to one after it has lasted. */
function windowMs({
  windowMs: usual,
  firstPollMs,
  longestGapMs,
  reorderAfterAbsenceMs,
}: Policy['reconciling']): number {
  if (reorderAfterAbsenceMs === undefined) return usual;
  return Math.max(usual, firstPollMs + reorderAfterAbsenceMs + 2 * longestGapMs);
}

/** Writes down, and then shows, what is waited for: the next look, or a person. */
async function ask(context: PurchaseContext, { seen, endsAt }: Reconciliation): Promise<void> {
  const { view, decisions, request } = context;
  const needsPerson = endsAt <= Date.now() || seen.candidates.length > 0;
  const before = view.status.question;
  const compared = needsPerson ? await pbxBeforeAndNow(context) : undefined;
  const question: Question = decisions.open({ ...questionAbout(seen), ...present({ compared }) });
  const status: PurchaseState = needsPerson ? 'waiting-for-decision' : 'settling';
  if (needsPerson !== view.isAskingInLedger || (needsPerson && before?.id !== question.id)) {
    view.isAskingInLedger = needsPerson;
    const kind = needsPerson ? 'decision-asked' : 'settling';
    await recordEvent({ requestId: request.requestId, status, kind, ...(needsPerson && { question }) });
  }
  view.show(needsPerson ? { status, question } : { status });
}

/**
 * Of an order that adds up, what the PBX had before it and has now: what it would be twice. A vendor that cannot show it
 * keeps nobody from deciding.
 */
async function pbxBeforeAndNow({ request }: PurchaseContext): Promise<ComparedFact[] | undefined> {
  if (!changesPbx(request)) return undefined;
  try {
    return await activity.comparePbx({ requestId: request.requestId });
  } catch (failure) {
    if (!hasFailed(failure)) throw failure;
    return undefined;
  }
}

const SCANS: Record<SeenOrders['scan'], string> = {
  none: '',
  complete: " It was not among the vendor's orders when all of them were read.",
  incomplete: " It was not among the vendor's orders, of which not all could be read.",
};

function questionAbout({ scan, candidates }: SeenOrders): Asking {
  const asked =
    candidates.length > 0
      ? 'Which of these orders is the one of this purchase, or is none of them?'
      : `Did the vendor create the order of this purchase?${SCANS[scan]}`;
  return { verb: 'settle', asked, candidates };
}

/**
 * Scans, unless a person decides meanwhile. A scan may take its time: a vendor may ask to wait for a day, and a worker may
 * die. Once the window has passed a person is asked, while the scan goes on.
 */
async function scanInTime(
  context: PurchaseContext,
  reconciliation: Reconciliation,
): Promise<OrderScan | undefined> {
  const scope = new CancellationScope();
  let isDone = false;
  const scanning = scope.run(() => scanOnce(context, activity.scanOrders));
  const done = () => {
    isDone = true;
  };
  scanning.then(done, done);
  const isOver = () => isDone || context.decisions.isAnswered || workflowInfo().continueAsNewSuggested;
  const timeMs = Math.max(reconciliation.endsAt - Date.now(), SHORTEST_SCAN_MS);
  if (!(await condition(isOver, timeMs, { summary: 'Time for this scan' }))) {
    await ask(context, reconciliation);
    await condition(isOver);
  }
  if (isDone) return scanning;
  scope.cancel();
  return undefined;
}

/** @returns undefined when the vendor's orders could not be read: no news, and no proof of anything */
async function scanOnce(
  { request, view }: PurchaseContext,
  scanOrders: typeof activity.scanOrders,
): Promise<OrderScan | undefined> {
  try {
    return await scanOrders({ requestId: request.requestId });
  } catch (failure) {
    if (!hasFailed(failure)) throw failure;
    view.show({ reason: reasonOf(failure) });
    return undefined;
  }
}

/**
 * For how long the order has been absent from complete scans, without a break, in ms. A scan that failed, was
 * incomplete or shows fewer orders than another proves no absence.
 */
function absentMs({ absence }: Reconciliation, scan: OrderScan | undefined): number {
  const isProven = scan?.found === 'none' && scan.isComplete && scan.ordersSeen >= absence.mostSeen;
  absence.mostSeen = Math.max(absence.mostSeen, scan?.ordersSeen ?? 0);
  if (!isProven) {
    delete absence.since;
    return 0;
  }
  absence.since ??= Date.now();
  return Date.now() - absence.since;
}

/** One more attempt after a long absence, where the house wants that; the ledger sees that it is one. */
async function reorderedAfter(
  { request, policy }: PurchaseContext,
  { attempt }: Reconciliation,
  absentForMs: number,
): Promise<OrderOutcome | undefined> {
  const { reorderAfterAbsenceMs } = policy.reconciling;
  if (reorderAfterAbsenceMs === undefined || absentForMs < reorderAfterAbsenceMs) return undefined;
  const absence = { because: 'absence', forMs: absentForMs, neededMs: reorderAfterAbsenceMs } as const;
  const seen = { orders: [], isComplete: true };
  const { requestId } = request;
  const outcome = await activity.recordAbsence({ requestId, ...present({ attempt }), absence, seen });
  return outcome.outcome === 'unknown' ? undefined : outcome;
}

/** Goes on in a new run once the history has grown long; a decision that has come is looked at before. */
async function continueWhenLong(context: PurchaseContext, reconciliation: Reconciliation): Promise<void> {
  if (!workflowInfo().continueAsNewSuggested) return;
  await recordLateCancellation(context);
  await context.decisions.rest();
  if (context.decisions.isAnswered) return;
  const { request, view, policy, scope } = context;
  // One that came meanwhile goes along, too.
  if (scope.consideredCancelled && !view.isCancellationInLedger && patched('late-cancellation-continued')) {
    await recordLateCancellation(context);
    await context.decisions.rest();
    if (context.decisions.isAnswered) return;
  }
  const { over } = context;
  const refusedBefore = over === undefined || isCancellation(over) ? undefined : reasonOf(over);
  const continued = { status: view.status, policy, ...present({ refusedBefore }), reconciliation };
  await continueAsNew<PurchaseWorkflow>(request, continued);
}
