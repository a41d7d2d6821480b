import type { Ledger } from '../ledger/ledger';
import { statusOf } from '../ledger/status-of';
import type { OrderOutcome } from '../orders/outcome';
import type { PurchaseRequest } from '../orders/request';
import { meaningOf, type PurchaseState, type PurchaseStatus, type Reason } from '../orders/status';
import { ACTOR, type ActivityDeps } from './deps';

/** A change of status for the ledger; see Ledger.recordStatus. */
export type StatusChange = Omit<Parameters<Ledger['recordStatus']>[0], 'actor'>;

/** Writes an outcome that `createOrder` could not write itself because the ledger was out of reach. */
export function recordOutcome({ ledger }: ActivityDeps) {
  return async (input: {
    request: PurchaseRequest;
    attempt: number;
    outcome: OrderOutcome;
  }): Promise<void> => {
    const { attempt, outcome } = input;
    const { requestId } = input.request;
    await ledger.recordOutcome({ requestId, attempt, outcome, ...statusAfter(outcome), actor: ACTOR });
  };
}

/** Writes a change of status that is no attempt's outcome, and answers how the purchase now stands in the ledger. */
export function recordStatus({ ledger }: ActivityDeps) {
  return async (change: StatusChange): Promise<PurchaseStatus | undefined> => {
    await ledger.recordStatus({ ...change, actor: ACTOR });
    const purchase = await ledger.find(change.requestId);
    return purchase && statusOf(purchase);
  };
}

/** Where a purchase stands after an attempt with this outcome. */
export function statusAfter(outcome: OrderOutcome): { status: PurchaseState; reason?: Reason } {
  if (outcome.outcome === 'created') return afterCreated(outcome.order.orderStatus);
  const reason = { code: outcome.code, message: outcome.message };
  if (outcome.outcome === 'unknown') return { status: 'waiting-for-decision', reason };
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
