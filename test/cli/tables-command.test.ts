import pg from 'pg';
import { Ledger } from '../../ledger/ledger';
import { freshPostgres, type DatabaseForTests } from '../ledger/databases';
import { wonceWith } from '../support/npm-start';

const [OWNER, ROLE, OTHER] = ['wonce_owner_of_a_test', 'wonce_user_of_a_test', 'wonce_other_of_a_test'];
let database: DatabaseForTests;
let admin: pg.Client;

beforeAll(async () => {
  database = await freshPostgres();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(`create role ${OWNER} login; create role ${ROLE} login; create role ${OTHER}`);
  await admin.query(`grant create on schema public to ${OWNER}`);
});
afterAll(async () => {
  await admin.query(`drop owned by ${OWNER}, ${ROLE}; drop role ${OWNER}, ${ROLE}, ${OTHER}`);
  await admin.end();
  await database.drop();
});

function urlOf(role: string): string {
  const url = new URL(database.url);
  url.username = role;
  return url.href;
}

it('the owner makes the tables, and lets a role that owns nothing use them', async () => {
  const made = await wonceWith({ DATABASE_URL: urlOf(OWNER) }, 'tables', '--for', ROLE);
  expect(made).toMatchObject({
    code: 0,
    stdout: `The tables of the ledger are up to date, and "${ROLE}" may use them.\n`,
  });
  const ledger = await Ledger.open(urlOf(ROLE));
  await ledger.deals.recordNotification(
    { deal: 'hubspot:9001234:1', source: 'hubspot', by: 'webhook' },
    'test',
  );
  expect(await ledger.checkpoint()).toMatchObject({ seq: 1 });
  await ledger.close();
  const { rows } = await admin.query(`select relname from pg_class where relowner = $1::regrole`, [ROLE]);
  expect(rows).toEqual([]);
  // Once more, as after a new version.
  expect((await wonceWith({ DATABASE_URL: urlOf(OWNER) }, 'tables')).code).toBe(0);
});

it.each([
  ['no address', [], undefined, /^WrongUse: DATABASE_URL is not set/m, 2],
  [
    'a role that is not there',
    ['--for', 'nobody_there'],
    OWNER,
    /^LedgerRights: .*no role "nobody_there"/m,
    1,
  ],
  ['somebody else than the owner', ['--for', OTHER], ROLE, /^LedgerRights: .*belong to "wonce_owner/m, 1],
  ['the owner themselves', ['--for', OWNER], OWNER, /^LedgerRights: .*owns the tables/m, 1],
])('says what is wrong: %s', async (_what, args, role, told, code) => {
  const url = role === undefined ? '' : urlOf(role);
  const result = await wonceWith({ DATABASE_URL: url }, 'tables', ...args);
  expect(result).toMatchObject({ code, stdout: '' });
  expect(result.stderr).toMatch(told);
});
