import { sql, type Kysely } from 'kysely';
import type { ChainedEvent } from './hash-chain';
import type { Changed } from './kept-columns';
import { linkOf, type Link, type LinkedRecord, type LinkJson } from './ledger-chain';
import type { Row } from './rebuild';
import { RECORD_KINDS, type RecordKind } from './record-kinds';
import type { LedgerTables } from './schema';

/** All that the ledger holds of a record, as it stood at one moment. */
export interface StoredRecord {
  id: string;
  row: Row | null;
  parts: Row[];
  /** By number. */
  events: (ChainedEvent & { hash: string })[];
  /** By place in the ledger. */
  links: Link[];
}

/** A sweep's row and the last link of its source, as they stood at one moment. */
export interface StoredSweep {
  id: string;
  row: Row | null;
  link: Link | null;
}

/**
 * The ids of records of which any table holds something, in order: also of one whose row is gone.
 *
 * @param after the last id of the page before
 */
export async function idsAfter(
  db: Kysely<LedgerTables>,
  record: LinkedRecord,
  after: string | undefined,
  limit: number,
): Promise<string[]> {
  const later = (column: string) =>
    after === undefined ? sql`true` : sql`${sql.ref(column)} > ${after}::text`;
  const page = sql`order by 1 limit ${limit}::integer`;
  const ofTables = tablesOf(record).map(
    ([table, key]) =>
      sql`(select distinct ${sql.ref(key)} as id from ${sql.table(table)} where ${later(key)} ${page})`,
  );
  const { rows } = await sql<{ id: string }>`
    ${sql.join(ofTables, sql` union `)}
    union (select distinct id from ledger_chain where record = ${record}::text and ${later('id')} ${page})
    ${page}`.execute(db);
  return rows.map(({ id }) => id);
}

function tablesOf(record: LinkedRecord): (readonly [table: string, key: string])[] {
  if (record === 'sweep') return [['sweeps', 'source']];
  const { rows, parts, events, key } = RECORD_KINDS[record];
  return [rows, parts, events].map((table) => [table, key]);
}

/** Records with all that belongs to them, read in one statement: what is written meanwhile is there whole or not at all. */
export async function recordsOf(
  db: Kysely<LedgerTables>,
  kind: RecordKind,
  ids: readonly string[],
): Promise<StoredRecord[]> {
  const { rows: table, parts, number, events, key } = RECORD_KINDS[kind];
  const all = (of: string, order: string, where = sql`x.${sql.ref(key)} = k.id`) => sql`
    coalesce((select jsonb_agg(to_jsonb(x) order by x.${sql.ref(order)}) from ${sql.table(of)} x where ${where}), '[]')`;
  const { rows } = await sql<{
    id: string;
    row: Row | null;
    parts: Row[];
    events: EventJson[];
    links: LinkJson[];
  }>`
    select k.id,
      (select to_jsonb(x) from ${sql.table(table)} x where x.${sql.ref(key)} = k.id) as row,
      ${all(parts, number)} as parts,
      ${all(events, 'seq')} as events,
      ${all('ledger_chain', 'seq', sql`x.record = ${kind}::text and x.id = k.id`)} as links
    from unnest(${ids}::text[]) with ordinality as k(id, place) order by k.place`.execute(db);
  return rows.map((row) => ({
    ...row,
    events: row.events.map((event) => eventOf(row.id, event)),
    links: row.links.map(linkOf),
  }));
}

export async function sweepsOf(db: Kysely<LedgerTables>, ids: readonly string[]): Promise<StoredSweep[]> {
  const { rows } = await sql<{ id: string; row: Row | null; link: LinkJson | null }>`
    select k.id,
      (select to_jsonb(s) from sweeps s where s.source = k.id) as row,
      (select to_jsonb(c) from ledger_chain c where c.record = 'sweep' and c.id = k.id
        order by c.event_seq desc limit 1) as link
    from unnest(${ids}::text[]) as k(id)`.execute(db);
  return rows.map(({ link, ...row }) => ({ ...row, link: link && linkOf(link) }));
}

/** An event as PostgreSQL's to_jsonb writes its row, whichever table it is of. */
interface EventJson {
  seq: number;
  at: string;
  actor: string;
  kind: string;
  data: unknown;
  changed: Changed;
  happening_id: string | null;
  previous_hash: string;
  hash: string;
}

function eventOf(id: string, { at, happening_id, previous_hash, ...row }: EventJson) {
  const { seq, actor, kind, data, changed, hash } = row;
  return {
    requestId: id,
    seq,
    at: new Date(at),
    actor,
    kind,
    data,
    changed,
    happeningId: happening_id,
    previousHash: previous_hash,
    hash,
  };
}
