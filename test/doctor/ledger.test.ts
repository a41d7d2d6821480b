import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { checkLedger } from '../../doctor/ledger';
import { Ledger } from '../../ledger/ledger';
import { GUARDS } from '../../ledger/migrations';
import { DATABASES, freshPostgres, type DatabaseForTests } from '../ledger/databases';
import { rowOf } from './by-what';

const NOT = 'different, not handled';
const ROLE = `wonce_doctor_${randomUUID().slice(0, 8)}`;

let database: DatabaseForTests;
let owner: pg.Client;
let ofRole: string;

beforeAll(async () => {
  database = await freshPostgres();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  await owner.query(`create role ${ROLE} login`);
  const ledger = await Ledger.open(database.url);
  await ledger.grantTo(ROLE);
  await ledger.close();
  const url = new URL(database.url);
  url.username = ROLE;
  ofRole = url.href;
});
afterAll(async () => {
  await owner.query(`drop owned by ${ROLE}; drop role ${ROLE}`);
  await owner.end();
  await database.drop();
});

const check = (url: string | undefined) => checkLedger({ DATABASE_URL: url });

it('as a role that owns nothing, on tables that are up to date, all is as expected', async () => {
  const rows = await check(ofRole);
  expect(rows.map(({ what, verdict }) => [what, verdict])).toEqual(
    ['database', 'TLS', 'limit of a statement', 'tables', 'rights', 'what is kept', 'clock'].map((what) => [
      what,
      'as expected',
    ]),
  );
  expect(rowOf(rows, 'database').seen).toMatch(/^Postgres \d+/);
});

it('as the owner of the tables it is told that triggers alone keep what was written', async () => {
  expect(rowOf(await check(database.url), 'what is kept')).toMatchObject({
    verdict: 'different, handled',
    next: expect.stringMatching(/wonce tables --for ROLE/) as string,
  });
});

it('the triggers that are looked for are all that there are', async () => {
  const { rows } = await owner.query<{ tgname: string }>(
    'select tgname from pg_trigger where not tgisinternal',
  );
  expect(rows.map(({ tgname }) => tgname).sort()).toEqual([...GUARDS].sort());
});

it('a trigger that is switched off is told by its name', async () => {
  await owner.query('alter table events disable trigger events_are_kept');
  const row = rowOf(await check(ofRole), 'what is kept');
  await owner.query('alter table events enable trigger events_are_kept');
  expect(row).toMatchObject({ verdict: NOT, seen: 'triggers not there or off: events_are_kept' });
});

it('a right that is lacking is told, with its table', async () => {
  await owner.query(`revoke insert on events from ${ROLE}`);
  const row = rowOf(await check(ofRole), 'rights');
  await owner.query(`grant insert on events to ${ROLE}`);
  expect(row).toMatchObject({ verdict: NOT, seen: 'lacking: insert on events' });
});

it('a right to change events is told', async () => {
  await owner.query(`grant delete on events to ${ROLE}`);
  const row = rowOf(await check(ofRole), 'what is kept');
  await owner.query(`revoke delete on events from ${ROLE}`);
  expect(row.verdict).toBe('different, handled');
});

it('a migration of a newer version is told, and handled', async () => {
  await owner.query(`insert into kysely_migration values ('2999-01-01-newer', now())`);
  const row = rowOf(await check(ofRole), 'tables');
  await owner.query(`delete from kysely_migration where name = '2999-01-01-newer'`);
  expect(row).toMatchObject({
    verdict: 'different, handled',
    seen: expect.stringMatching(/2999-01-01-newer/) as string,
  });
});

it('a migration that has not run is told by its name', async () => {
  const { rows } = await owner.query<{ name: string; timestamp: string }>(
    `delete from kysely_migration where name = (select max(name) from kysely_migration) returning *`,
  );
  const row = rowOf(await check(ofRole), 'tables');
  await owner.query('insert into kysely_migration values ($1, $2)', [rows[0]!.name, rows[0]!.timestamp]);
  expect(row).toMatchObject({ verdict: NOT, seen: `missing: ${rows[0]!.name}` });
});

it.each(DATABASES)('%s without tables: what is to be run first', async (_name, fresh) => {
  const empty = await fresh();
  const rows = await check(empty.url);
  await empty.drop();
  expect(rowOf(rows, 'database').verdict).toBe('as expected');
  expect(rowOf(rows, 'tables')).toMatchObject({
    verdict: NOT,
    next: expect.stringMatching(/wonce tables/) as string,
  });
  expect(rowOf(rows, 'rights').verdict).toBe('not checked');
});

it.each([
  ['nobody listens', 'postgres://ann:planted-password@127.0.0.1:1/wonce', /ECONNREFUSED/],
  ['no address', 'planted-password', /it cannot be used/],
  ['nothing set', undefined, /DATABASE_URL is not set/],
])('%s: told, without password and address', async (_name, url, seen) => {
  const rows = await check(url);
  expect(rowOf(rows, 'database')).toMatchObject({
    verdict: NOT,
    seen: expect.stringMatching(seen) as string,
  });
  expect(JSON.stringify(rows)).not.toMatch(/planted-password|127\.0\.0\.1/);
});
