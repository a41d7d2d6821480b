import { activityInfo, getClient } from '@temporalio/activity';
import { BY_TEMPORAL, DEAL } from '../../domain/author';
import type { ErrorCode } from '../../domain/error-catalogue';
import { dealWorkflowIdOf } from '../../domain/workflow-ids';
import type { OrderOutcome } from '../../domain/outcome';
import { meaningOf, type PurchaseState, type PurchaseStatus, type Reason } from '../../domain/status';
import { LedgerError } from '../../ledger/errors';
import type { PurchaseWithAttempt } from '../../ledger/purchase-ledger';
import { statusForRun } from './status-for-run';
import type { RecordOutcomeInput, StatusChange } from '../../workflows/messages/purchase';
import { type ActivityDeps, ACTOR } from '../dependencies';

/** Writes an outcome that `createOrder` could not write itself because the ledger was out of reach. */
export function recordOutcome(deps: ActivityDeps) {
  return ({ request, attempt, outcome }: RecordOutcomeInput) =>
    recordAsItStands(deps, { requestId: request.requestId, attempt, outcome });
}

/**
 * Records the outcome of an attempt. An order number that belongs to another request proves nothing of this one: the
 * outcome is then recorded as unknown.
 *
 * @param opened the attempt, where it was opened just now
 * @returns the outcome as it stands in the ledger
 */
export async function recordAsItStands(
  deps: ActivityDeps,
  input: { requestId: string; attempt: number; outcome: OrderOutcome },
  opened?: PurchaseWithAttempt,
): Promise<OrderOutcome> {
  const { ledger, observe } = deps;
  const { outcome } = input;
  try {
    const recorded = await ledger.recordOutcome({ ...input, ...statusAfter(outcome), actor: ACTOR }, opened);
    observe('after-outcome-recorded');
    const stands = recorded.result ?? outcome;
    if (isAnotherAnswer(outcome, stands)) {
      const { requestId, attempt } = input;
      const late = { kind: 'answer-came-late', data: { attempt, ...outcome } };
      await ledger.recordStatus({ requestId, actor: ACTOR, ...late });
    }
    return stands;
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== 'LedgerOrderTaken') throw error;
    const { message } = error;
    const doubt: OrderOutcome = { outcome: 'unknown', code: error.code, message, evidence: outcome.evidence };
    return recordAsItStands(deps, { ...input, outcome: doubt });
  }
}

/**
 * Whether the vendor has said another thing than what was written of the attempt, while nobody heard of the worker that made it.
 * It changes nothing any more, and it is kept. An order that was held to be absent, the ledger tells of by itself.
 */
function isAnotherAnswer(outcome: OrderOutcome, stands: OrderOutcome): boolean {
  if (outcome.evidence.httpStatus === undefined) return false;
  if (outcome.outcome === 'created') {
    return stands.outcome === 'created' && stands.order.orderNo !== outcome.order.orderNo;
  }
  const isSame = stands.outcome === outcome.outcome && stands.code === outcome.code;
  return !isSame || stands.evidence.httpStatus !== outcome.evidence.httpStatus;
}

/** Writes a change of status that is no attempt's outcome, and answers how the purchase now stands in the ledger. */
export function recordStatus({ ledger }: ActivityDeps) {
  return async (change: StatusChange): Promise<PurchaseStatus | undefined> => {
    await ledger.recordStatus({ actor: ACTOR, ...(await asProven(change)) });
    const purchase = await ledger.find(change.requestId);
    return purchase && statusForRun(purchase);
  };
}

/** Where a purchase stands after an attempt with this outcome. */
export function statusAfter(outcome: OrderOutcome): { status: PurchaseState; reason?: Reason } {
  if (outcome.outcome === 'created') return afterCreated(outcome.order.orderStatus);
  const reason = { code: outcome.code, message: outcome.message };
  if (outcome.outcome === 'unknown') return { status: 'settling', reason };
  return { status: outcome.why === 'refused' ? 'refused' : 'ordering', reason };
}

function afterCreated(orderStatus: string): { status: PurchaseState; reason?: Reason } {
  switch (meaningOf(orderStatus)) {
    case 'done':
      return { status: 'ordered' };
    case 'watch':
      return { status: 'confirming' };
    case 'failed':
      return {
        status: 'refused',
        reason: {
          code: 'OrderNotFulfilled' satisfies ErrorCode,
          message: `The vendor reports the order as "${orderStatus}".`,
        },
      };
  }
}

/** What the run of a deal calls itself when it cancels the purchase of a deal that was lost. */
const CLAIMED = 'deal';

/**
 * A decision in the name of a deal, as the deal's own where it is proven: anybody who reaches Temporal may send a signal
 * in that name, and only the server's record of it tells whether a run sent it, and which.
 */
export async function asProven(change: StatusChange): Promise<StatusChange> {
  const { kind, actor, data = {} } = change;
  const isClaimed = kind === 'decision' && actor === CLAIMED && data.verb === 'cancel';
  if (!isClaimed || data.via !== BY_TEMPORAL) return change;
  const sender = await senderOfCancellation();
  return sender === undefined ? change : { ...change, actor: DEAL, data: { ...data, via: sender } };
}

/** The deal's run that has told the purchase to cancel; undefined when none has, and when that cannot be read. */
async function senderOfCancellation(): Promise<string | undefined> {
  const { workflowId = '', runId = '' } = activityInfo().workflowExecution ?? {};
  try {
    const { events } = await getClient().workflow.getHandle(workflowId, runId).fetchHistory();
    const sender = events
      ?.map(({ workflowExecutionSignaledEventAttributes: signal }) => signal)
      .find((signal) => signal?.signalName === 'cancel' && signal.externalWorkflowExecution?.workflowId)
      ?.externalWorkflowExecution?.workflowId;
    return sender?.startsWith(dealWorkflowIdOf('')) ? sender : undefined;
  } catch {
    // Whoever it was: a cancellation counts, and is never held up by this.
    return undefined;
  }
}
