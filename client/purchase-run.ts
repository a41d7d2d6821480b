import {
  isGrpcServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { present } from '../domain/optional';
import { Refusal } from '../domain/refusal';
import type { PurchaseRequest } from '../domain/request';
import type { PurchaseStatus, Reason } from '../domain/status';
import { messageOf, valueOf, whyNoAnswer } from './decoded';

/** How long one question to Temporal may take, in ms; a query needs a worker, and there may be none. */
const PATIENCE_MS = 5_000;

/** A question that is asked at the last moment gets so long, in ms. */
const LEAST_PATIENCE_MS = 1_000;

const GRPC_NOT_FOUND = 5;

/** What Temporal can say of a purchase's run. */
export interface RunAnswer {
  /** Whether the run goes on; unknown when Temporal does not answer. */
  isOpen: boolean | undefined;
  /** Somebody ended it with Temporal's tools, before it was done. */
  isTerminated?: true;
  status?: PurchaseStatus;
  /** Why a run failed that never came to show a status. */
  refusal?: Reason;
  /** For people: what the run is waiting for, or why there is no status. */
  remarks: string[];
  /** Of a run at rest: as long as this stays the same, so does its status. */
  asOf?: string;
}

/** How to ask a run, beyond the usual. */
export interface Asking {
  /** What it answered before: of a run that has rested since then, no worker is asked. */
  before?: RunAnswer | undefined;
  /** Ends the patience earlier, in ms since 1970; each question gets a second. */
  deadline?: number;
}

/** Asks the run of a purchase how it stands; undefined when Temporal knows no such run. */
export async function askRun(
  temporal: Client,
  workflowId: string,
  { before, deadline }: Asking = {},
): Promise<RunAnswer | undefined> {
  try {
    const handle = temporal.workflow.getHandle(workflowId);
    const run = await patiently(temporal, () => handle.describe(), deadline);
    const result = () => patiently(temporal, () => handle.result(), deadline);
    switch (run.status.name) {
      case 'COMPLETED':
        return { isOpen: false, status: (await result()) as PurchaseStatus, remarks: [] };
      case 'FAILED':
        return await failureOf(result);
      case 'TERMINATED':
      case 'TIMED_OUT':
        return {
          isOpen: false,
          ...(run.status.name === 'TERMINATED' && { isTerminated: true as const }),
          remarks: [
            `The run was ended from outside (${run.status.name} in Temporal): it does not go on by itself. ` +
              'Once its record in Temporal is gone or deleted, the same request may be sent again.',
          ],
        };
      case 'CANCELLED': {
        // It has no result; without a worker the ledger tells.
        const { status } = await query(temporal, run, deadline);
        return { isOpen: false, ...present({ status }), remarks: [] };
      }
      default: {
        const hasRested = before?.asOf !== undefined && before.asOf === restingAsOf(run);
        return hasRested ? before : await query(temporal, run, deadline);
      }
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    return { isOpen: undefined, remarks: [whyNoAnswer(error)] };
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
  const start = await firstEventOf(temporal, workflowId);
  const payload = start?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  if (!payload) return undefined;
  // Loaded where it is wanted: no `wonce status` waits for the checks of requests.
  const { parseRequest } = await import('../validation/request-schema.js');
  try {
    return parseRequest(await valueOf(temporal, payload));
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** The event alone: a history may be long. */
async function firstEventOf(temporal: Client, workflowId: string) {
  const ask = { namespace: temporal.options.namespace, execution: { workflowId }, maximumPageSize: 1 };
  try {
    const { history } = await patiently(temporal, () =>
      temporal.workflowService.getWorkflowExecutionHistory(ask),
    );
    return history?.events?.[0];
  } catch (error) {
    if (isGrpcServiceError(error) && Number(error.code) === GRPC_NOT_FOUND) return undefined;
    throw error;
  }
}

async function query(
  temporal: Client,
  run: WorkflowExecutionDescription,
  deadline?: number,
): Promise<RunAnswer> {
  const remarks = await troubles(temporal, run);
  const asOf = restingAsOf(run);
  try {
    const handle = temporal.workflow.getHandle(run.workflowId);
    const status = await patiently(temporal, () => handle.query<PurchaseStatus>('status'), deadline);
    return { isOpen: true, status, remarks, ...present({ asOf }) };
  } catch {
    return { isOpen: true, remarks: [...remarks, silenceOf(run)] };
  }
}

/** Whether nothing is under way in a run: it waits for a time, for somebody, or for another run. */
export function isAtRest({ raw }: WorkflowExecutionDescription): boolean {
  return (raw.pendingActivities ?? []).length === 0 && !raw.pendingWorkflowTask;
}

function restingAsOf(run: WorkflowExecutionDescription): string | undefined {
  return isAtRest(run) ? `${run.runId} ${run.historyLength}` : undefined;
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
export async function troubles(temporal: Client, { raw }: WorkflowExecutionDescription): Promise<string[]> {
  const told = (raw.pendingActivities ?? []).map(async ({ activityType, attempt, lastFailure }) => {
    if ((attempt ?? 0) <= 1 || !lastFailure) return [];
    const times = `${activityType?.name ?? 'A step'} has failed ${(attempt ?? 1) - 1} time(s) and is tried again. `;
    return [`${times}Last failure: ${await messageOf(temporal, lastFailure)}`];
  });
  return (await Promise.all(told)).flat();
}

/** Why a run does not answer: there is no worker, or it cannot go on with the run. */
export function silenceOf({ raw }: WorkflowExecutionDescription): string {
  const failures = (raw.pendingWorkflowTask?.attempt ?? 1) - 1;
  if (failures < 1) return 'No worker answers: start one (wonce worker), and the run goes on.';
  return (
    `No worker could go on with the run, ${failures} time(s): it is tried again. ` +
    'See that one runs (wonce worker), and in its log why it fails.'
  );
}

/** One question to Temporal, with the patience that it gets. */
export function patiently<Answer>(
  temporal: Client,
  ask: () => Promise<Answer>,
  deadline = Infinity,
): Promise<Answer> {
  const now = Date.now();
  const latest = Math.max(deadline, now + LEAST_PATIENCE_MS);
  return temporal.withDeadline(Math.min(now + PATIENCE_MS, latest), ask);
}
