import { createHash } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import type { RecordKind } from './record-kinds';

/** One link of the chain over the whole ledger: it seals an event, or a sweep, together with all that came before. */
export interface Link {
  /** Counts from 1 within the ledger. */
  seq: number;
  record: LinkedRecord;
  /** The request id, the deal's key, the sweep's source. */
  id: string;
  /** Counts from 1 within the record. */
  eventSeq: number;
  eventHash: string;
  /** Hash of the link before; 64 zeros for the first. */
  previousHash: string;
  hash: string;
}

export type LinkedRecord = RecordKind | 'sweep';

/** SHA-256 (hex); the database computes the same, see `sealEvent`. */
export function linkHashOf({ seq, record, id, eventSeq, eventHash, previousHash }: Link): string {
  const text = [seq, record, id, eventSeq, eventHash, previousHash].join('|');
  return createHash('sha256').update(text).digest('hex');
}

/**
 * The end of a statement that wrote an event: seals what its part `event` (id, seq, hash) gives, if anything. The one row
 * of ledger_head makes writers wait for each other until they have committed, so that the chain has no forks and no gaps.
 */
export function sealEvent(record: LinkedRecord): RawBuilder<unknown> {
  const covered = sql`concat_ws('|', h.seq + 1, ${record}::text, e.id, e.seq, e.hash, h.hash)`;
  return sql`
    head as (
      update ledger_head h
        set seq = h.seq + 1, previous_hash = h.hash, hash = encode(sha256(convert_to(${covered}, 'UTF8')), 'hex')
        from event e
        returning h.seq, h.previous_hash, h.hash, e.id, e.seq as event_seq, e.hash as event_hash
    )
    insert into ledger_chain (seq, record, id, event_seq, event_hash, previous_hash, hash)
      select seq, ${record}::text, id, event_seq, event_hash, previous_hash, hash from head
    returning event_seq`;
}

/** A link as PostgreSQL's to_jsonb writes its row. */
export interface LinkJson {
  seq: number;
  record: LinkedRecord;
  id: string;
  event_seq: number;
  event_hash: string;
  previous_hash: string;
  hash: string;
}

export function linkOf({ event_seq, event_hash, previous_hash, ...row }: LinkJson): Link {
  return { ...row, eventSeq: event_seq, eventHash: event_hash, previousHash: previous_hash };
}
