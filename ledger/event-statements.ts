import { sql, type Kysely, type RawBuilder } from 'kysely';
import { withoutUndefined } from './columns';
import { hashOf, type ChainedEvent } from './hash-chain';
import type { Changed } from './kept-columns';
import { RECORD_KINDS, type RecordKind } from './record-kinds';
import type { LedgerTables } from './schema';

/** Something that happened, to be written with what it changes. */
export interface Happening {
  actor: string;
  kind: string;
  data: Record<string, unknown>;
  /** Of one that is written once, however often it is tried: see `hasHappened`. */
  id?: string | undefined;
}

/** The next event of a record, with its hash. */
export function nextEvent(
  { id, eventCount, headHash }: { id: string; eventCount: number; headHash: string },
  { actor, kind, data, id: happeningId }: Happening,
  { at, changed }: { at: Date; changed: Changed },
): ChainedEvent & { hash: string } {
  const event = {
    requestId: id,
    seq: eventCount + 1,
    at,
    actor,
    kind,
    data: withoutUndefined(data),
    changed,
    happeningId: happeningId ?? null,
    previousHash: headHash,
  };
  return { ...event, hash: hashOf(event) };
}

/** The part of a statement that writes an event of the record that its part named `kind` gives, if it gives one. */
export function insertEvent(kind: RecordKind, event: ChainedEvent & { hash: string }): RawBuilder<unknown> {
  const { key, events } = RECORD_KINDS[kind];
  const { seq, at, actor, data, changed, previousHash, hash, happeningId } = event;
  return sql`
    insert into ${sql.table(events)}
      (${sql.ref(key)}, seq, at, actor, kind, data, changed, previous_hash, hash, happening_id)
      select ${sql.ref(key)}, ${seq}::integer, ${at}::timestamptz, ${actor}::text, ${event.kind}::text,
        ${JSON.stringify(data)}::jsonb, ${JSON.stringify(changed)}::jsonb, ${previousHash}::text, ${hash}::text,
        ${happeningId}::text
      from ${sql.table(kind)}
      returning ${sql.ref(key)} as id, seq, hash`;
}

/**
 * Whether a happening is written already. Asked after the record was read that is about to be changed: whoever writes
 * it in between is seen when the change is written.
 */
export async function hasHappened(
  db: Kysely<LedgerTables>,
  table: 'events' | 'deal_events',
  id: string | undefined,
): Promise<boolean> {
  if (id === undefined) return false;
  const query = db.selectFrom(table).select('seq').where('happening_id', '=', id);
  return (await query.executeTakeFirst()) !== undefined;
}
