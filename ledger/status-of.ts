import type { PurchaseStatus } from '../domain/status';
import type { PurchaseRecord } from './purchase-record';

/** A purchase of the ledger as the status object that the workflow's query gives. */
export function statusOf(purchase: PurchaseRecord): PurchaseStatus {
  const { requestId, workflowId, status, attempts, order, activationCode, reason, evidence, question } =
    purchase;
  return {
    requestId,
    workflowId,
    status,
    attempts,
    ...(order && { order }),
    ...(activationCode !== undefined && { activationCode }),
    ...(reason && { reason }),
    ...(evidence && { evidence }),
    ...(question && { question }),
    ...(purchase.cancellationRequested && { cancellationRequested: true }),
    updatedAt: purchase.updatedAt.toISOString(),
  };
}
