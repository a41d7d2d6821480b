import type { Selectable } from 'kysely';
import { canonicalJson } from '../domain/canonical-json';
import type { Changed } from './columns';
import type { EventsTable, RecordKind } from './schema';
import { sha256 } from './sha256';

/** What an event's hash covers: all that is kept of it. */
export interface ChainedEvent {
  /** What it happened to. */
  record: RecordKind;
  /** The request id, the deal's key. */
  id: string;
  /** Counts from 1 within a record. */
  seq: number;
  at: Date;
  actor: string;
  kind: string;
  data: unknown;
  /** The columns that were written with it. */
  changed: Changed;
  /** Of an event that is written once, however often it is tried. */
  eventId: string | null;
  /** Hash of the event before; 64 zeros for the first. */
  previousHash: string;
}

/** An event as it was written. */
export type EventRecord = ChainedEvent & { hash: string };

export const FIRST_PREVIOUS_HASH = '0'.repeat(64);

/** SHA-256 (hex) over the event as JSON with sorted keys, so that the database's own key order does not matter. */
export function hashOf(event: ChainedEvent): string {
  const { record, id, seq, at, actor, kind, data, changed, eventId, previousHash } = event;
  const covered = { record, id, seq, at, actor, kind, data, changed, eventId, previousHash };
  return sha256(canonicalJson(covered));
}

/** An event of either table, as it is selected, or as PostgreSQL's to_jsonb writes its row. */
export type EventRow = Omit<Selectable<EventsTable>, 'request_id' | 'at'> & { at: Date | string };

export function eventRecord(record: RecordKind, id: string, row: EventRow): EventRecord {
  const { seq, at, actor, kind, data, changed, hash } = row;
  const { event_id: eventId, previous_hash: previousHash } = row;
  return { record, id, seq, at: new Date(at), actor, kind, data, changed, eventId, previousHash, hash };
}

/** Whether a record is what was written: its events, their place in the ledger, and its rows. */
export type Verification = { ok: true; events: number } | Broken;

/** Where a record is broken. `problem` says what is wrong with the event `seq`, or, at the last one, with the rows. */
export interface Broken {
  ok: false;
  seq: number;
  problem: string;
}

/**
 * Recomputes a chain and compares its end with the count and hash kept with the record, so that a removed last event is
 * found too.
 */
export function verifyChain(
  events: readonly EventRecord[],
  head: { eventCount: number; headHash: string },
): Verification {
  let previousHash = FIRST_PREVIOUS_HASH;
  for (const [index, event] of events.entries()) {
    const seq = index + 1;
    if (event.seq !== seq) return { ok: false, seq, problem: `expected event ${seq}, found ${event.seq}` };
    if (event.previousHash !== previousHash)
      return { ok: false, seq, problem: 'does not follow the event before' };
    if (event.hash !== hashOf(event)) return { ok: false, seq, problem: 'was changed after it was written' };
    previousHash = event.hash;
  }
  const isWhole = events.length === head.eventCount && previousHash === head.headHash;
  if (isWhole) return { ok: true, events: events.length };
  const problem = `${head.eventCount} events were written, ${events.length} are there`;
  return { ok: false, seq: events.length + 1, problem };
}
