import {
  CancellationScope,
  CancelledFailure,
  ContinueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import type { DealReading } from '../activities/deal/read-deal';
import {
  dealWorkflowIdOf,
  type DealHint,
  type DealRequest,
  type DealStatus,
  type MissingFact,
} from '../domain/deal';
import { readDealHint } from '../domain/deal-notification';
import { whenWon } from '../domain/judge-win';
import { growing } from '../domain/policy';
import type { PurchaseRequest } from '../domain/request';
import { workflowIdOf } from '../domain/workflow-ids';
import * as activity from './deal/activity-proxies';
import { cancelLost, startPurchase, watchUntilOrdered, type Purchase } from './deal/watch-purchase';
import { DealRun, type CarriedDeal } from './deal/deal-run';
import { hasFailed, refusal } from './failures';

/** Line items are often added a moment after the stage changes, and sometimes days after. */
const FIRST_LOOK_MS = 5_000;
const LONGEST_GAP_MS = 60 * 60_000;

/**
 * Takes care of one deal that may have been won: the durable inbox of all word of it. Reads the deal back, waits while
 * facts are missing, decides what becomes of the win, and starts its purchase. Ends when the order is made or nothing is
 * to be bought; word that comes later begins another run, which finds in the ledger what was decided.
 *
 * Fails at once, as InvalidDeal or WrongWorkflowId, when it was started wrongly; ends Canceled, with the deal dismissed,
 * when it is cancelled before the win was decided about.
 */
export async function dealWon(input: DealHint, carried?: CarriedDeal): Promise<DealStatus> {
  const hint = refuseWrongStart(input);
  // Only a run that continues another has anything to go on with, whatever came with its start.
  const goesOn = carried !== undefined && workflowInfo().continuedFromExecutionRunId !== undefined;
  const run = new DealRun(hint, goesOn ? carried : undefined);
  try {
    if (!run.isCancelled) return await run.unlessTooLong(() => takeCare(run));
  } catch (failure) {
    // An activity that was under way when the run was cancelled may end in any way.
    const isCancelled = isCancellation(failure) || CancellationScope.current().consideredCancelled;
    if (failure instanceof ContinueAsNew || !isCancelled) throw failure;
    run.isCancelled = true;
  }
  await CancellationScope.nonCancellable(() => run.unlessTooLong(() => recordCancellation(run)));
  throw new CancelledFailure('The run of the deal was cancelled.');
}

async function takeCare(run: DealRun): Promise<DealStatus> {
  if (!run.isHeard && !(await hear(run))) return resultOf(run);
  for (let looks = 0; ; looks++) {
    const isDone = await (run.staysWith === undefined ? attend(run) : stayWithOther(run, run.staysWith));
    if (!isDone) await wait(run, looks);
    await run.finishDecisions();
    if (isDone && !run.hasNews) return resultOf(run);
  }
}

/** How the deal stands, for whoever started the run: into other histories nothing goes of what is bought. */
function resultOf({ status: { request: _, ...status } }: DealRun): DealStatus {
  return status;
}

/** @returns false when all that came is a message that another one of its sender has overtaken */
async function hear(run: DealRun): Promise<boolean> {
  const { firstExecutionRunId } = workflowInfo();
  const heard = await activity.hearOfDeal({ ...run.hint, id: firstExecutionRunId });
  const { filledIn, isOutdated, ...status } = heard;
  run.isHeard = true;
  run.filledIn = { ...filledIn, ...run.filledIn };
  run.show(status);
  // What people decided while it was being written down counts from the beginning.
  await run.finishDecisions();
  if (isOutdated !== true) return true;
  if (run.content?.toldAt === run.hint.content?.toldAt) run.content = undefined;
  return run.content !== undefined || run.decision !== undefined;
}

/** @returns whether nothing is left to do, unless something new comes */
async function attend(run: DealRun): Promise<boolean> {
  run.hasNews = false;
  const { filledIn } = run;
  const reading = await read(run);
  if (!reading.isWon) {
    await leaveUnwon(run, reading.isGone);
    return true;
  }
  const missing = 'missing' in reading ? reading.missing : await notSold(run, reading.request);
  await run.finishDecisions();
  // Somebody has filled in something meanwhile: it is read with that.
  if (run.filledIn !== filledIn) return false;
  const request = 'request' in reading ? reading.request : reading.draft;
  const { wonAt } = reading;
  const { decision } = run;
  const { source, deal } = run.hint;
  const isComplete = 'request' in reading && missing === undefined;
  run.win = { ...(wonAt !== undefined && { wonAt }), ...(isComplete && { request: reading.request }) };
  // An attempt that is under way when the run is cancelled is waited for: a win that is decided about has its purchase.
  const { then, requestId, status, isRefused } = await activity.decideWin({
    ...{ source, deal },
    ...whenWon(reading),
    ...(reading.isMerged && { isMerged: true }),
    ...(missing && { missing }),
    ...(request && { request }),
    ...(decision !== undefined && { decision }),
  });
  run.show(status);
  // One that came while this one was acted on has not been looked at yet.
  if ((then !== 'wait' || isRefused) && run.decision === decision) run.decision = undefined;
  if (then === 'wait') return false;
  if (then === 'buy' && isComplete) return buy(run, { requestId: requestId!, ...reading.request });
  if (then === 'stay') await stayWithOther(run, requestId!);
  return true;
}

/** What a person filled in that the vendor does not sell. A vendor that cannot be asked is asked by the purchase. */
async function notSold(run: DealRun, request: DealRequest): Promise<MissingFact[] | undefined> {
  if (Object.keys(run.filledIn).length === 0) return undefined;
  try {
    const missing = await activity.checkFilledIn(request);
    return missing.length > 0 ? missing : undefined;
  } catch (failure) {
    if (!hasFailed(failure)) throw failure;
    return undefined;
  }
}

/** @returns false when the purchase's id is taken by a run that nobody knows to be the deal's own */
async function buy(run: DealRun, request: PurchaseRequest): Promise<boolean> {
  run.isStarting = true;
  const purchase = await CancellationScope.nonCancellable(() => startPurchase(request));
  run.isStarting = false;
  // It is decided about once more: by then the ledger knows the run that goes on, or that has ended.
  if (purchase === undefined) return false;
  await stayWith(run, purchase, request.requestId);
  return true;
}

/** An earlier run made the purchase. */
async function stayWithOther(run: DealRun, requestId: string): Promise<true> {
  await stayWith(run, getExternalWorkflowHandle(workflowIdOf(requestId)), requestId);
  return true;
}

async function stayWith(run: DealRun, purchase: Purchase, requestId: string): Promise<void> {
  run.staysWith = requestId;
  await watchUntilOrdered(run, purchase, requestId, () => read(run));
  run.staysWith = undefined;
  // What a person decided meanwhile was about this purchase: it is no word for another one when nothing comes of it.
  run.decision = undefined;
  run.filledIn = {};
}

/** A deal that is not won buys nothing; of one that was bought before, that stands. */
async function leaveUnwon(run: DealRun, isGone: boolean): Promise<void> {
  const { deal } = run.hint;
  const reason = isGone ? { code: 'DealGone', message: 'The CRM has no such deal any more.' } : undefined;
  const why = reason === undefined ? {} : { reason };
  // For a message that is late: it must not count after what this one said.
  const toldAt = run.content?.toldAt;
  const told = toldAt === undefined ? {} : { toldAt };
  if (run.status.status === 'requested') {
    await cancelUnordered(run);
    await activity.recordDeal({ deal, kind: 'no-longer-won', data: { ...why, ...told } });
    return;
  }
  run.show({ status: 'not-won', ...why });
  await activity.recordDeal({
    deal,
    status: 'not-won',
    kind: 'not-won',
    ...why,
    ...(toldAt !== undefined && { data: told }),
  });
}

/** The purchase that an earlier run made may still wait for its order. */
async function cancelUnordered(run: DealRun): Promise<void> {
  const { requestId } = run.status;
  if (requestId === undefined || requestId === run.cancelled) return;
  const found = await activity.findPurchase(requestId);
  if (found?.isOver) return;
  await cancelLost(run, getExternalWorkflowHandle(workflowIdOf(requestId)), requestId, found);
}

function read({ hint, content, filledIn }: DealRun): Promise<DealReading> {
  const { source, deal } = hint;
  return activity.readDeal({ source, deal, filledIn, ...(content !== undefined && { content }) });
}

/** A person decides in their own time; the CRM is asked again now and then, and at once when there is word of the deal. */
function wait(run: DealRun, looks: number): Promise<void> {
  return run.waitForNews(
    growing(FIRST_LOOK_MS, looks, LONGEST_GAP_MS),
    'Wait before looking at the deal again',
  );
}

/**
 * Ended from outside: nothing is bought, and the ledger says so, as soon as it can. A win that had been decided about has
 * its purchase: whoever cancelled came too late.
 */
async function recordCancellation(run: DealRun): Promise<void> {
  if (run.staysWith === undefined) {
    const { hint, win } = run;
    const message = 'The run of the deal was cancelled in Temporal; that is being written down.';
    run.show({ reason: { code: 'RunCancelled', message } });
    const { status, requestId } = await activity.dismissCancelled({
      hint,
      isRead: win !== undefined,
      ...(win?.wonAt !== undefined && { wonAt: win.wonAt }),
    });
    run.isHeard = true;
    run.show(status);
    if (requestId !== undefined && win?.request) await buyOnly(run, { requestId, ...win.request });
  }
  await run.finishDecisions();
}

async function buyOnly(run: DealRun, request: PurchaseRequest): Promise<void> {
  run.isStarting = true;
  await startPurchase(request);
  run.isStarting = false;
}

function refuseWrongStart(input: unknown): DealHint {
  const hint = readDealHint(input);
  if (typeof hint === 'string') {
    throw refusal({ code: 'InvalidDeal', message: `The deal cannot be read: ${hint}. Nothing was begun.` });
  }
  const { deal } = hint;
  const { workflowId } = workflowInfo();
  const wanted = dealWorkflowIdOf(deal);
  if (workflowId === wanted) return hint;
  throw refusal({
    code: 'WrongWorkflowId',
    message:
      `This run has the workflow id "${workflowId}", and the deal "${deal}" is taken care of under "${wanted}" only, so that ` +
      'it is bought once. Nothing was bought.',
  });
}
