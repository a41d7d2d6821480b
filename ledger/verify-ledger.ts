import { sql, type Kysely } from 'kysely';
import type { Checkpoint } from './checkpoint';
import { FIRST_PREVIOUS_HASH, type Broken, type Verification } from './hash-chain';
import { linkHashOf, linkOf, type Link, type LinkedRecord, type LinkJson } from './ledger-chain';
import type { RecordKind } from './record-kinds';
import type { LedgerTables } from './schema';
import { idsAfter, recordsOf, sweepsOf } from './stored-records';
import { verifySweep } from './sweep-statement';
import { verifyRecord } from './verify-record';

/** Something of the ledger that is not what was written. */
export interface BrokenRecord {
  id: string;
  /** The event at which it is broken. */
  seq: number;
  problem: string;
}

/** A link of the ledger's chain that does not hold. */
export interface BrokenLink {
  seq: number;
  problem: string;
}

/** How many records and links are in memory at once. */
const RECORDS_AT_ONCE = 50;
const LINKS_AT_ONCE = 200;

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

/** Verifies all records of a kind, a page at a time; what is written meanwhile is no forgery. */
export async function verifyRecords(
  db: Kysely<LedgerTables>,
  record: LinkedRecord,
): Promise<{ checked: number; broken: BrokenRecord[] }> {
  const broken: BrokenRecord[] = [];
  let checked = 0;
  let after: string | undefined;
  for (;;) {
    const ids = await idsAfter(db, record, after, RECORDS_AT_ONCE);
    for (const [id, found] of await verifyPage(db, record, ids)) {
      if (found !== undefined) broken.push({ id, seq: found.seq, problem: found.problem });
    }
    checked += ids.length;
    if (ids.length < RECORDS_AT_ONCE) return { checked, broken };
    after = ids.at(-1);
  }
}

async function verifyPage(
  db: Kysely<LedgerTables>,
  record: LinkedRecord,
  ids: string[],
): Promise<[id: string, found: Broken | undefined][]> {
  if (record === 'sweep') return (await sweepsOf(db, ids)).map((sweep) => [sweep.id, verifySweep(sweep)]);
  return (await recordsOf(db, record, ids)).map((one) => {
    const verification = verifyRecord(record, one);
    return [one.id, verification.ok ? undefined : verification];
  });
}

/** Walks the chain of the ledger to its end, a page at a time: no link is changed, missing or beyond the end. */
export async function verifyLedgerChain(
  db: Kysely<LedgerTables>,
): Promise<{ links: number; broken: BrokenLink[] }> {
  const broken: BrokenLink[] = [];
  let links = 0;
  let last: Position = { seq: 0, hash: FIRST_PREVIOUS_HASH, previousHash: FIRST_PREVIOUS_HASH };
  for (;;) {
    const page = await linksAfter(db, last.seq);
    for (const link of page.links) {
      const problem = problemOf(link, last);
      if (problem !== undefined) broken.push({ seq: link.seq, problem });
      last = link;
    }
    links += page.links.length;
    if (page.links.length < LINKS_AT_ONCE) {
      const problem = problemOfEnd(page.head, last);
      if (problem !== undefined) broken.push({ seq: last.seq + 1, problem });
      return { links, broken };
    }
  }
}

/** Those checkpoints that the ledger does not have as they were taken. */
export async function verifyCheckpoints(
  db: Kysely<LedgerTables>,
  checkpoints: readonly Checkpoint[],
): Promise<{ checked: number; broken: BrokenLink[] }> {
  const broken: BrokenLink[] = [];
  for (let from = 0; from < checkpoints.length; from += LINKS_AT_ONCE) {
    const some = checkpoints.slice(from, from + LINKS_AT_ONCE);
    const rows = await db
      .selectFrom('ledger_chain')
      .select(['seq', 'hash'])
      .where(
        'seq',
        'in',
        some.map(({ seq }) => seq),
      )
      .execute();
    const hashes = new Map([
      [0, FIRST_PREVIOUS_HASH],
      ...rows.map(({ seq, hash }) => [Number(seq), hash] as const),
    ]);
    for (const { seq, hash, at } of some) {
      const there = hashes.get(seq);
      if (there === hash) continue;
      const what = there === undefined ? 'is not there any more' : 'is another now';
      broken.push({ seq, problem: `${what}: it was there at ${at}, with the hash ${hash}` });
    }
  }
  return { checked: checkpoints.length, broken };
}

/** Where the chain of the ledger ends now. */
export async function checkpointOf(db: Kysely<LedgerTables>): Promise<Checkpoint> {
  const head = await db.selectFrom('ledger_head').select(['seq', 'hash']).executeTakeFirst();
  return {
    seq: Number(head?.seq ?? 0),
    hash: head?.hash ?? FIRST_PREVIOUS_HASH,
    at: new Date().toISOString(),
  };
}

const RECORDS: ReadonlySet<string> = new Set(['purchase', 'deal', 'sweep'] satisfies LinkedRecord[]);

type Position = Pick<Link, 'seq' | 'hash' | 'previousHash'>;

/** Links, and where the chain ended at that same moment. */
async function linksAfter(
  db: Kysely<LedgerTables>,
  seq: number,
): Promise<{ links: Link[]; head: Position | undefined }> {
  const { rows } = await sql<{
    links: LinkJson[];
    head: { seq: number; hash: string; previous_hash: string } | null;
  }>`
    select
      (select to_jsonb(h) from ledger_head h) as head,
      coalesce((select jsonb_agg(to_jsonb(c) order by c.seq) from
        (select * from ledger_chain where seq > ${seq}::bigint order by seq limit ${LINKS_AT_ONCE}::integer) c), '[]') as links
  `.execute(db);
  const { links = [], head = null } = rows[0] ?? {};
  return {
    links: links.map(linkOf),
    head: head === null ? undefined : { seq: head.seq, hash: head.hash, previousHash: head.previous_hash },
  };
}

function problemOf(link: Link, before: Position): string | undefined {
  if (link.seq !== before.seq + 1) {
    const first = before.seq + 1;
    return first === link.seq - 1
      ? `link ${first} is missing`
      : `links ${first} to ${link.seq - 1} are missing`;
  }
  if (!RECORDS.has(link.record)) return 'is of no purchase, deal or sweep';
  if (link.previousHash !== before.hash) return 'does not follow the link before';
  return link.hash === linkHashOf(link) ? undefined : 'was changed after it was written';
}

function problemOfEnd(head: Position | undefined, last: Position): string | undefined {
  if (head === undefined) return 'ledger_head, which says where the chain ends, is gone';
  if (head.seq === last.seq && head.hash === last.hash && head.previousHash === last.previousHash)
    return undefined;
  return `the chain ends with link ${last.seq}, and ledger_head says with link ${head.seq}${head.seq === last.seq ? ' of another hash' : ''}`;
}
