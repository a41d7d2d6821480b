import pg from 'pg';
import { Ledger } from '../../ledger/ledger';
import { required } from '../support/required';
import { until } from '../support/until';
import { freshPostgres, type DatabaseForTests } from './databases';

let database: DatabaseForTests;
let admin: pg.Client;

beforeAll(async () => {
  database = await freshPostgres();
  admin = new pg.Client({ connectionString: required('WONCE_TEST_POSTGRES_URL') });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

async function connections(): Promise<number> {
  const name = new URL(database.url).pathname.slice(1);
  const { rows } = await admin.query<{ count: number }>(
    'select count(*)::integer as count from pg_stat_activity where datname = $1',
    [name],
  );
  return rows[0]!.count;
}

// Shorter than the time after which an idle connection goes by itself.
const noneIsLeft = () => until('no connection', async () => (await connections()) === 0, 5_000);

it('a ledger that has made its tables and nothing else leaves no connection when it is closed', async () => {
  const ledger = await Ledger.open(database.url);
  expect(await connections()).toBeGreaterThan(0);
  await ledger.close();
  await noneIsLeft();
});

it('one that was used leaves none, and may be closed twice', async () => {
  const ledger = await Ledger.open(database.url);
  await ledger.list({ limit: 1 });
  await ledger.close();
  await ledger.close();
  await noneIsLeft();
});

it('one that could not be opened leaves none', async () => {
  const url = new URL(database.url);
  const role = `closed_${Date.now()}`;
  await admin.query(`create role ${role} login`);
  url.username = role;
  await admin.query(`alter database ${url.pathname.slice(1)} set default_transaction_read_only = on`);
  await expect(Ledger.open(`${url.href}?options=-csearch_path%3Dnowhere`)).rejects.toThrow();
  await noneIsLeft();
  await admin.query(`drop role ${role}`);
});
