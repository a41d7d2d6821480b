import type { Question } from '../domain/decision';
import { present } from '../domain/optional';
import type { Evidence, OrderOutcome, PlacedOrder } from '../domain/outcome';
import type { PbxState } from '../domain/pbx-state';
import type { Quote } from '../domain/quote';
import type { PurchaseRequest } from '../domain/request';
import type { PurchaseState, Reason } from '../domain/status';
import { reasonColumns } from './columns';
import type { PartChange } from './event-stream';
import type { AttemptRecord } from './purchase-record';
import type { PurchaseColumns } from './schema';

/** An accepted request. */
export interface NewPurchase {
  request: PurchaseRequest;
  fingerprint: string;
  workflowId: string;
  actor: string;
  /** The workflow id of the run that started the purchase. */
  startedBy?: string;
  /** By which door it came. */
  via?: string;
}

/** What an order would be, of a request that may be new. */
export interface NewQuote extends NewPurchase {
  quote: Quote;
}

/** An attempt that is to be opened. */
export interface NewAttempt {
  requestId: string;
  fingerprint: string;
  body: string;
  actor: string;
  /** The ledger may not know of what was sent since then: the first attempt after it counts from there. */
  mayLackSince?: Date | undefined;
  /** What is looked for may have been created since then; without one, since now. */
  countsFrom?: Date;
}

/** What became of an attempt, and where the purchase stands with it. */
export interface AttemptOutcome {
  requestId: string;
  attempt: number;
  outcome: OrderOutcome;
  status: PurchaseState;
  reason?: Reason;
  actor: string;
}

/** A change of a purchase that is no attempt's outcome. */
export interface PurchaseChange {
  requestId: string;
  /** Without one the purchase stands as it did, and the event alone is written. */
  status?: PurchaseState;
  /** What happened, as the event's kind. */
  kind: string;
  actor: string;
  reason?: Reason;
  order?: Partial<PlacedOrder>;
  activationCode?: string;
  cancellationRequested?: boolean;
  evidence?: Evidence;
  /** What the vendor showed of the PBX after the order. */
  pbx?: PbxState;
  /** What a person is asked from now on; with another status nothing is. */
  question?: Question;
  /** What else the event should tell. */
  data?: Record<string, unknown>;
}

/** An attempt that has ended. */
export function ending({ attempt, outcome, result, endedAt }: AttemptRecord): PartChange {
  const order_no = result?.outcome === 'created' ? result.order.orderNo : null;
  return { number: attempt, isNew: false, columns: { outcome, result, order_no, ended_at: endedAt } };
}

/** What an outcome changes of its purchase: nobody is asked any more. */
export function outcomeColumns(outcome: OrderOutcome): PurchaseColumns {
  return {
    evidence: outcome.outcome === 'unknown' ? outcome.evidence : null,
    question: null,
    ...(outcome.outcome === 'created' && orderColumns(outcome.order)),
  };
}

export function changedColumns(
  told: Omit<PurchaseChange, 'requestId' | 'kind' | 'actor' | 'data'>,
): PurchaseColumns {
  const { status, reason, order, activationCode, cancellationRequested, evidence, pbx, question } = told;
  return {
    ...(status !== undefined && { status, question: question ?? null }),
    ...(reason !== undefined && reasonColumns(reason)),
    ...(order !== undefined && orderColumns(order)),
    ...present({
      activation_code: activationCode,
      cancellation_requested: cancellationRequested,
      evidence,
      pbx,
    }),
  };
}

/** The columns of an order, as far as it is told of. */
function orderColumns(order: Partial<PlacedOrder>): PurchaseColumns {
  return present({
    order_no: order.orderNo,
    transaction_no: order.transactionNo,
    order_status: order.orderStatus,
    product_no: order.productNo,
    instance_id: order.instanceId,
  });
}
