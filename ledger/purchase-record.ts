import type { Selectable } from 'kysely';
import type { Question } from '../domain/decision';
import { present } from '../domain/optional';
import type { Evidence, OrderOutcome, PlacedOrder } from '../domain/outcome';
import type { PbxState } from '../domain/pbx-state';
import type { Quote } from '../domain/quote';
import type { PurchaseRequest } from '../domain/request';
import type { PurchaseState, PurchaseStatus, Reason } from '../domain/status';
import type { PurchasesTable } from './schema';

/** A purchase as the ledger knows it. */
export interface PurchaseRecord {
  requestId: string;
  workflowId: string;
  fingerprint: string;
  request: PurchaseRequest;
  status: PurchaseState;
  attempts: number;
  order?: PlacedOrder;
  activationCode?: string;
  reason?: Reason;
  evidence?: Evidence;
  question?: Question;
  cancellationRequested: boolean;
  /** The serial number of the PBX whose order is under way. */
  holdsPbx?: string;
  /** What the vendor showed of the PBX after the order. */
  pbx?: PbxState;
  /** What its order would be, or has to be. */
  quote?: Quote;
  eventCount: number;
  headHash: string;
  createdAt: Date;
  updatedAt: Date;
}

export function purchaseRecord(row: Selectable<PurchasesTable>): PurchaseRecord {
  return {
    requestId: row.request_id,
    workflowId: row.workflow_id,
    fingerprint: row.fingerprint,
    request: row.request,
    status: row.status,
    attempts: row.attempts,
    ...present({
      order: orderOf(row),
      activationCode: row.activation_code ?? undefined,
      reason: reasonOf(row),
      evidence: row.evidence ?? undefined,
      question: row.question ?? undefined,
      holdsPbx: row.holds_pbx ?? undefined,
      pbx: row.pbx ?? undefined,
      quote: row.quote ?? undefined,
    }),
    cancellationRequested: row.cancellation_requested,
    eventCount: row.event_count,
    headHash: row.head_hash,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function orderOf(row: Selectable<PurchasesTable>): PlacedOrder | undefined {
  if (row.order_no === null) return undefined;
  return {
    orderNo: row.order_no,
    orderStatus: row.order_status ?? '',
    ...present({
      transactionNo: row.transaction_no ?? undefined,
      instanceId: row.instance_id ?? undefined,
      productNo: row.product_no ?? undefined,
    }),
  };
}

/** The reason that a row has in its columns. */
export function reasonOf(row: {
  reason_code: string | null;
  reason_message: string | null;
}): Reason | undefined {
  return row.reason_code === null ? undefined : { code: row.reason_code, message: row.reason_message ?? '' };
}

/** A purchase of the ledger as the status object that the workflow's query gives. */
export function statusOf(purchase: PurchaseRecord): PurchaseStatus {
  const { requestId, workflowId, status, attempts, order, activationCode, reason, evidence, question } =
    purchase;
  return {
    requestId,
    workflowId,
    status,
    attempts,
    ...present({ order, activationCode, reason, evidence, question }),
    ...(purchase.cancellationRequested && { cancellationRequested: true }),
    updatedAt: purchase.updatedAt.toISOString(),
  };
}

/** One attempt to create an order, as the ledger knows it. */
export interface AttemptRecord {
  requestId: string;
  /** Counts from 1 within a purchase. */
  attempt: number;
  /** The order's body, character for character as it was to be sent. */
  body: string;
  startedAt: Date;
  outcome?: OrderOutcome['outcome'];
  /** The whole outcome as it was recorded; absent while none is. */
  result?: OrderOutcome;
  endedAt?: Date;
}

/** An attempt as PostgreSQL's to_jsonb writes its row. */
export interface AttemptJson {
  request_id: string;
  attempt: number;
  body: string;
  started_at: string;
  outcome: OrderOutcome['outcome'] | null;
  result: OrderOutcome | null;
  ended_at: string | null;
}

export function attemptRecord(row: AttemptJson): AttemptRecord {
  return {
    requestId: row.request_id,
    attempt: row.attempt,
    body: row.body,
    startedAt: new Date(row.started_at),
    ...present({
      outcome: row.outcome ?? undefined,
      result: row.result ?? undefined,
      endedAt: row.ended_at === null ? undefined : new Date(row.ended_at),
    }),
  };
}

/** Whether the attempt may have bought something: then no other one can be opened. */
export function mayHaveBought(attempt: AttemptRecord): boolean {
  return attempt.outcome !== 'not-created';
}
