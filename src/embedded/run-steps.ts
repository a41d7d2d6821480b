import type { Client } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';

/** A step of a purchase that has ended, for the person who watches. */
export interface FinishedStep {
  /** Activity type, such as `fetchPlan`. */
  activity: string;
  /** From its being scheduled to its end, waiting and repetitions included, in ms. */
  tookMs: number;
  ended: 'completed' | 'failed' | 'timed out';
}

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;
type Event = NonNullable<History['events']>[number];

const LOOK_EVERY_MS = 100;

/**
 * Yields the steps of a run as they end, read from its history, until the run itself has ended.
 *
 * @param enough ends it earlier, after one more look: a run may wait for a person
 */
export async function* finishedSteps(
  temporal: Client,
  workflowId: string,
  enough?: AbortSignal,
): AsyncGenerator<FinishedStep> {
  const handle = temporal.workflow.getHandle(workflowId);
  let seen = 0;
  for (;;) {
    const isLastLook = enough?.aborted === true;
    const events = (await handle.fetchHistory()).events ?? [];
    for (const event of events.slice(seen)) {
      const step = stepOf(event, events);
      if (step !== undefined) yield step;
    }
    seen = events.length;
    if (isLastLook || hasEnded(events)) return;
    await delay(LOOK_EVERY_MS);
  }
}

function stepOf(event: Event, events: Event[]): FinishedStep | undefined {
  const [ended, attributes] = event.activityTaskCompletedEventAttributes
    ? (['completed', event.activityTaskCompletedEventAttributes] as const)
    : event.activityTaskFailedEventAttributes
      ? (['failed', event.activityTaskFailedEventAttributes] as const)
      : (['timed out', event.activityTaskTimedOutEventAttributes] as const);
  if (!attributes) return undefined;
  const scheduled = events[Number(attributes.scheduledEventId) - 1];
  return {
    activity: scheduled?.activityTaskScheduledEventAttributes?.activityType?.name ?? 'a step',
    tookMs: timeOf(event) - timeOf(scheduled),
    ended,
  };
}

function timeOf(event: Event | undefined): number {
  return Number(event?.eventTime?.seconds ?? 0) * 1000 + (event?.eventTime?.nanos ?? 0) / 1e6;
}

function hasEnded(events: Event[]): boolean {
  const last = events.at(-1);
  return Boolean(
    last?.workflowExecutionCompletedEventAttributes ??
    last?.workflowExecutionFailedEventAttributes ??
    last?.workflowExecutionCanceledEventAttributes ??
    last?.workflowExecutionTerminatedEventAttributes ??
    last?.workflowExecutionTimedOutEventAttributes ??
    last?.workflowExecutionContinuedAsNewEventAttributes,
  );
}
