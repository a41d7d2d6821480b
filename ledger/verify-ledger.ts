import { sql, type Kysely } from 'kysely';
import { eventRecord, type Broken, type EventRow, type Verification } from './hash-chain';
import { linkOf } from './ledger-chain';
import {
  RECORD_KINDS,
  type LedgerChainTable,
  type LedgerTables,
  type LinkedRecord,
  type RecordKind,
} from './schema';
import { verifySweeps } from './sweep-ledger';
import type { PersonalRow } from './verify-personal';
import { verifyRecord, type Row, type StoredRecord } from './verify-record';

/** Something of the ledger that is not what was written. */
export interface BrokenRecord {
  id: string;
  /** The event at which it is broken. */
  seq: number;
  problem: string;
}

/** How far the verification of the whole ledger has come. */
export interface VerifyProgress {
  what: 'purchases' | 'deals' | 'sweeps' | 'links';
  done: number;
  /** How many there were when their verification began: what is written meanwhile is verified, too. */
  of: number;
}

/** How many there are of what is verified. */
export async function countsOf(db: Kysely<LedgerTables>): Promise<Record<VerifyProgress['what'], number>> {
  const { rows } = await sql<Record<VerifyProgress['what'], string>>`
    select (select count(*) from purchases) as purchases, (select count(*) from deals) as deals,
      (select count(*) from sweeps) as sweeps, (select max(seq) from ledger_chain) as links`.execute(db);
  const { purchases, deals, sweeps, links } = rows[0]!;
  return {
    purchases: Number(purchases),
    deals: Number(deals),
    sweeps: Number(sweeps),
    links: Number(links),
  };
}

/** How many records are in memory at once. */
const AT_ONCE = 50;

/** Verifies one record. @returns undefined when no table has anything of it */
export async function verifyOne(
  db: Kysely<LedgerTables>,
  kind: RecordKind,
  id: string,
): Promise<Verification | undefined> {
  const [record] = await recordsOf(db, kind, [id]);
  if (record === undefined) return undefined;
  const { row, parts, events, links } = record;
  const isUnknown = row === null && parts.length + events.length + links.length === 0;
  return isUnknown ? undefined : verifyRecord(kind, record);
}

/**
 * Verifies all records of a kind, a page at a time; what is written meanwhile is no forgery.
 *
 * @param onPage told after each page how many records were verified
 */
export async function verifyRecords(
  db: Kysely<LedgerTables>,
  record: LinkedRecord,
  onPage: (done: number) => void,
): Promise<{ checked: number; broken: BrokenRecord[] }> {
  const broken: BrokenRecord[] = [];
  let checked = 0;
  let after: string | undefined;
  for (;;) {
    const ids = await idsAfter(db, record, after, AT_ONCE);
    for (const [id, found] of await verifyPage(db, record, ids)) {
      if (found !== undefined) broken.push({ id, seq: found.seq, problem: found.problem });
    }
    checked += ids.length;
    onPage(checked);
    if (ids.length < AT_ONCE) return { checked, broken };
    after = ids.at(-1);
  }
}

async function verifyPage(
  db: Kysely<LedgerTables>,
  record: LinkedRecord,
  ids: string[],
): Promise<(readonly [id: string, found: Broken | undefined])[]> {
  if (record === 'sweep') return verifySweeps(db, ids);
  return (await recordsOf(db, record, ids)).map((one) => {
    const verification = verifyRecord(record, one);
    return [one.id, verification.ok ? undefined : verification];
  });
}

/**
 * The ids of records of which any table holds something, in order: also of one whose row is gone.
 *
 * @param after the last id of the page before
 */
async function idsAfter(
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
  const ofKey = sql`x.${sql.ref(key)} = k.id`;
  const all = (of: string, order: string, where = ofKey) => sql`
    coalesce((select jsonb_agg(to_jsonb(x) order by x.${sql.ref(order)}) from ${sql.table(of)} x where ${where}), '[]')`;
  const { rows } = await sql<{
    id: string;
    row: Row | null;
    parts: Row[];
    events: EventRow[];
    links: LedgerChainTable[];
    personal: PersonalRow[];
  }>`
    select k.id,
      (select to_jsonb(x) from ${sql.table(table)} x where ${ofKey}) as row,
      ${all(parts, number)} as parts,
      ${all(events, 'seq')} as events,
      ${all('ledger_chain', 'seq', sql`x.record = ${kind}::text and x.id = k.id`)} as links,
      ${all('personal_values', 'commitment', sql`x.record = ${kind}::text and x.id = k.id`)} as personal
    from unnest(${ids}::text[]) with ordinality as k(id, place) order by k.place`.execute(db);
  return rows.map((row) => ({
    ...row,
    events: row.events.map((event) => eventRecord(kind, row.id, event)),
    links: row.links.map(linkOf),
  }));
}
