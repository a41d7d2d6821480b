import type { Client } from '@temporalio/client';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;
type Event = NonNullable<History['events']>[number];

/**
 * What a run waits for that comes by itself: the types of its activities, `timer` and `workflow task`. A run without any
 * moves only when somebody decides.
 */
export async function openSteps(temporal: Client, requestId: string): Promise<string[]> {
  const history = await temporal.workflow.getHandle(purchaseWorkflowIdOf(requestId)).fetchHistory();
  return openStepsOf(history.events ?? []);
}

export function openStepsOf(events: readonly Event[]): string[] {
  const open = new Map<string, string>();
  for (const event of events) {
    const begun = begunBy(event);
    if (begun !== undefined) open.set(String(event.eventId), begun);
    const ended = endedBy(event);
    if (ended !== undefined) open.delete(ended);
  }
  return [...open.values()];
}

function begunBy(event: Event): string | undefined {
  if (event.timerStartedEventAttributes) return 'timer';
  if (event.workflowTaskScheduledEventAttributes) return 'workflow task';
  return event.activityTaskScheduledEventAttributes?.activityType?.name ?? undefined;
}

/** The id of the event that began what ended here. */
function endedBy(event: Event): string | undefined {
  const timer = event.timerFiredEventAttributes ?? event.timerCanceledEventAttributes;
  const step =
    event.activityTaskCompletedEventAttributes ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes ??
    event.activityTaskCanceledEventAttributes ??
    event.workflowTaskCompletedEventAttributes ??
    event.workflowTaskFailedEventAttributes ??
    event.workflowTaskTimedOutEventAttributes;
  const id = timer?.startedEventId ?? step?.scheduledEventId;
  return id === undefined || id === null ? undefined : String(id);
}
