import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { dealWorkflowIdOf, type DealStatus } from '../orders/deal';
import { NO_WORKER, patiently, troubles } from './run';

/** What Temporal can say of the run of a deal. */
export interface DealRunAnswer {
  /** Whether a run goes on; unknown when Temporal does not answer. */
  isOpen: boolean | undefined;
  /** Nothing is under way in it: it has looked at all that it was told, and waits. */
  isAtRest: boolean;
  /** Of a run that goes on, when a worker answers for it. */
  status?: DealStatus;
  /** For people: what the run is waiting for, or why there is no status. */
  remarks: string[];
}

/** Asks the open run of a deal how it stands. */
export async function askDealRun(temporal: Client, deal: string): Promise<DealRunAnswer> {
  const handle = temporal.workflow.getHandle(dealWorkflowIdOf(deal));
  try {
    const run = await patiently(temporal, () => handle.describe());
    if (run.status.name !== 'RUNNING' && run.status.name !== 'PAUSED') return closed();
    const { pendingActivities, pendingWorkflowTask } = run.raw;
    const isAtRest = (pendingActivities ?? []).length === 0 && !pendingWorkflowTask;
    const open = { isOpen: true, isAtRest, remarks: troubles(run) };
    try {
      return { ...open, status: await patiently(temporal, () => handle.query<DealStatus>('status')) };
    } catch {
      return { ...open, isAtRest: false, remarks: [...open.remarks, NO_WORKER] };
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return closed();
    const problem = `Temporal does not answer (${(error as Error).message}).`;
    return { isOpen: undefined, isAtRest: false, remarks: [problem] };
  }
}

function closed(): DealRunAnswer {
  return { isOpen: false, isAtRest: true, remarks: [] };
}
