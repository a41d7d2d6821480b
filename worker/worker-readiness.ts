import type { NativeConnection, Worker } from '@temporalio/worker';
import { footingOf } from '../config/footing';
import { readinessOn, STOPPING, type Part, type Readiness } from '../domain/readiness';
import type { Ledger } from '../ledger/ledger';

/** Before all that the worker stands on was looked at. */
export const STARTING: Readiness = {
  worker: { state: 'starting', problem: 'the worker has not begun to poll' },
};

/** What a worker needs to do what is asked of it. */
export interface WorkerFooting {
  /** One of Temporal's for each task queue. */
  workers: readonly Worker[];
  connection: NativeConnection;
  namespace: string;
  ledger: Ledger;
}

/** Whether a worker polls for work and could do it now. Never rejects: what does not answer is away. */
export async function readinessOfWorker({
  workers,
  connection,
  namespace,
  ledger,
}: WorkerFooting): Promise<Readiness> {
  const footing = await footingOf({
    temporal: (deadline) =>
      connection.withDeadline(deadline, () => connection.workflowService.describeNamespace({ namespace })),
    ledger: () => ledger.state(),
  });
  return { worker: pollingOf(workers), ...readinessOn(footing) };
}

function pollingOf(workers: readonly Worker[]): Part {
  const states = workers.map((worker) => worker.getStatus());
  const pollsForActivities = states.every(
    ({ runState, activityPollerState }) => runState === 'RUNNING' && activityPollerState === 'POLLING',
  );
  // One of them alone runs workflows.
  const pollsForWorkflows = states.some(({ workflowPollerState }) => workflowPollerState === 'POLLING');
  if (pollsForActivities && pollsForWorkflows) return { state: 'polling' };
  const runStates = states.map(({ runState }) => runState);
  if (runStates.includes('FAILED')) return { state: 'failed', problem: 'the worker has failed' };
  if (runStates.includes('INITIALIZED')) return STARTING.worker!;
  return STOPPING;
}
