import pg from 'pg';
import { hashOf, type EventRecord } from '../../ledger/hash-chain';
import { Ledger } from '../../ledger/ledger';
import { linkHashOf, type Link } from '../../ledger/ledger-chain';
import type { VerifyProgress } from '../../ledger/verify-ledger';
import { falsify, WAITING, writeBook } from './book-to-falsify';
import { freshPostgres, type DatabaseForTests } from './databases';

const COPIES = 5_000;
const AT_ONCE = 500;

let database: DatabaseForTests;
let ledger: Ledger;

beforeAll(async () => {
  database = await freshPostgres();
  await writeBook(database.url);
  ledger = await Ledger.open(database.url, { migrate: false });
  await copyPurchase();
});
afterAll(async () => {
  await ledger.close();
  await database.drop();
});

/** Writes a purchase of four events so many times more, each with hashes and links that hold. */
async function copyPurchase(): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('set session_replication_role = replica');
  const original = await ledger.events(WAITING);
  const last = await ledger.checkpoint();
  const end: End = { seq: last.seq, hash: last.hash };
  for (let from = 0; from < COPIES; from += AT_ONCE) {
    const copies = Array.from({ length: AT_ONCE }, (_, index) => copyOf(original, `copy-${from + index}`));
    await insert(client, copies, end);
  }
  const { rows } = await client.query<{ previous_hash: string }>(
    `select previous_hash from ledger_chain where seq = ${end.seq}`,
  );
  await client.query(`update ledger_head set seq = $1, hash = $2, previous_hash = $3`, [
    ...[end.seq, end.hash, rows[0]!.previous_hash],
  ]);
  await client.query('analyze');
  await client.end();
}

type End = Pick<Link, 'seq' | 'hash'>;

function copyOf(events: readonly EventRecord[], id: string): EventRecord[] {
  let previousHash = events[0]!.previousHash;
  return events.map((event) => {
    const copy = { ...event, id, previousHash };
    previousHash = hashOf(copy);
    return { ...copy, hash: previousHash };
  });
}

/** @param end of the chain, which is moved on */
async function insert(client: pg.Client, copies: EventRecord[][], end: End): Promise<void> {
  const links = copies.flat().map(({ id, seq: eventSeq, hash: eventHash }) => {
    const link = {
      seq: end.seq + 1,
      record: 'purchase',
      id,
      eventSeq,
      eventHash,
      previousHash: end.hash,
    } as const;
    end.hash = linkHashOf({ ...link, hash: '' });
    end.seq = link.seq;
    return {
      ...link,
      event_seq: eventSeq,
      event_hash: eventHash,
      previous_hash: link.previousHash,
      hash: end.hash,
    };
  });
  const events = copies.flat().map(({ id, previousHash, eventId, ...event }) => ({
    ...{ ...event, request_id: id, previous_hash: previousHash, event_id: eventId },
  }));
  const heads = copies.map((copy) => ({ id: copy[0]!.id, hash: copy.at(-1)!.hash }));
  const rowsOf = (table: string, column: string) =>
    `insert into ${table} select (jsonb_populate_record(x, h)).* from ${table} x, jsonb_array_elements($1) h
       where x.request_id = '${WAITING}' and ${column} is not null`;
  await client.query(rowsOf('purchases', 'x.head_hash'), [
    JSON.stringify(heads.map(({ id, hash }) => ({ request_id: id, head_hash: hash }))),
  ]);
  await client.query(rowsOf('order_attempts', 'x.body'), [
    JSON.stringify(heads.map(({ id }) => ({ request_id: id }))),
  ]);
  await client.query(`insert into events select * from jsonb_populate_recordset(null::events, $1)`, [
    JSON.stringify(events),
  ]);
  await client.query(
    `insert into ledger_chain select * from jsonb_populate_recordset(null::ledger_chain, $1)`,
    [JSON.stringify(links)],
  );
}

it('a ledger of 20,000 events is verified in pages, and tells how far it has come', async () => {
  const told: VerifyProgress[] = [];
  const result = await ledger.verifyAll([], { onProgress: (progress) => told.push(progress) });
  const links = 24 + 4 * COPIES;
  expect(result).toMatchObject({ checked: 3 + COPIES, broken: [], chain: { links, broken: [] } });
  const purchases = told.filter(({ what }) => what === 'purchases');
  expect(purchases.length).toBeGreaterThan(COPIES / 100);
  expect(purchases[0]).toEqual({ what: 'purchases', done: 50, of: 3 + COPIES });
  expect(told.at(-1)).toEqual({ what: 'links', done: links, of: links });
  for (const { done, of } of told) expect(done).toBeLessThanOrEqual(of);
});

it('one row in it that was changed is named', async () => {
  await falsify(database.url, `update purchases set attempts = 7 where request_id = 'copy-3141'`);
  const { broken } = await ledger.verifyAll();
  expect(broken).toEqual([{ requestId: 'copy-3141', seq: 4, problem: 'attempts is 7, the events say 1' }]);
});
