import {
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { dealWorkflowIdOf, type DealDecision, type DealStatus } from '../domain/deal';
import { ClientError } from './client-error';
import { updateIdOf } from './update-id';

/** How long a decision may take, in ms: the run writes it to the ledger, and asks nobody else. */
const PATIENCE_MS = 20_000;

/**
 * Sends a decision to the open run of a deal as an update, with an id that makes it once.
 *
 * @returns false when no run of the deal goes on (any more): nothing was decided
 * @throws ClientError DecisionInvalid, DecisionRefused, NoWorker
 */
export async function decideInDealRun(
  temporal: Client,
  status: DealStatus,
  decision: DealDecision,
): Promise<boolean> {
  const { verb, ...content } = decision;
  const handle = temporal.workflow.getHandle(dealWorkflowIdOf(status.deal));
  try {
    await temporal.withDeadline(Date.now() + PATIENCE_MS, () =>
      handle.executeUpdate<DealStatus, [object]>(verb, {
        args: [content],
        updateId: updateIdOf(status, decision),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw asClientError(error, status.deal);
  }
}

function asClientError(error: unknown, deal: string): unknown {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  if (cause instanceof ApplicationFailure) {
    const code = cause.type === 'DecisionRefused' ? cause.type : 'DecisionInvalid';
    return new ClientError(code, cause.message);
  }
  if (error instanceof ServiceError || (error as Error).name.includes('Timeout')) {
    return dealRunIsSilent(deal, `(${(error as Error).message}) `);
  }
  return error;
}

export function dealRunIsSilent(deal: string, why = ''): ClientError {
  return new ClientError(
    'NoWorker',
    `The run of the deal "${deal}" does not answer. ${why}Is a worker running? See: wonce deals show ${deal}`,
  );
}
