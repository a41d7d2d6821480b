import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { Cancellation } from './cancellation';
import { isAtRest, patiently } from './purchase-run';

/** What people want to know beside a status. */
export interface Circumstances {
  /** When the run goes on by itself: looks at the vendor again, or tries again what failed. */
  nextLookAt?: Date;
  /** Who cancelled the purchase, or wanted to. */
  cancellation?: Cancellation;
}

/** A run sets one timer at a time, and little happens between that and its firing. */
const EVENTS_READ = 100;

/**
 * When an open run goes on by itself: with the timer that it waits for or, where steps fail, with the first that is tried
 * again. Undefined where it waits for nothing but people, or works right now.
 */
export async function nextLookOf(temporal: Client, workflowId: string): Promise<Date | undefined> {
  const run = await patiently(temporal, () => temporal.workflow.getHandle(workflowId).describe());
  if (run.status.name !== 'RUNNING') return undefined;
  return isAtRest(run) ? await timerOf(temporal, run) : nextTryOf(run);
}

/** Temporal tells of timers in the history alone: of that the end is read, one page. */
async function timerOf(
  temporal: Client,
  { workflowId, runId }: WorkflowExecutionDescription,
): Promise<Date | undefined> {
  const { history } = await patiently(temporal, () =>
    temporal.workflowService.getWorkflowExecutionHistoryReverse({
      namespace: temporal.options.namespace,
      execution: { workflowId, runId },
      maximumPageSize: EVENTS_READ,
    }),
  );
  const over = new Set<unknown>();
  for (const event of history?.events ?? []) {
    over.add(event.timerFiredEventAttributes?.timerId ?? event.timerCanceledEventAttributes?.timerId);
    const timer = event.timerStartedEventAttributes;
    if (timer && !over.has(timer.timerId)) {
      return new Date(msOf(event.eventTime) + msOf(timer.startToFireTimeout));
    }
  }
  return undefined;
}

function nextTryOf({ raw }: WorkflowExecutionDescription): Date | undefined {
  const tries = (raw.pendingActivities ?? [])
    .filter(({ attempt }) => (attempt ?? 0) > 1)
    .map((pending) => msOf(pending.nextAttemptScheduleTime))
    .filter((at) => at > Date.now());
  return tries.length === 0 ? undefined : new Date(Math.min(...tries));
}

/** A time or a length of time, as Temporal writes them. */
function msOf(time: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1e6;
}
