import type { Client } from '@temporalio/client';
import type { RunHistory } from '../domain/replay';
import { present } from '../domain/optional';
import { asUnreachable } from './unreachable';

/** Which runs' histories are read. */
export interface RunsWanted {
  /** A query of Temporal's, instead of the open runs of the task queue. */
  query?: string;
  /** At most so many. */
  limit?: number;
}

/**
 * The histories of runs, one after the other; nothing is written. Without a query those of every open run of the task queue, whatever
 * its type: each of them a worker of the task queue has to go on with. A run of the last second or so may be missing: Temporal's
 * list lags behind.
 *
 * @throws ClientError TemporalUnreachable
 */
export async function* runHistories(
  temporal: Client,
  taskQueue: string,
  { query = openRunsOf(taskQueue), limit = Infinity }: RunsWanted,
): AsyncGenerator<RunHistory, void, undefined> {
  let read = 0;
  try {
    for await (const { workflowId, runId, type: workflowType } of temporal.workflow.list({ query })) {
      if (++read > limit) return;
      yield { workflowId, runId, workflowType, ...(await historyOf(temporal, workflowId, runId)) };
    }
  } catch (error) {
    throw asUnreachable(error);
  }
}

function openRunsOf(taskQueue: string): string {
  return `TaskQueue = ${JSON.stringify(taskQueue)} AND ExecutionStatus = "Running"`;
}

/** One that was deleted meanwhile is told, and the others are read all the same. */
async function historyOf(
  temporal: Client,
  workflowId: string,
  runId: string,
): Promise<Pick<RunHistory, 'history' | 'problem'>> {
  try {
    return present({ history: await temporal.workflow.getHandle(workflowId, runId).fetchHistory() });
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
