import type { Selectable } from 'kysely';
import type { DealStatus } from '../orders/deal';
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
}

export function dealRecord(row: Selectable<DealsTable>): DealRecord {
  const { deal, source, missing } = row;
  return {
    status: {
      deal,
      source,
      status: row.status,
      heardBy: row.heard_by,
      ...(row.won_at !== null && { wonAt: row.won_at.toISOString() }),
      ...(missing !== null && { missing }),
      ...(row.reason_code !== null && {
        reason: { code: row.reason_code, message: row.reason_message ?? '' },
      }),
      ...(row.request_id !== null && { requestId: row.request_id }),
      updatedAt: row.updated_at.toISOString(),
    },
    eventCount: row.event_count,
    headHash: row.head_hash,
    createdAt: row.created_at,
  };
}

export function dealWin({ episode, won_at, request_id }: Selectable<DealWinsTable>): DealWin {
  return {
    episode,
    ...(won_at !== null && { wonAt: won_at.toISOString() }),
    ...(request_id !== null && { requestId: request_id }),
  };
}
