import type { Ledger } from '../../ledger/ledger';
import { LedgerError } from '../../ledger/errors';
import { statusOf } from '../../ledger/purchase-record';
import type { OrderOutcome } from '../../domain/outcome';
import type { PurchaseRequest } from '../../domain/request';
import { meaningOf, type PurchaseState, type PurchaseStatus, type Reason } from '../../domain/status';
import { ACTOR, type ActivityDeps } from '../dependencies';
import { asProven } from './proven-sender';

/** A change of status for the ledger, or what happened without one; see Ledger.recordStatus. */
export type StatusChange = Omit<Parameters<Ledger['recordStatus']>[0], 'actor'> & {
  /** Who did it, when it was a person. */
  actor?: string;
};

/** Writes an outcome that `createOrder` could not write itself because the ledger was out of reach. */
export function recordOutcome(deps: ActivityDeps) {
  return ({
    request,
    attempt,
    outcome,
  }: {
    request: PurchaseRequest;
    attempt: number;
    outcome: OrderOutcome;
  }) => recordAsItStands(deps, { requestId: request.requestId, attempt, outcome });
}

/**
 * Records the outcome of an attempt. An order number that belongs to another request proves nothing of this one: the
 * outcome is then recorded as unknown.
 *
 * @returns the outcome as it stands in the ledger
 */
export async function recordAsItStands(
  deps: ActivityDeps,
  input: { requestId: string; attempt: number; outcome: OrderOutcome },
): Promise<OrderOutcome> {
  const { ledger, observe } = deps;
  const { outcome } = input;
  try {
    const recorded = await ledger.recordOutcome({ ...input, ...statusAfter(outcome), actor: ACTOR });
    observe('after-outcome-recorded');
    return recorded.result ?? outcome;
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== 'LedgerOrderTaken') throw error;
    const { message } = error;
    const doubt: OrderOutcome = { outcome: 'unknown', code: error.code, message, evidence: outcome.evidence };
    return recordAsItStands(deps, { ...input, outcome: doubt });
  }
}

/** Writes a change of status that is no attempt's outcome, and answers how the purchase now stands in the ledger. */
export function recordStatus({ ledger }: ActivityDeps) {
  return async (change: StatusChange): Promise<PurchaseStatus | undefined> => {
    await ledger.recordStatus({ actor: ACTOR, ...(await asProven(change)) });
    const purchase = await ledger.find(change.requestId);
    return purchase && statusOf(purchase);
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
        reason: { code: 'OrderNotFulfilled', message: `The vendor reports the order as "${orderStatus}".` },
      };
  }
}
