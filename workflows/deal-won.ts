import {
  CancellationScope,
  CancelledFailure,
  ContinueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  patched,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type DealNotification,
  type DealRequest,
  type DealStatus,
  type FilledIn,
  type MissingFact,
  whenWon,
} from '../domain/deal';
import { dealWorkflowIdOf, purchaseWorkflowIdOf } from '../domain/workflow-ids';
import { readDealNotification } from '../domain/deal-notification';
import { exponentialBackoff } from '../domain/backoff';
import type { PurchaseRequest } from '../domain/request';
import * as activity from './activity-proxies';
import { begin, type Begun } from './deal/begin';
import { cancelLost, startPurchase, watchUntilOrdered, type Purchase } from './deal/watch-purchase';
import { DealContext } from './deal/deal-context';
import { hasFailed, refusal } from './failures';
import type { ContinuedDeal, DealReading } from './messages/deal';

/** Line items are often added a moment after the stage changes, and sometimes days after. */
const FIRST_POLL_MS = 5_000;
const LONGEST_GAP_MS = 60 * 60_000;

/** Runs that left a deal as requested whose purchase had never begun replay so. */
const NOT_BEGUN = 'not-won-before-it-began';

/**
 * Processes one deal that may have been won: the durable inbox of all notifications of it. Reads the deal back, waits while
 * facts are missing, decides what becomes of the win, and starts its purchase. Ends when the order is made or nothing is
 * to be bought; a notification that comes later begins another run, which finds in the ledger what was decided.
 *
 * Fails at once, as InvalidDeal or WrongWorkflowId, when it was started wrongly; ends Canceled, with the deal dismissed,
 * when it is cancelled before the win was decided about, unless something comes while that is written down: then it goes on as new.
 */
export async function dealWon(input: DealNotification, continued?: ContinuedDeal): Promise<DealStatus> {
  const notification = refuseWrongStart(input);
  // Only a run that continues another has anything to go on with, whatever came with its start.
  const isContinued = continued !== undefined && workflowInfo().continuedFromExecutionRunId !== undefined;
  const context = new DealContext(notification, isContinued ? continued : undefined);
  try {
    if (!context.isCancelled) return await context.unlessTooLong(() => processDeal(context));
  } catch (failure) {
    // An activity that was under way when the run was cancelled may end in any way.
    const isCancelled = isCancellation(failure) || CancellationScope.current().consideredCancelled;
    if (failure instanceof ContinueAsNew || !isCancelled) throw failure;
    context.isCancelled = true;
  }
  await CancellationScope.nonCancellable(() => context.unlessTooLong(() => recordCancellation(context)));
  if ((context.hasNews || context.hadNews) && patched('told-while-cancelled')) {
    await CancellationScope.nonCancellable(() => context.beginAnew());
  }
  throw new CancelledFailure('The run of the deal was cancelled.');
}

async function processDeal(context: DealContext): Promise<DealStatus> {
  const begun = context.isRecorded ? {} : await begin(context);
  if (begun === undefined) return resultOf(context);
  for (let polls = 0; ; polls++) {
    const isDone = await (context.following === undefined
      ? evaluateDeal(context, polls === 0 ? begun : {})
      : followEarlierPurchase(context, context.following));
    if (!isDone) await wait(context, polls);
    await context.finishDecisions();
    if (isDone && !context.hasNews) return resultOf(context);
  }
}

/** How the deal stands, for whoever started the run: into other histories nothing goes of what is bought. */
function resultOf({ status: { request: _, ...status } }: DealContext): DealStatus {
  return status;
}

/** @returns whether nothing is left to do, unless something new comes */
async function evaluateDeal(context: DealContext, { reading: known, decided }: Begun): Promise<boolean> {
  const { filledIn } = context;
  const reading = known ?? (await readAfresh(context));
  if (!reading.isWon) {
    await recordNotWon(context, reading.isGone);
    return true;
  }
  const missing = 'missing' in reading ? reading.missing : await notSold(context, reading.request);
  await context.finishDecisions();
  // Somebody has filled in something meanwhile: it is read with that.
  if (context.filledIn !== filledIn) return false;
  const request = 'request' in reading ? reading.request : reading.draft;
  const { wonAt } = reading;
  const { decision } = context;
  const { source, deal } = context.notification;
  const isComplete = 'request' in reading && missing === undefined;
  context.win = { ...(wonAt !== undefined && { wonAt }), ...(isComplete && { request: reading.request }) };
  // An attempt that is under way when the run is cancelled is waited for: a win that is decided about has its purchase.
  const { then, requestId, status, isRefused } =
    decided ??
    (await activity.decideWin({
      ...{ source, deal },
      ...whenWon(reading),
      ...(reading.isMerged && { isMerged: true }),
      ...(missing && { missing }),
      ...(request && { request }),
      ...(decision !== undefined && { decision }),
    }));
  context.show(status);
  // One that came while this one was acted on has not been looked at yet.
  if ((then !== 'wait' || isRefused) && context.decision === decision) context.decision = undefined;
  if (then === 'wait') return false;
  if (then === 'buy' && isComplete && (await isOutOfDate(context, filledIn))) return false;
  if (then === 'buy' && isComplete) return buy(context, { requestId: requestId!, ...reading.request });
  if (then === 'follow') await followEarlierPurchase(context, requestId!);
  return true;
}

/** Whether people have said something while it was decided about, which has not begun: it is decided about once more. */
async function isOutOfDate(context: DealContext, filledIn: FilledIn): Promise<boolean> {
  const isHeard = !context.isDeciding && context.decision === undefined && context.filledIn === filledIn;
  // Runs that bought all the same replay so.
  if (isHeard || !patched('heard-before-bought')) return false;
  await context.finishDecisions();
  return true;
}

