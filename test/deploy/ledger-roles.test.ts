import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { Ledger } from '../../ledger/ledger';
import { freshPostgres, type DatabaseForTests } from '../ledger/databases';
import { wonceWith } from '../support/npm-start';
import { cleanEnvironment, ROOT } from '../support/processes';
import { required } from '../support/required';

const [OWNER, APPLICATION] = ['packaging_owner', 'packaging_app'];
let database: DatabaseForTests;
let admin: pg.Client;
let secrets: string;

beforeAll(async () => {
  database = await freshPostgres();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  secrets = mkdtempSync(join(tmpdir(), 'wonce-roles-'));
  writeFileSync(join(secrets, 'ledger-superuser-password'), 'not asked for\n');
});
afterAll(async () => {
  await admin.query(`drop owned by ${OWNER}, ${APPLICATION} cascade`);
  await admin.query(`drop role ${OWNER}, ${APPLICATION}`);
  await admin.end();
  await database.drop();
  rmSync(secrets, { recursive: true, force: true });
});

/** Runs deploy/ledger-roles.sh as the service of the compose file does. */
function makeRoles(owner: string, application: string): Promise<{ stdout: string; stderr: string }> {
  writeFileSync(join(secrets, 'ledger-owner-url'), `${owner}\n`);
  writeFileSync(join(secrets, 'ledger-url'), `${application}\n`);
  const { hostname, port, username, pathname } = new URL(database.url);
  const env = {
    ...cleanEnvironment(),
    PATH: [required('WONCE_TEST_POSTGRES_BIN'), process.env.PATH].join(delimiter),
    ...{ PGHOST: hostname, PGPORT: port, PGUSER: username, PGDATABASE: pathname.slice(1), SECRETS: secrets },
  };
  return promisify(execFile)('sh', [join(ROOT, 'deploy', 'ledger-roles.sh')], { env });
}

const addressOf = (user: string, password: string) => `postgres://${user}:${password}@ledger:5432/wonce`;

function urlOf(role: string): string {
  const url = new URL(database.url);
  url.username = role;
  return url.href;
}

async function passwordOf(role: string): Promise<string> {
  const { rows } = await admin.query<{ rolpassword: string }>(
    'select rolpassword from pg_authid where rolname = $1',
    [role],
  );
  return rows[0]!.rolpassword;
}

it('makes an owner and a role that owns nothing, with which the ledger can be kept', async () => {
  const { stdout, stderr } = await makeRoles(
    addressOf(OWNER, 'planted1'),
    addressOf(APPLICATION, 'planted2'),
  );
  expect(`${stdout}${stderr}`).toBe(`The roles "${OWNER}" and "${APPLICATION}" are as they should be.\n`);
  const made = await wonceWith({ DATABASE_URL: urlOf(OWNER) }, 'tables', '--for', APPLICATION);
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const ledger = await Ledger.open(urlOf(APPLICATION));
  const deal = 'hubspot:9001234:1';
  await ledger.deals.recordNotification({ deal, source: 'hubspot', by: 'webhook' }, 'test');
  expect(await ledger.checkpoint()).toMatchObject({ seq: 1 });
  await ledger.close();
});

it('neither is more than it must be', async () => {
  const { rows } = await admin.query<{ rights: boolean[] }>(
    `select array[rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls] as rights
     from pg_roles where rolname in ($1, $2)`,
    [OWNER, APPLICATION],
  );
  expect(rows.map(({ rights }) => rights)).toEqual([Array(5).fill(false), Array(5).fill(false)]);
});

it.each([
  'create table mine (x int)',
  'create temporary table events (x int)',
  'create schema mine',
  'alter table events disable trigger all',
  'delete from deals',
])('the one that owns nothing is refused: %s', async (statement) => {
  const client = new pg.Client({ connectionString: urlOf(APPLICATION) });
  await client.connect();
  await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
  await client.end();
});

it('run again it sets a password that was changed, and leaves all else', async () => {
  const before = await passwordOf(APPLICATION);
  await makeRoles(addressOf(OWNER, 'planted1'), addressOf(APPLICATION, 'planted3'));
  expect(await passwordOf(APPLICATION)).not.toBe(before);
  const ledger = await Ledger.open(urlOf(APPLICATION));
  expect(await ledger.checkpoint()).toMatchObject({ seq: 1 });
  await ledger.close();
});

it.each([
  ['one user for both', addressOf(OWNER, 'planted1'), addressOf(OWNER, 'planted1'), /name the same user/],
  ['no password', addressOf(OWNER, 'planted1'), 'postgres://wonce@ledger/wonce', /expected postgres:/],
])('refuses %s, and changes nothing', async (_what, owner, application, told) => {
  const before = await passwordOf(OWNER);
  const failure = (await makeRoles(owner, application).catch((error: unknown) => error)) as {
    code: number;
    stderr: string;
  };
  expect(failure.code).toBe(1);
  expect(failure.stderr).toMatch(told);
  expect(failure.stderr).not.toContain('planted');
  expect(await passwordOf(OWNER)).toBe(before);
});
