import type { OrderOutcome } from '../domain/outcome';

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
    ...(row.outcome !== null && { outcome: row.outcome }),
    ...(row.result !== null && { result: row.result }),
    ...(row.ended_at !== null && { endedAt: new Date(row.ended_at) }),
  };
}

/** Whether the attempt may have bought something: then no other one can be opened. */
export function mayHaveBought(attempt: AttemptRecord): boolean {
  return attempt.outcome !== 'not-created';
}
