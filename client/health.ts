import type { Client } from '@temporalio/client';

/** `TASK_QUEUE_TYPE_WORKFLOW` of Temporal's protocol, whose package takes long to load. */
const WORKFLOW_TASKS = 1;

/**
 * A worker asks again at least once a minute: one that was last seen longer ago than two of them is gone, in ms. Temporal
 * remembers those that are gone for five.
 */
const LIVE_MS = 2 * 60_000;

/** How long the question may take, in ms. */
const PATIENCE_MS = 3_000;

/** How many workers poll a task queue; undefined when Temporal does not say. */
export async function workersOf(temporal: Client, taskQueue: string): Promise<number | undefined> {
  const { namespace } = temporal.options;
  try {
    const { pollers } = await temporal.withDeadline(Date.now() + PATIENCE_MS, () =>
      temporal.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: taskQueue },
        taskQueueType: WORKFLOW_TASKS,
      }),
    );
    return new Set(liveOf(pollers ?? []).map(({ identity }) => identity)).size;
  } catch {
    return undefined;
  }
}

/** With this the codes of all failures of the vendor's begin. */
const OF_VENDOR = 'Portal';

/**
 * Whether a run waits for the vendor, who does not answer as he should: by the last failures of its steps, which are tried
 * again. Of a run that there is none of, or of which Temporal does not say, it does not.
 */
export async function waitsForVendor(temporal: Client, workflowId: string): Promise<boolean> {
  try {
    const handle = temporal.workflow.getHandle(workflowId);
    const { raw, status } = await temporal.withDeadline(Date.now() + PATIENCE_MS, () => handle.describe());
    const failures = (raw.pendingActivities ?? []).map(
      ({ lastFailure }) => lastFailure?.applicationFailureInfo,
    );
    return status.name === 'RUNNING' && failures.some((failure) => failure?.type?.startsWith(OF_VENDOR));
  } catch {
    return false;
  }
}

/** Whoever polls a task queue, as Temporal tells it. */
export interface Poller {
  identity?: string | null;
  lastAccessTime?: { seconds?: unknown } | null;
}

/** Those of the pollers that Temporal remembers which are not gone. */
export function liveOf(pollers: readonly Poller[]): Poller[] {
  return pollers.filter(
    ({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < LIVE_MS,
  );
}
