import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, Migrator, PostgresDialect } from 'kysely';
import pg from 'pg';
import { MIGRATION_NAMES, MIGRATIONS } from '../../ledger/migrations';
import { ROOT } from '../support/processes';
import { freshPostgres, type DatabaseForTests } from './databases';
import { breaksBetween, shapeOf } from './schema-shape';

/**
 * Migrations that a version of before does not get on with, each with why. A new one belongs here only where nothing that adds
 * will do; then docs/runbooks/upgrading.md has to say that the workers of before end first.
 */
const BREAKING: Readonly<Record<string, string>> = {};

/** Migrations that add, and after which what the version before writes is not as the new one wants it. */
const AFTER_A_STOP = ['2026-11-29-personal-values'];

let database: DatabaseForTests;
let client: pg.Client;

beforeEach(async () => {
  database = await freshPostgres();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

it('each migration only adds: what the version before reads is there, and what it writes is taken', async () => {
  const pool = new pg.Pool({ connectionString: database.url });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
  const breaks: Record<string, string[]> = {};
  let before = await shapeOf(client);
  for (const name of [...MIGRATION_NAMES].sort()) {
    const { error } = await migrator.migrateTo(name);
    expect(error).toBeUndefined();
    const after = await shapeOf(client);
    const found = breaksBetween(before, after);
    if (found.length > 0 && BREAKING[name] === undefined) breaks[name] = found;
    before = after;
  }
  await db.destroy();
  expect(breaks).toEqual({});
  expect(before.columns.size).toBeGreaterThan(100);
});

it('those before which the workers must end are in the runbook', () => {
  const runbook = readFileSync(join(ROOT, 'docs/runbooks/upgrading.md'), 'utf8');
  for (const name of [...AFTER_A_STOP, ...Object.keys(BREAKING)]) {
    expect(MIGRATION_NAMES).toContain(name);
    expect(runbook).toContain(`\`${name}\``);
  }
});

const TABLE = `create table records (id text primary key, kind text, at timestamptz not null default now(), n integer)`;

it.each([
  ['a table', 'create table others (id text primary key, kind text not null)', []],
  ['a column', 'alter table records add column more text', []],
  ['a column with a default', "alter table records add column more text not null default ''", []],
  ['an index', 'create index records_by_kind on records (kind)', []],
  ['what is once in a new column', 'alter table records add column holds text unique', []],
  ['a column that is gone', 'alter table records drop column kind', ['records.kind is gone']],
  ['another name', 'alter table records rename column kind to sort', ['records.kind is gone']],
  ['a table that is gone', 'alter table records rename to entries', ['records.id is gone']],
  [
    'another type',
    'alter table records alter column n type bigint',
    ['records.n was integer, and is bigint'],
  ],
  [
    'a column that must be given',
    'alter table records alter column kind set not null',
    ['records.kind has to be given'],
  ],
  [
    'no default any more',
    'alter table records alter column at drop default',
    ['records.at has no default any more'],
  ],
  [
    'a new column that must be given',
    'alter table records add column more text not null',
    ['records.more is new, and has to be given'],
  ],
  [
    'what is once from now on',
    'create unique index once on records (kind)',
    ['records: once may refuse what was taken'],
  ],
  [
    'a check',
    'alter table records add constraint few check (n < 10)',
    ['records: few may refuse what was taken'],
  ],
  [
    'a guard that is gone',
    'alter table records drop constraint records_pkey',
    ['records: records_pkey is gone or another'],
  ],
])('the rule sees %s', async (_what, change, breaks) => {
  await client.query(TABLE);
  const before = await shapeOf(client);
  await client.query(change);
  const found = breaksBetween(before, await shapeOf(client));
  expect(found).toEqual(expect.arrayContaining(breaks));
  expect(found.length > 0).toBe(breaks.length > 0);
});
