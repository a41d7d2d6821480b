import type { NativeConnection, Worker } from '@temporalio/worker';
import { orAway } from '../config/or-away';
import {
  readinessOn,
  STOPPING,
  type LedgerState,
  type Part,
  type Readiness,
  type TemporalState,
} from '../domain/readiness';
import type { Ledger } from '../ledger/ledger';

/** How long the questions may take, in ms. */
const PATIENCE_MS = 3_000;

/** Before all that the worker stands on was looked at. */
export const STARTING: Readiness = {
  worker: { state: 'starting', problem: 'the worker has not begun to poll' },
};

/** What a worker needs to do what is asked of it. */
export interface WorkerFooting {
  worker: Worker;
  connection: NativeConnection;
  namespace: string;
  ledger: Ledger;
}

/** Whether a worker polls for work and could do it now. Never rejects: what does not answer is away. */
export async function readinessOfWorker({
  worker,
  connection,
  namespace,
  ledger,
}: WorkerFooting): Promise<Readiness> {
  const deadline = Date.now() + PATIENCE_MS;
  const [ofTemporal, ofLedger] = await Promise.all([
    orAway<TemporalState>(deadline, async () => {
      await connection.withDeadline(deadline, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
      return 'answers';
    }),
    orAway<LedgerState>(deadline, () => ledger.state()),
  ]);
  return { worker: pollingOf(worker), ...readinessOn({ temporal: ofTemporal, ledger: ofLedger }) };
}

function pollingOf(worker: Worker): Part {
  const { runState, workflowPollerState, activityPollerState } = worker.getStatus();
  if (runState === 'RUNNING' && workflowPollerState === 'POLLING' && activityPollerState === 'POLLING') {
    return { state: 'polling' };
  }
  if (runState === 'INITIALIZED') return STARTING.worker!;
  if (runState === 'FAILED') return { state: 'failed', problem: 'the worker has failed' };
  return STOPPING;
}