/** What a person filled in that the vendor does not sell. A vendor that cannot be asked is asked by the purchase. */
async function notSold(context: DealContext, request: DealRequest): Promise<MissingFact[] | undefined> {
  if (Object.keys(context.filledIn).length === 0) return undefined;
  try {
    const missing = await activity.checkFilledIn(request);
    return missing.length > 0 ? missing : undefined;
  } catch (failure) {
    if (!hasFailed(failure)) throw failure;
    return undefined;
  }
}

/** @returns false when the purchase's id is taken by a run that nobody knows to be the deal's own */
async function buy(context: DealContext, request: PurchaseRequest): Promise<boolean> {
  context.isStarting = true;
  const purchase = await CancellationScope.nonCancellable(() => startPurchase(request));
  context.isStarting = false;
  // It is decided about once more: by then the ledger knows the run that goes on, or that has ended.
  if (purchase === undefined) return false;
  await followPurchase(context, purchase, request.requestId);
  return true;
}

/** An earlier run made the purchase. */
async function followEarlierPurchase(context: DealContext, requestId: string): Promise<true> {
  await followPurchase(context, getExternalWorkflowHandle(purchaseWorkflowIdOf(requestId)), requestId);
  return true;
}

async function followPurchase(context: DealContext, purchase: Purchase, requestId: string): Promise<void> {
  context.following = requestId;
  await watchUntilOrdered(context, purchase, requestId, () => read(context));
  context.following = undefined;
  // What a person decided meanwhile was about this purchase: it is no word for another one when nothing comes of it.
  context.decision = undefined;
  context.filledIn = {};
}

/** A deal that is not won buys nothing; of one that was bought before, that stands. */
async function recordNotWon(context: DealContext, isGone: boolean): Promise<void> {
  const { deal } = context.notification;
  const reason = isGone ? { code: 'DealGone', message: 'The CRM has no such deal any more.' } : undefined;
  const why = reason === undefined ? {} : { reason };
  // For a message that is late: it must not count after what this one said.
  const toldAt = context.content?.toldAt;
  const told = toldAt === undefined ? {} : { toldAt };
  if (context.status.status === 'requested' && (await cancelUnordered(context))) {
    await activity.recordDealEvent({ deal, kind: 'no-longer-won', data: { ...why, ...told } });
    return;
  }
  context.show({ status: 'not-won', ...why });
  await activity.recordDealEvent({
    deal,
    status: 'not-won',
    kind: 'not-won',
    ...why,
    ...(toldAt !== undefined && { data: told }),
  });
}

/**
 * The purchase that an earlier run made may still wait for its order.
 *
 * @returns whether there is one: a step that has decided on it may have been lost before it was begun
 */
async function cancelUnordered(context: DealContext): Promise<boolean> {
  const { requestId } = context.status;
  if (requestId === undefined || requestId === context.cancelled) return true;
  const found = await activity.findPurchase(requestId);
  if (found?.isOver) return true;
  const purchase = getExternalWorkflowHandle(purchaseWorkflowIdOf(requestId));
  const isTold = await cancelLost(context, purchase, requestId, found);
  if (isTold || found !== undefined || !patched(NOT_BEGUN)) return true;
  // It may have begun, and ended, meanwhile.
  return (await activity.findPurchase(requestId)) !== undefined;
}

/** What comes from now on is news. */
function readAfresh(context: DealContext): Promise<DealReading> {
  context.hasNews = false;
  return read(context);
}

function read({ question }: DealContext): Promise<DealReading> {
  return activity.readDeal(question);
}

/** A person decides in their own time; the CRM is polled now and then, and asked at once when there is a notification. */
function wait(context: DealContext, polls: number): Promise<void> {
  return context.waitForNews(
    exponentialBackoff(FIRST_POLL_MS, polls, LONGEST_GAP_MS),
    'Wait before looking at the deal again',
  );
}

/**
 * Ended from outside: nothing is bought, and the ledger says so, as soon as it can. A win that had been decided about has
 * its purchase: whoever cancelled came too late.
 */
async function recordCancellation(context: DealContext): Promise<void> {
  if (context.following === undefined) {
    const { notification, win } = context;
    const message = 'The run of the deal was cancelled in Temporal; that is being written down.';
    context.show({ reason: { code: 'RunCancelled', message } });
    const { status, requestId } = await activity.dismissCancelled({
      notification,
      isRead: win !== undefined,
      isComplete: win?.request !== undefined,
      ...(win?.wonAt !== undefined && { wonAt: win.wonAt }),
    });
    context.isRecorded = true;
    context.show(status);
    if (requestId !== undefined && win?.request) await buyOnly(context, { requestId, ...win.request });
  }
  await context.finishDecisions();
}

async function buyOnly(context: DealContext, request: PurchaseRequest): Promise<void> {
  context.isStarting = true;
  await startPurchase(request);
  context.isStarting = false;
}

function refuseWrongStart(input: unknown): DealNotification {
  const notification = readDealNotification(input);
  if (typeof notification === 'string') {
    const message = `The deal cannot be read: ${notification}. Nothing was begun.`;
    throw refusal({ code: 'InvalidDeal', message });
  }
  const { deal } = notification;
  const { workflowId } = workflowInfo();
  const wanted = dealWorkflowIdOf(deal);
  if (workflowId === wanted) return notification;
  throw refusal({
    code: 'WrongWorkflowId',
    message:
      `This run has the workflow id "${workflowId}", and the deal "${deal}" runs under "${wanted}" only, so that ` +
      'it is bought once. Nothing was bought.',
  });
}
