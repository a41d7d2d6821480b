import pg from 'pg';
import { copyOf, FilledLedger } from '../../dev/bench/filled-ledger';
import { Ledger } from '../../ledger/ledger';
import { SORT_KEYS, type PurchaseQuery } from '../../ledger/page';
import { until } from '../support/until';
import { freshPostgres, type DatabaseForTests } from './databases';

const PURCHASES = 20_000;

let database: DatabaseForTests;
let client: pg.Client;

beforeAll(async () => {
  database = await freshPostgres();
  await (await FilledLedger.fill(database.url, PURCHASES, () => undefined)).close();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
}, 240_000);
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** How often the purchases were looked into, and how many rows of them were read, as Postgres counts. */
async function counted(): Promise<{ scans: number; rows: number }> {
  const { rows } = await client.query<{ scans: string; rows: string }>(
    `select seq_scan + idx_scan as scans, seq_tup_read + idx_tup_fetch as rows from pg_stat_user_tables
      where relname = 'purchases'`,
  );
  return { scans: Number(rows[0]!.scans), rows: Number(rows[0]!.rows) };
}

/** How many rows of purchases are read for a page, and for the one after it. */
async function readFor(query: PurchaseQuery): Promise<{ rows: number; found: number }> {
  const before = await counted();
  const ledger = await Ledger.open(database.url, { migrate: false });
  const first = await ledger.list(query);
  const second = first.next === undefined ? undefined : await ledger.list({ ...query, after: first.next });
  // A session tells what it has read when it ends.
  await ledger.close();
  await until('the statistics', async () => (await counted()).scans > before.scans);
  const found = first.purchases.length + (second?.purchases.length ?? 0);
  return { rows: (await counted()).rows - before.rows, found };
}

const SORTS = SORT_KEYS.flatMap((by) => [true, false].map((isDescending) => ({ by, isDescending })));

it.each(SORTS)('a page by %o is read without the rest of the ledger', async (sort) => {
  const { rows, found } = await readFor({ sort });
  expect(found).toBe(40);
  expect(rows).toBeLessThan(60);
});

it('a page of those in one status is read without the rest of the ledger', async () => {
  const { rows, found } = await readFor({ status: 'refused' });
  expect(found).toBe(40);
  expect(rows).toBeLessThan(60);
});

const { requestId, orderNo, serialNumber, poNumber, email } = copyOf(700);

it.each([requestId, orderNo, serialNumber, poNumber, email])(
  'what %s names is found without the rest of the ledger',
  async (text) => {
    const { rows, found } = await readFor({ text });
    expect(found).toBe(1);
    // The first hundred, and it.
    expect(rows).toBeLessThan(120);
  },
);

it('a word that all have gives the newest that have it, without the rest of the ledger', async () => {
  const { rows, found } = await readFor({ text: 'Ultimate' });
  expect(found).toBe(40);
  expect(rows).toBeLessThan(500);
});
