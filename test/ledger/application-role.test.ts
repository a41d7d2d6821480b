import pg from 'pg';
import { Ledger } from '../../src/ledger/ledger';
import { fingerprintOf } from '../../src/orders/fingerprint';
import { workflowIdOf } from '../../src/orders/workflow-id';
import { tutorialRequest } from '../support/requests';
import { freshPostgres, type DatabaseForTests } from './databases';

const ROLE = 'wonce_app_of_a_test';
let database: DatabaseForTests;
let owner: pg.Client;
let url: string;

beforeAll(async () => {
  database = await freshPostgres();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  await owner.query(`create role ${ROLE} login`);
  const ledger = await Ledger.open(database.url);
  await ledger.grantTo(ROLE);
  await ledger.close();
  const ofRole = new URL(database.url);
  ofRole.username = ROLE;
  url = ofRole.href;
});
afterAll(async () => {
  await owner.query(`drop owned by ${ROLE}; drop role ${ROLE}`);
  await owner.end();
  await database.drop();
});

it('a role that owns nothing starts on tables that are there, and writes all that a purchase needs', async () => {
  const ledger = await Ledger.open(url);
  const request = tutorialRequest('by-the-role');
  const { requestId } = request;
  const fingerprint = fingerprintOf(request);
  await ledger.accept({ request, fingerprint, workflowId: workflowIdOf(requestId), actor: 'test' });
  expect(await ledger.openAttempt({ requestId, fingerprint, body: '{}', actor: 'test' })).toMatchObject({
    opened: true,
  });
  const outcome = { outcome: 'unknown', code: 'Cut', message: 'cut', evidence: {} } as const;
  await ledger.recordOutcome({ requestId, attempt: 1, outcome, status: 'settling', actor: 'test' });
  expect(await ledger.verifyAll()).toMatchObject({ checked: 1, broken: [] });
  await ledger.close();
});

it.each([
  'alter table events disable trigger all',
  'drop trigger requests_are_kept on purchases',
  'delete from purchases',
  'delete from order_attempts',
  "update events set actor = 'somebody else'",
  "update deal_events set actor = 'somebody else'",
  'delete from kysely_migration',
  'truncate sweeps',
  'alter table purchases owner to current_user',
])('it is refused: %s', async (statement) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
  await client.end();
});

it('every table of the ledger was thought of', async () => {
  const { rows } = await owner.query<{ table: string }>(
    `select relname as table from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
     and not has_table_privilege($1, oid, 'select')`,
    [ROLE],
  );
  expect(rows).toEqual([]);
});
