import {
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Decision } from '../domain/decision';
import type { PurchaseStatus } from '../domain/status';
import { ClientError } from './client-error';
import { updateIdOf } from './update-id';

/** How long a decision may take, in ms: it is checked against the vendor before it is made. */
const PATIENCE_MS = 90_000;

/** Sends a decision to the run as an update, with an id that makes it once. @throws ClientError */
export async function decideInRun(
  temporal: Client,
  status: PurchaseStatus,
  decision: Decision,
): Promise<PurchaseStatus> {
  const { verb, ...content } = decision;
  const handle = temporal.workflow.getHandle(status.workflowId);
  try {
    return await temporal.withDeadline(Date.now() + PATIENCE_MS, () =>
      handle.executeUpdate<PurchaseStatus, [object]>(verb, {
        args: [content],
        updateId: updateIdOf(status, decision),
      }),
    );
  } catch (error) {
    throw asClientError(error, status, decision);
  }
}

export function nothingWaits({ verb }: Decision, { requestId, status }: PurchaseStatus): ClientError {
  return new ClientError(
    'NothingWaits',
    `${verb}: nothing waits for that. The purchase "${requestId}" is ${status}, and no run of it is open. ` +
      `What became of it: wonce status ${requestId}`,
  );
}

function asClientError(error: unknown, status: PurchaseStatus, decision: Decision): unknown {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  if (cause instanceof ApplicationFailure) {
    const code =
      cause.type === 'NothingWaits' || cause.type === 'DecisionInvalid' ? cause.type : 'DecisionRefused';
    return new ClientError(code, cause.message);
  }
  if (error instanceof WorkflowNotFoundError) return nothingWaits(decision, status);
  if (error instanceof ServiceError || (error as Error).name.includes('Timeout')) {
    return new ClientError(
      'NoWorker',
      `The run of "${status.requestId}" does not answer (${(error as Error).message}). Is a worker running? See: wonce status ${status.requestId}`,
    );
  }
  return error;
}
