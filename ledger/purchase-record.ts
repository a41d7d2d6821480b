import type { Selectable } from 'kysely';
import type { Question } from '../domain/decision';
import type { Evidence, PlacedOrder } from '../domain/outcome';
import type { PurchaseRequest } from '../domain/request';
import type { PurchaseState, Reason } from '../domain/status';
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
  eventCount: number;
  headHash: string;
  createdAt: Date;
  updatedAt: Date;
}

export function purchaseRecord(row: Selectable<PurchasesTable>): PurchaseRecord {
  const order = orderOf(row);
  return {
    requestId: row.request_id,
    workflowId: row.workflow_id,
    fingerprint: row.fingerprint,
    request: row.request,
    status: row.status,
    attempts: row.attempts,
    ...(order !== undefined && { order }),
    ...(row.activation_code !== null && { activationCode: row.activation_code }),
    ...(row.reason_code !== null && { reason: { code: row.reason_code, message: row.reason_message ?? '' } }),
    ...(row.evidence !== null && { evidence: row.evidence }),
    ...(row.question !== null && { question: row.question }),
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
    ...(row.transaction_no !== null && { transactionNo: row.transaction_no }),
    ...(row.instance_id !== null && { instanceId: row.instance_id }),
    ...(row.product_no !== null && { productNo: row.product_no }),
  };
}
