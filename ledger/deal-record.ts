import type { Selectable } from 'kysely';
import type { DealPurchase, DealStatus } from '../domain/deal';
import { present } from '../domain/optional';
import type { PurchaseState } from '../domain/status';
import { reasonOf } from './purchase-record';
import type { DealsTable, DealWinsTable } from './schema';

/** A deal as the ledger knows it: its status object, and where its chain of events stands. */
export interface DealRecord {
  status: DealStatus;
  eventCount: number;
  headHash: string;
  createdAt: Date;
}

/** A page of deals; `next` asks for the one after it. */
export interface DealPage {
  deals: DealRecord[];
  next?: string;
}

/** One time that a deal was won: the purchase that was made of it, or none because it was dismissed. */
export interface DealWin {
  /** Counts from 1 within a deal. */
  winNumber: number;
  wonAt?: string;
  requestId?: string;
  /** ISO 8601, UTC. */
  decidedAt: string;
}

/** The columns of the purchase that was made of a deal, when they were read with it. */
export interface PurchaseOfDeal {
  purchase_status: PurchaseState | null;
  purchase_reason_code: string | null;
  purchase_reason_message: string | null;
}

export function dealRecord(row: Selectable<DealsTable> & Partial<PurchaseOfDeal>): DealRecord {
  const { deal, source } = row;
  return {
    status: {
      deal,
      source,
      status: row.status,
      notifiedBy: row.notified_by,
      ...present({
        wonAt: row.won_at?.toISOString(),
        missing: row.missing ?? undefined,
        reason: reasonOf(row),
        request: row.request ?? undefined,
        requestId: row.request_id ?? undefined,
        purchase: purchaseOf(row),
      }),
      updatedAt: row.updated_at.toISOString(),
    },
    eventCount: row.event_count,
    headHash: row.head_hash,
    createdAt: row.created_at,
  };
}

function purchaseOf(row: Partial<PurchaseOfDeal>): DealPurchase | undefined {
  const { purchase_status: status, purchase_reason_code: code, purchase_reason_message: message } = row;
  if (!status) return undefined;
  return { status, ...(code && { reason: { code, message: message ?? '' } }) };
}

export function dealWin({ win_number, won_at, request_id, at }: Selectable<DealWinsTable>): DealWin {
  return {
    winNumber: win_number,
    decidedAt: at.toISOString(),
    ...present({ wonAt: won_at?.toISOString(), requestId: request_id ?? undefined }),
  };
}
