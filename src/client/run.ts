import {
  isGrpcServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import { Refusal } from '../orders/refusal';
import type { PurchaseRequest } from '../orders/request';
import { parseRequest } from '../orders/request-schema';
import type { PurchaseStatus, Reason } from '../orders/status';

/** How long one question to Temporal may take, in ms; a query needs a worker, and there may be none. */
const PATIENCE_MS = 5_000;

const GRPC_NOT_FOUND = 5;

export const NO_WORKER = 'No worker answers: start one (wonce worker), and the run goes on.';

/** What Temporal can say of a purchase's run. */
export interface RunAnswer {
  /** Whether the run goes on; unknown when Temporal does not answer. */
  isOpen: boolean | undefined;
  status?: PurchaseStatus;
  /** Why a run failed that never came to show a status. */
  refusal?: Reason;
  /** For people: what the run is waiting for, or why there is no status. */
  remarks: string[];
}

/** Asks the run of a purchase how it stands; undefined when Temporal knows no such run. */
export async function askRun(temporal: Client, workflowId: string): Promise<RunAnswer | undefined> {
  try {
    const handle = temporal.workflow.getHandle(workflowId);
    const run = await patiently(temporal, () => handle.describe());
    switch (run.status.name) {
      case 'COMPLETED':
        return { isOpen: false, status: (await handle.result()) as PurchaseStatus, remarks: [] };
      case 'FAILED':
        return await failureOf(() => handle.result());
      case 'TERMINATED':
      case 'TIMED_OUT':
        return {
          isOpen: false,
          remarks: [
            `The run was ended from outside (${run.status.name} in Temporal): it does not go on by itself. ` +
              'Once its record in Temporal is gone or deleted, the same request may be sent again.',
          ],
        };
      case 'CANCELLED': {
        // It has no result; without a worker the ledger tells.
        const { status } = await query(temporal, workflowId, run);
        return { isOpen: false, ...(status !== undefined && { status }), remarks: [] };
      }
      default:
        return await query(temporal, workflowId, run);
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    return { isOpen: undefined, remarks: [`Temporal does not answer (${(error as Error).message}).`] };
  }
}

/**
 * The request that a run was started with, whoever started it; undefined when that was none, and when there is no such
 * run, or none any more: a run that is being deleted still keeps its id from being used.
 */
export async function requestOfRun(
  temporal: Client,
  workflowId: string,
): Promise<PurchaseRequest | undefined> {
  const history = await historyOf(temporal, workflowId);
  const payload = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  try {
    return payload ? parseRequest(defaultPayloadConverter.fromPayload(payload)) : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

async function historyOf(temporal: Client, workflowId: string) {
  try {
    return await patiently(temporal, () => temporal.workflow.getHandle(workflowId).fetchHistory());
  } catch (error) {
    if (isGrpcServiceError(error) && Number(error.code) === GRPC_NOT_FOUND) return undefined;
    throw error;
  }
}

async function query(
  temporal: Client,
  workflowId: string,
  run: WorkflowExecutionDescription,
): Promise<RunAnswer> {
  const remarks = troubles(run);
  try {
    const handle = temporal.workflow.getHandle(workflowId);
    const status = await patiently(temporal, () => handle.query<PurchaseStatus>('status'));
    return { isOpen: true, status, remarks };
  } catch {
    return { isOpen: true, remarks: [...remarks, NO_WORKER] };
  }
}

async function failureOf(result: () => Promise<unknown>): Promise<RunAnswer> {
  try {
    await result();
    return { isOpen: false, remarks: [] };
  } catch (error) {
    const cause = error instanceof WorkflowFailedError ? error.cause : error;
    if (!(cause instanceof ApplicationFailure))
      return { isOpen: false, remarks: [`The run failed (${(error as Error).message}).`] };
    const refusal = { code: cause.type ?? 'UnexpectedFailure', message: cause.message };
    // The run was refused because its id belongs to another purchase: of that one it knows nothing.
    if (refusal.code === 'RequestConflict') return { isOpen: false, refusal, remarks: [] };
    const [status] = (cause.details ?? []) as (PurchaseStatus | undefined)[];
    if (status?.requestId !== undefined) return { isOpen: false, status, remarks: [] };
    return { isOpen: false, refusal, remarks: [] };
  }
}

/** Steps that have failed and are tried again: what an operator would see as pending activities. */
export function troubles(run: WorkflowExecutionDescription): string[] {
  return (run.raw.pendingActivities ?? [])
    .filter((pending) => (pending.attempt ?? 0) > 1 && pending.lastFailure)
    .map(
      (pending) =>
        `${pending.activityType?.name ?? 'A step'} has failed ${(pending.attempt ?? 1) - 1} time(s) and is tried again. ` +
        `Last failure: ${pending.lastFailure?.message ?? 'unknown'}`,
    );
}

/** One question to Temporal, with the patience that it gets. */
export function patiently<Answer>(temporal: Client, ask: () => Promise<Answer>): Promise<Answer> {
  return temporal.withDeadline(Date.now() + PATIENCE_MS, ask);
}
