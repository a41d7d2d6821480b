import pg from 'pg';
import { Ledger } from '../../ledger/ledger';
import { fingerprintOf } from '../../validation/fingerprint';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
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
  await ledger.accept({ request, fingerprint, workflowId: purchaseWorkflowIdOf(requestId), actor: 'test' });
  expect(await ledger.openAttempt({ requestId, fingerprint, body: '{}', actor: 'test' })).toMatchObject({
    opened: true,
  });
  const outcome = { outcome: 'unknown', code: 'Cut', message: 'cut', evidence: {} } as const;
  await ledger.recordOutcome({ requestId, attempt: 1, outcome, status: 'settling', actor: 'test' });
  await ledger.close();
});

it('it finds what waits, and keeps what was told', async () => {
  const ledger = await Ledger.open(url);
  const { requestId } = tutorialRequest('by-the-role');
  const question = {
    id: '0a1b2c3d',
    verb: 'settle',
    asked: 'Was it made?',
    candidates: [],
    since: '2026-11-27T23:00:00Z',
  } as const;
  const status = 'waiting-for-decision';
  await ledger.recordStatus({
    requestId,
    status,
    kind: 'asked',
    actor: 'test',
    question: { ...question, candidates: [] },
  });
  const [wait] = await ledger.notices.untold('one', new Date(), 10);
  expect(wait).toMatchObject({ record: 'purchase', id: requestId, status, asked: question.asked });
  const [foundAt, key] = [new Date(), wait!.key];
  await ledger.notices.keep([
    { id: 'm', key, type: 'purchase.waiting', address: 'one', data: { requestId }, foundAt },
  ]);
  expect(await ledger.notices.open(['one'], foundAt, 10)).toEqual(['m']);
  expect(await ledger.notices.tryNow('m')).toMatchObject({ id: 'm', data: { requestId } });
  await ledger.notices.end('m');
  expect(await ledger.notices.tryNow('m')).toBeUndefined();
  expect(await ledger.notices.untold('one', new Date(0), 10)).toEqual([]);
  await ledger.close();
});

it('it writes all that a deal and a sweep need, and verifies the ledger', async () => {
  const ledger = await Ledger.open(url);
  const deal = 'hubspot:9001234:1';
  const [source, at] = ['hubspot', new Date()];
  await ledger.deals.recordNotification({ deal, source, by: 'sweep' }, 'test');
  await ledger.deals.record({ deal, status: 'not-won', kind: 'not-won', actor: 'test' });
  await ledger.deals.addWin({ deal, status: 'dismissed', kind: 'dismissed', actor: 'test', after: 0 });
  await ledger.sweeps.keepSwept(source, at, [deal]);
  expect(await ledger.sweeps.sweptAfter(source, at, '', 1)).toEqual([deal]);
  await ledger.sweeps.recordSweep(source, { askedUntil: at, at, found: 1, caughtUp: 1 });
  expect(await ledger.sweeps.sweptAfter(source, at, '', 1)).toEqual([]);
  const { seq } = await ledger.checkpoint();
  expect(await ledger.verifyAll()).toMatchObject({
    checked: 1,
    broken: [],
    deals: { checked: 1, broken: [] },
    sweeps: { checked: 1, broken: [] },
    chain: { links: seq, broken: [] },
  });
  await ledger.close();
});

it('it erases personal data, and the ledger still verifies', async () => {
  const ledger = await Ledger.open(url);
  const deal = 'hubspot:9001234:2';
  await ledger.deals.recordNotification({ deal, source: 'hubspot', by: 'person' }, 'Ann');
  await ledger.deals.record({ deal, status: 'not-won', kind: 'not-won', actor: 'Ann' });
  await ledger.vendorLists.replace('partner', [{ name: 'Ann', label: 'Desk' }]);
  const erasure = await ledger.personalData.erase({ person: 'ann' }, { by: 'Dora', why: 'she asked' });
  expect(erasure).toMatchObject({ records: [{ id: deal, fields: { actor: 2 } }], vendorLists: 1 });
  expect(await ledger.deals.verify(deal)).toMatchObject({ ok: true, events: 3 });
  await ledger.close();
});

it.each([
  'alter table events disable trigger all',
  'delete from personal_values',
  'drop trigger requests_are_kept on purchases',
  'delete from purchases',
  'delete from order_attempts',
  "update events set actor = 'somebody else'",
  "update deal_events set actor = 'somebody else'",
  'delete from kysely_migration',
  'truncate sweeps',
  'delete from sweeps',
  'delete from deals',
  'delete from deal_wins',
  'update deal_wins set at = now()',
  'delete from ledger_chain',
  "update ledger_chain set hash = 'x'",
  'truncate ledger_chain',
  'delete from ledger_head',
  "insert into ledger_head values (true, 0, '', '')",
  'alter table ledger_head disable trigger all',
  'set session_replication_role = replica',
  'alter table purchases owner to current_user',
])('it is refused: %s', async (statement) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
  await client.end();
});

it.each([
  'update ledger_head set seq = 0',
  "update ledger_head set seq = seq + 1, previous_hash = 'x'",
  'update ledger_head set seq = seq + 2, previous_hash = hash',
])('the end of the chain goes on, link by link, and never back: %s', async (statement) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await expect(client.query(statement)).rejects.toThrow(/the ledger keeps what was written/);
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
