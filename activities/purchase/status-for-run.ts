import type { PurchaseStatus } from '../../domain/status';
import { statusOf, type PurchaseRecord } from '../../ledger/purchase-record';

/** How a purchase stands, as a run may be told: what a run knows stands in its history, and no activation code does. */
export function statusForRun(purchase: PurchaseRecord): PurchaseStatus {
  const { activationCode, ...status } = statusOf(purchase);
  return { ...status, ...(activationCode !== undefined && { hasActivationCode: true }) };
}
