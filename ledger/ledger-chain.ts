import type { KeyObject } from 'node:crypto';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import { problemOfSignature, type Checkpoint } from './checkpoint';
import { FIRST_PREVIOUS_HASH } from './hash-chain';
import { inParts } from './in-parts';
import type { LedgerChainTable, LedgerTables, LinkedRecord } from './schema';
import { sha256 } from './sha256';

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

/** A link of the ledger's chain that does not hold. */
export interface BrokenLink {
  seq: number;
  problem: string;
}

/** SHA-256 (hex); the database computes the same, see `sealEvent`. */
export function linkHashOf({ seq, record, id, eventSeq, eventHash, previousHash }: Link): string {
  const text = [seq, record, id, eventSeq, eventHash, previousHash].join('|');
  return sha256(text);
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

/** The link in a row, as it is read or as PostgreSQL's to_jsonb writes it: the same, as it has no times. */
export function linkOf({ event_seq, event_hash, previous_hash, ...row }: LedgerChainTable): Link {
  return { ...row, eventSeq: event_seq, eventHash: event_hash, previousHash: previous_hash };
}

/** How many links are in memory at once. */
const LINKS_AT_ONCE = 500;

/**
 * Walks the chain of the ledger to its end, a page at a time: no link is changed, missing or beyond the end.
 *
 * @param onPage told after each page how many links were walked
 */
export async function verifyLedgerChain(
  db: Kysely<LedgerTables>,
  onPage: (done: number) => void,
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
    onPage(links);
    if (page.links.length < LINKS_AT_ONCE) {
      const problem = problemOfEnd(page.head, last);
      if (problem !== undefined) broken.push({ seq: last.seq + 1, problem });
      return { links, broken };
    }
  }
}

const RECORDS: ReadonlySet<string> = new Set(['purchase', 'deal', 'sweep'] satisfies LinkedRecord[]);

type Position = Pick<Link, 'seq' | 'hash' | 'previousHash'>;

/** Links, and where the chain ended at that same moment. */
async function linksAfter(
  db: Kysely<LedgerTables>,
  seq: number,
): Promise<{ links: Link[]; head: Position | undefined }> {
  const { rows } = await sql<{
    links: LedgerChainTable[];
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

/** Where the chain of the ledger ends now. */
export async function checkpointOf(db: Kysely<LedgerTables>): Promise<Checkpoint> {
  const head = await db.selectFrom('ledger_head').select(['seq', 'hash']).executeTakeFirst();
  return {
    seq: Number(head?.seq ?? 0),
    hash: head?.hash ?? FIRST_PREVIOUS_HASH,
    at: new Date().toISOString(),
  };
}

/**
 * Those checkpoints that the ledger does not have as they were taken, and, where keys are given, those that none of them has
 * signed.
 */
export async function verifyCheckpoints(
  db: Kysely<LedgerTables>,
  checkpoints: readonly Checkpoint[],
  publicKeys?: readonly KeyObject[],
): Promise<{ checked: number; broken: BrokenLink[] }> {
  const broken: BrokenLink[] = [];
  for (const some of inParts(checkpoints, LINKS_AT_ONCE)) {
    const numbers = some.map(({ seq }) => seq);
    const query = db.selectFrom('ledger_chain').select(['seq', 'hash']).where('seq', 'in', numbers);
    const links = (await query.execute()).map(({ seq, hash }) => [Number(seq), hash] as const);
    const hashes = new Map([[0, FIRST_PREVIOUS_HASH], ...links]);
    for (const checkpoint of some) {
      const { seq } = checkpoint;
      const unsigned = publicKeys && problemOfSignature(checkpoint, publicKeys);
      // What nobody has signed proves nothing, whether or not the ledger has it.
      const problem =
        unsigned === undefined
          ? problemOfCheckpoint(checkpoint, hashes.get(seq))
          : `the one of ${checkpoint.at} ${unsigned}`;
      if (problem !== undefined) broken.push({ seq, problem });
    }
  }
  return { checked: checkpoints.length, broken };
}

/** @param there the hash of its link now */
function problemOfCheckpoint({ hash, at }: Checkpoint, there: string | undefined): string | undefined {
  if (there === hash) return undefined;
  const what = there === undefined ? 'is not there any more' : 'is another now';
  return `${what}: it was there at ${at}, with the hash ${hash}`;
}
