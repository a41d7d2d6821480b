import { createHash } from 'node:crypto';
import {
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { DealDecision, DealStatus } from '../domain/deal';
import type { Decision } from '../domain/decision';
import type { PurchaseStatus } from '../domain/status';
import { dealWorkflowIdOf } from '../domain/workflow-ids';
import { ClientError } from './client-error';

/** How long a decision about a purchase may take, in ms: it is checked against the vendor before it is made. */
const PURCHASE_PATIENCE_MS = 90_000;

/** How long a decision about a deal may take, in ms: the run writes it to the ledger, and asks nobody else. */
const DEAL_PATIENCE_MS = 20_000;

/** Sends a decision to the run of a purchase as an update, with an id that makes it once. @throws ClientError */
export async function decideInRun(
  temporal: Client,
  status: PurchaseStatus,
  decision: Decision,
): Promise<PurchaseStatus> {
  const { requestId, workflowId } = status;
  try {
    return await sendDecision(temporal, { workflowId, status, decision, patienceMs: PURCHASE_PATIENCE_MS });
  } catch (error) {
    const refusal = refusalIn(error);
    if (refusal !== undefined) {
      const known = ['NothingWaits', 'DecisionInvalid'] as const;
      throw new ClientError(
        known.find((code) => code === refusal.type) ?? 'DecisionRefused',
        refusal.message,
      );
    }
    if (error instanceof WorkflowNotFoundError) throw nothingWaits(decision, status);
    if (!isSilence(error)) throw error;
    throw new ClientError(
      'NoWorker',
      `The run of "${requestId}" does not answer (${error.message}). Is a worker running? See: wonce status ${requestId}`,
    );
  }
}

/**
 * Sends a decision to the open run of a deal likewise.
 *
 * @returns false when no run of the deal goes on (any more): nothing was decided
 * @throws ClientError DecisionInvalid, DecisionRefused, NoWorker
 */
export async function decideInDealRun(
  temporal: Client,
  status: DealStatus,
  decision: DealDecision,
): Promise<boolean> {
  const { deal } = status;
  const workflowId = dealWorkflowIdOf(deal);
  try {
    await sendDecision(temporal, { workflowId, status, decision, patienceMs: DEAL_PATIENCE_MS });
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    const refusal = refusalIn(error);
    if (refusal !== undefined) {
      const code = refusal.type === 'DecisionRefused' ? refusal.type : 'DecisionInvalid';
      throw new ClientError(code, refusal.message);
    }
    throw isSilence(error) ? dealRunIsSilent(deal, `(${error.message}) `) : error;
  }
}

export function nothingWaits({ verb }: Decision, { requestId, status }: PurchaseStatus): ClientError {
  return new ClientError(
    'NothingWaits',
    `${verb}: nothing waits for that. The purchase "${requestId}" is ${status}, and no run of it is open. ` +
      `What became of it: wonce status ${requestId}`,
  );
}

export function dealRunIsSilent(deal: string, why = ''): ClientError {
  return new ClientError(
    'NoWorker',
    `The run of the deal "${deal}" does not answer. ${why}Is a worker running? See: wonce deals show ${deal}`,
  );
}

interface SentDecision {
  workflowId: string;
  /** How things stood for whoever decided. */
  status: { updatedAt: string };
  decision: Decision | DealDecision;
  patienceMs: number;
}

function sendDecision<Status>(
  temporal: Client,
  { workflowId, status, decision, patienceMs }: SentDecision,
): Promise<Status> {
  const { verb, ...content } = decision;
  const handle = temporal.workflow.getHandle(workflowId);
  return temporal.withDeadline(Date.now() + patienceMs, () =>
    handle.executeUpdate<Status, [object]>(verb, {
      args: [content],
      updateId: updateIdOf(status, decision),
    }),
  );
}

/**
 * The id of the update that a decision is sent as: the same decision about the same status has the same id, whoever
 * repeats it by the same door; by another it is another act, and recorded as that. After a refusal the status is
 * another: Temporal would answer with the old refusal for ever.
 */
function updateIdOf({ updatedAt }: { updatedAt: string }, decision: Decision | DealDecision): string {
  const { why: _, ...what } = decision;
  const about = JSON.stringify([what, updatedAt]);
  return `${decision.verb}-${createHash('sha256').update(about).digest('hex').slice(0, 32)}`;
}

/** What the run itself has against the decision. */
function refusalIn(error: unknown): ApplicationFailure | undefined {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure ? cause : undefined;
}

/** No worker, or no Temporal, has answered in time. */
function isSilence(error: unknown): error is Error {
  return error instanceof ServiceError || (error as Error).name.includes('Timeout');
}
