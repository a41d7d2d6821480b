import type { Client } from '@temporalio/client';

/** `TASK_QUEUE_TYPE_WORKFLOW` of Temporal's protocol, whose package takes long to load. */
const WORKFLOW_TASKS = 1;

/** A poll lasts a minute: a worker that was last seen longer ago than two of them is gone, in ms. */
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
    const live = (pollers ?? []).filter(
      ({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 > Date.now() - LIVE_MS,
    );
    return new Set(live.map(({ identity }) => identity)).size;
  } catch {
    return undefined;
  }
}
