import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { DealStatus } from '../domain/deal';
import { goesOn } from '../domain/run-status';
import { dealWorkflowIdOf } from '../domain/workflow-ids';
import { whyNoAnswer } from './decoded';
import { isAtRest, patiently, silenceOf, troubles } from './purchase-run';

/** What Temporal can say of the run of a deal. */
export interface DealRunAnswer {
  /** Whether a run goes on; unknown when Temporal does not answer. */
  isOpen: boolean | undefined;
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
    if (!goesOn(run.status.name)) return closed();
    const open = { isOpen: true, remarks: await troubles(temporal, run) };
    try {
      return { ...open, status: await patiently(temporal, () => handle.query<DealStatus>('status')) };
    } catch {
      return { ...open, remarks: [...open.remarks, silenceOf(run)] };
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return closed();
    return { isOpen: undefined, remarks: [whyNoAnswer(error)] };
  }
}

/**
 * Whether nothing is under way for a deal: its run has looked at all that it was told, and waits, or none goes on. No
 * worker is asked.
 */
export async function isDealAtRest(temporal: Client, deal: string): Promise<boolean> {
  try {
    const handle = temporal.workflow.getHandle(dealWorkflowIdOf(deal));
    const run = await patiently(temporal, () => handle.describe());
    return !goesOn(run.status.name) || isAtRest(run);
  } catch (error) {
    return error instanceof WorkflowNotFoundError;
  }
}

function closed(): DealRunAnswer {
  return { isOpen: false, remarks: [] };
}
