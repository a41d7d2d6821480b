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
