import {
  WorkflowFailedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  type Client,
} from '@temporalio/client';
import { VIA } from '../domain/author';
import type { Quote } from '../domain/quote';
import type { PurchaseRequest } from '../domain/request';
import { fairnessKeyOf } from '../domain/task-queues';
import { QUOTE_WORKFLOW, quoteWorkflowIdOf } from '../domain/workflow-ids';
import { ClientError } from './client-error';
import { asUnreachable } from './unreachable';
import { failureOfRun } from './run-failure';

/** How long a quote may take, in ms: the vendor's lists are read, and may be long. */
const PATIENCE_MS = 120_000;

/** Temporal tells that a run has run out of time a moment later. */
const MOMENT_MS = 10_000;

/** Runs a quote, and waits for it; one of the same request that is under way is waited for. @throws ClientError */
export async function quoteInRun(
  temporal: Client,
  taskQueue: string,
  request: PurchaseRequest,
  via: string | undefined,
): Promise<Quote> {
  const workflowId = quoteWorkflowIdOf(request.requestId);
  try {
    return await temporal.withDeadline(Date.now() + PATIENCE_MS + MOMENT_MS, () =>
      temporal.workflow.execute<(asked: PurchaseRequest) => Promise<Quote>>(QUOTE_WORKFLOW, {
        ...{ workflowId, taskQueue },
        args: [request],
        priority: { fairnessKey: fairnessKeyOf() },
        ...(via !== undefined && { memo: { [VIA]: via } }),
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        // Nobody waits longer, and a quote of the day after tomorrow is none that was asked for.
        workflowExecutionTimeout: PATIENCE_MS,
      }),
    );
  } catch (error) {
    throw refusalIn(error) ?? asSilence(error, request);
  }
}

/** Why there is no quote, in the words of the step that refused. */
function refusalIn(error: unknown): ClientError | undefined {
  const failure = failureOfRun(error);
  if (failure === undefined) return undefined;
  const { type = 'UnexpectedFailure', message } = failure;
  if (type === 'RequestConflict') return new ClientError(type, message);
  return new ClientError('QuoteRefused', `${type}: ${message}`);
}

function asSilence(error: unknown, { requestId }: PurchaseRequest): unknown {
  const isLate = error instanceof WorkflowFailedError || (error as Error).name.includes('Timeout');
  if (!isLate) return asUnreachable(error);
  return new ClientError(
    'NoWorker',
    `There is no quote of "${requestId}" after ${PATIENCE_MS / 1000} s: no worker runs, or the vendor does not answer. Nothing was ordered.`,
  );
}
