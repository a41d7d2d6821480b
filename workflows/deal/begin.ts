import { CancellationScope, CancelledFailure, patched, workflowInfo } from '@temporalio/workflow';
import * as activity from '../activity-proxies';
import { hasFailedLocally } from '../failures';
import type { DealReading, DecidedAtOnce, RecordNotificationInput, WinDecision } from '../messages/deal';
import type { DealContext } from './deal-context';

/** What is known of a deal whose notification is in the ledger: what was not to be had at once is asked step by step. */
export interface Begun {
  reading?: DealReading;
  decided?: WinDecision;
}

/** Runs that began before a win was decided about within the first workflow task go on as they began. */
const AT_ONCE = 'decide-at-once';

/**
 * Writes down that a notification came. The deal is read meanwhile, and its win decided about, within the run's first workflow
 * task, so that a CRM and a ledger that answer cost no further task. What is not answered in time or fails becomes a step of
 * its own, which is tried again for as long as it takes, and shows each failure.
 *
 * @returns undefined when all that came is a message that another one of its sender has overtaken
 */
export async function begin(context: DealContext): Promise<Begun | undefined> {
  const begun = isForAtOnce(context) && patched(AT_ONCE) ? await atOnce(context) : undefined;
  const { recorded, ...known } = begun ?? { recorded: await activity.recordNotification(noteOf(context)) };
  const { filledIn, isOutdated, ...status } = recorded;
  context.isRecorded = true;
  const filledInNow = { ...filledIn, ...context.filledIn };
  context.filledIn = filledInNow;
  context.show(status);
  // What people decided while it was being written down counts from the beginning.
  await context.finishDecisions();
  const isWithoutThem = context.filledIn === filledInNow && context.decision === undefined;
  if (isOutdated !== true) return isWithoutThem ? known : {};
  if (context.content?.toldAt === context.notification.content?.toldAt) context.content = undefined;
  return context.content !== undefined || context.decision !== undefined ? {} : undefined;
}

/**
 * What a person says is written down first. And a sweep may find thousands of deals, whose CRM bears so many calls and no more,
 * and for which nobody waits: they are no part of tasks that others wait for.
 */
function isForAtOnce({ isUndecided, notification: { by } }: DealContext): boolean {
  return isUndecided && by !== 'sweep';
}

/**
 * @returns undefined when it was not to be had at once
 * @throws CancelledFailure when the run was cancelled before its first task; runs that decided all the same replay so
 */
async function atOnce(context: DealContext): Promise<DecidedAtOnce | undefined> {
  if (CancellationScope.current().consideredCancelled && patched('cancelled-before-decision')) {
    throw new CancelledFailure('Cancelled before the deal was decided about');
  }
  context.hasNews = false;
  const input = { notification: noteOf(context), question: context.question };
  try {
    // A win that is decided about has its purchase, also when the run is cancelled meanwhile.
    return await CancellationScope.nonCancellable(() => activity.recordAndDecide(input));
  } catch (failure) {
    if (!hasFailedLocally(failure)) throw failure;
    return undefined;
  }
}

/** The notification, under an id that is the same in each run that goes on as new before it is written down. */
function noteOf({ notification }: DealContext): RecordNotificationInput {
  return { ...notification, id: workflowInfo().firstExecutionRunId };
}
