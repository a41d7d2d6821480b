import type { Client } from '@temporalio/client';

/** A step of a purchase that has ended, for the person who watches. */
export interface FinishedStep {
  /** Type of the activity, or of the local one, such as `fetchPlan`. */
  activity: string;
  /** From its being scheduled to its end, waiting and repetitions included, in ms. */
  tookMs: number;
  ended: 'completed' | 'failed' | 'timed out';
}

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;
type Event = NonNullable<History['events']>[number];
type Marker = NonNullable<Event['markerRecordedEventAttributes']>;

/**
 * Yields the steps of a run as they end, told by the server event by event, until the run itself has ended.
 *
 * @param enough ends it earlier, after one more look: a run may wait for a person
 */
export async function* finishedSteps(
  temporal: Client,
  workflowId: string,
  enough = new AbortController().signal,
): AsyncGenerator<FinishedStep> {
  const events: Event[] = [];
  for (let token: Uint8Array | undefined; ;) {
    const isLastLook = enough.aborted;
    const next = await (isLastLook
      ? eventsAfter(temporal, workflowId, events.length)
      : nextEvents(temporal, workflowId, token, enough));
    for (const event of next.events) {
      events.push(event);
      const step = stepOf(event, events);
      if (step !== undefined) yield step;
    }
    if (isLastLook || hasEnded(events)) return;
    token = next.token ?? token;
  }
}

interface NextEvents {
  events: Event[];
  /** Where the events after these begin. */
  token?: Uint8Array;
}

/** In one call that stays open until there is one. */
async function nextEvents(
  temporal: Client,
  workflowId: string,
  token: Uint8Array | undefined,
  enough: AbortSignal,
): Promise<NextEvents> {
  const { namespace } = temporal.options;
  const question = { namespace, execution: { workflowId }, waitNewEvent: true };
  try {
    const { history, nextPageToken } = await temporal.withAbortSignal(enough, () =>
      temporal.workflowService.getWorkflowExecutionHistory({
        ...question,
        ...(token !== undefined && { nextPageToken: token }),
      }),
    );
    return { events: history?.events ?? [], token: nextPageToken };
  } catch (error) {
    if (!enough.aborted) throw error;
    return { events: [] };
  }
}

async function eventsAfter(temporal: Client, workflowId: string, seen: number): Promise<NextEvents> {
  const { events } = await temporal.workflow.getHandle(workflowId).fetchHistory();
  return { events: (events ?? []).slice(seen) };
}

/** @param events of the run until then */
export function stepOf(event: Event, events: readonly Event[]): FinishedStep | undefined {
  if (event.markerRecordedEventAttributes?.markerName === 'core_local_activity') {
    const task = events.findLast(
      ({ workflowTaskStartedEventAttributes }) => workflowTaskStartedEventAttributes,
    );
    return localStepOf(event.markerRecordedEventAttributes, timeOf(task));
  }
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

/**
 * What the SDK's core writes into the marker of a local activity, as JSON. Its end, in seconds and nanoseconds, is in the workflow's
 * own time: how long it took, added to when the server began the task.
 */
interface LocalStep {
  activity_type: string;
  complete_time: { seconds: number; nanos: number };
}

/** A step that was part of a workflow task. Encrypted payloads keep to themselves which. */
function localStepOf({ details, failure }: Marker, taskBegan: number): FinishedStep | undefined {
  const payload = details?.data?.payloads?.[0];
  if (Buffer.from(payload?.metadata?.encoding ?? []).toString() !== 'json/plain') return undefined;
  const step = JSON.parse(Buffer.from(payload?.data ?? []).toString()) as LocalStep;
  const { activity_type: activity, complete_time: end } = step;
  const tookMs = end.seconds * 1000 + end.nanos / 1e6 - taskBegan;
  return { activity, tookMs, ended: failure ? 'failed' : 'completed' };
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
