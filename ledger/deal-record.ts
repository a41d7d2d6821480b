import type { Selectable } from 'kysely';
import type { DealPurchase, DealStatus } from '../domain/deal';
import type { PurchaseState } from '../domain/status';
import type { DealsTable, DealWinsTable } from './schema';

/** A deal as the ledger knows it: its status object, and where its chain of events stands. */
export interface DealRecord {
  status: DealStatus;
  eventCount: number;
  headHash: string;
  createdAt: Date;
}

/** One time that a deal was won: the purchase that was made of it, or none because it was dismissed. */
export interface DealWin {
  /** Counts from 1 within a deal. */
  episode: number;
  wonAt?: string;
  requestId?: string;
  /** ISO 8601, UTC. */
  decidedAt: string;
}

/** The columns of the purchase that was made of a deal, when they were read with it. */
export interface PurchaseColumns {
  purchase_status: PurchaseState | null;
  purchase_reason_code: string | null;
  purchase_reason_message: string | null;
}

export function dealRecord(row: Selectable<DealsTable> & Partial<PurchaseColumns>): DealRecord {
  const { deal, source, missing } = row;
  return {
    status: {
      deal,
      source,
      status: row.status,
      notifiedBy: row.heard_by,
      ...(row.won_at !== null && { wonAt: row.won_at.toISOString() }),
      ...(missing !== null && { missing }),
      ...(row.reason_code !== null && {
        reason: { code: row.reason_code, message: row.reason_message ?? '' },
      }),
      ...(row.request !== null && { request: row.request }),
      ...(row.request_id !== null && { requestId: row.request_id }),
      ...purchaseOf(row),
      updatedAt: row.updated_at.toISOString(),
    },
    eventCount: row.event_count,
    headHash: row.head_hash,
    createdAt: row.created_at,
  };
}

function purchaseOf(row: Partial<PurchaseColumns>): { purchase?: DealPurchase } {
  const { purchase_status: status, purchase_reason_code: code, purchase_reason_message: message } = row;
  if (!status) return {};
  return { purchase: { status, ...(code && { reason: { code, message: message ?? '' } }) } };
}

export function dealWin({ episode, won_at, request_id, at }: Selectable<DealWinsTable>): DealWin {
  return {
    episode,
    decidedAt: at.toISOString(),
    ...(won_at !== null && { wonAt: won_at.toISOString() }),
    ...(request_id !== null && { requestId: request_id }),
  };
}
