import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json';
import type { Changed } from './kept-columns';

/** What an event's hash covers: all that is kept of it. */
export interface ChainedEvent {
  requestId: string;
  /** Counts from 1 within a purchase. */
  seq: number;
  at: Date;
  actor: string;
  kind: string;
  data: unknown;
  /** The columns that were written with it. */
  changed: Changed;
  /** Of a happening that is written once, however often it is tried. */
  happeningId: string | null;
  /** Hash of the event before; 64 zeros for the first. */
  previousHash: string;
}

export const FIRST_PREVIOUS_HASH = '0'.repeat(64);

/** SHA-256 (hex) over the event as JSON with sorted keys, so that the database's own key order does not matter. */
export function hashOf(event: ChainedEvent): string {
  const { requestId, seq, at, actor, kind, data, changed, happeningId, previousHash } = event;
  const covered = { requestId, seq, at, actor, kind, data, changed, happeningId, previousHash };
  return createHash('sha256').update(canonicalJson(covered)).digest('hex');
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
 * Recomputes a chain and compares its end with the count and hash kept with the purchase, so that a removed last
 * event is found too.
 */
export function verifyChain(
  events: readonly (ChainedEvent & { hash: string })[],
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
  return isWhole
    ? { ok: true, events: events.length }
    : {
        ok: false,
        seq: events.length + 1,
        problem: `${head.eventCount} events were written, ${events.length} are there`,
      };
}
