import { MockActivityEnvironment } from '@temporalio/testing';
import pg from 'pg';
import type { ActivityDeps } from '../../activities/dependencies';
import { decideWin } from '../../activities/deal/decide-win';
import { dismissCancelled } from '../../activities/deal/record';
import { recordAndDecide } from '../../activities/deal/record-and-decide';
import { PipedriveReader } from '../../crm/pipedrive/reader';
import { pipedrive } from '../../dev/fake-crms/pipedrive';
import { startFakeCrms, type FakeCrms } from '../../dev/fake-crms/server';
import { aboutWhatIsShown, type DealRequest, type FilledIn } from '../../domain/deal';
import { Ledger } from '../../ledger/ledger';
import type { DecidedAtOnce, DismissedDeal, WinDecision } from '../../workflows/messages/deal';
import { pipedriveSource } from '../crm/pipedrive-source';
import { switchesOf } from '../crm/switches';
import { freshPostgres, type DatabaseForTests } from '../ledger/databases';
import { until } from '../support/until';

const SERIAL_FIELD = 'dcf558aac1ae4e8c4f849ba5e668430d8df9be12';

let database: DatabaseForTests;
let ledger: Ledger;
let crm: FakeCrms;
let deps: ActivityDeps;
let deals = 1000;

beforeAll(async () => {
  [database, crm] = await Promise.all([freshPostgres(), startFakeCrms([pipedrive], { port: 0 })]);
  ledger = await Ledger.open(database.url);
  const source = pipedriveSource({
    api: crm.url,
    license: {
      serialNumber: { from: 'deal', field: SERIAL_FIELD },
      plan: { skus: { 'P-ULT': 'Ultimate' } },
      years: { from: 'rule', value: '1' },
    },
  } as never);
  const reader = new PipedriveReader(source, { deal: [SERIAL_FIELD], company: [] });
  deps = { ledger, sources: new Map([['sales', { source, reader }]]) } as unknown as ActivityDeps;
  await put('products', 55, { name: 'Ultimate Plan', code: 'P-ULT' });
});
afterEach(() => control('DELETE', 'faults'));
afterAll(async () => {
  await crm.close();
  await ledger.close();
  await database.drop();
});

const { control, put } = switchesOf('pipedrive', () => crm.url);

/** A deal of the account, won and complete unless it is said otherwise. @returns its key */
async function newDeal(deal: object = {}, isComplete = true): Promise<string> {
  const id = deals++;
  const won = {
    status: 'won',
    won_time: '2026-11-23T09:14:02Z',
    custom_fields: { [SERIAL_FIELD]: '3651E1292455' },
  };
  await put('deals', id, { ...won, ...deal });
  if (isComplete) await put('deal_products', id, { deal_id: id, product_id: 55, quantity: 100 });
  return `pipedrive:7700001:${id}`;
}

/** The activity of the run's first workflow task; one that another worker makes once more has the same ids. */
function atOnce(deal: string, filledIn: FilledIn = {}): Promise<DecidedAtOnce> {
  const runId = `run-${deal}`;
  const notification = { source: 'sales', deal, by: 'webhook', id: runId } as const;
  const question = { source: 'sales', deal, filledIn };
  const workflowExecution = { workflowId: `deal:${deal}`, runId };
  return new MockActivityEnvironment({ activityId: '1', workflowExecution }).run(recordAndDecide(deps), {
    notification,
    question,
  });
}

const kindsOf = async (deal: string) => (await ledger.deals.events(deal)).map(({ kind }) => kind);

it('a won deal of which nothing is missing is written down, read and decided about', async () => {
  const deal = await newDeal();
  expect(await atOnce(deal)).toMatchObject({
    recorded: { deal, status: 'reading', notifiedBy: 'webhook' },
    reading: { isWon: true, wonAt: '2026-11-23T09:14:02.000Z', request: { plan: 'Ultimate' } },
    decided: { then: 'buy', requestId: `${deal}:1`, status: { status: 'requested' } },
  });
  expect(await kindsOf(deal)).toEqual(['notified', 'requested']);
});

it('a worker that dies before the answer is kept costs no second win: the next one gets the same answer', async () => {
  const deal = await newDeal();
  const [first, second] = [await atOnce(deal), await atOnce(deal)];
  expect(second.decided).toEqual(first.decided);
  expect(await kindsOf(deal)).toEqual(['notified', 'requested']);
  const together = await newDeal();
  const all = await Promise.all([1, 2, 3].map(() => atOnce(together)));
  expect(all.map(({ decided }) => decided?.requestId)).toEqual(Array(3).fill(`${together}:1`));
  expect(await ledger.deals.wins(together)).toHaveLength(1);
});

it('a try that asked a person stands in no way of the next one, which reads another deal and buys', async () => {
  const deal = await newDeal({ won_time: null });
  expect((await atOnce(deal)).decided).toMatchObject({ then: 'wait' });
  const fields = { [SERIAL_FIELD]: '3651E1292455' };
  const dated = { status: 'won', won_time: '2026-11-23T09:14:02Z', custom_fields: fields };
  await put('deals', deal.split(':')[2]!, dated);
  const { decided } = await atOnce(deal);
  expect(decided).toMatchObject({ then: 'buy', requestId: `${deal}:1`, status: { status: 'requested' } });
  expect(await ledger.deals.wins(deal)).toMatchObject([{ requestId: decided!.requestId }]);
  expect(await kindsOf(deal)).toEqual(['notified', 'asked', 'requested']);
});

it('what a lost try has decided is not bought once its run is cancelled, unless a person says so', async () => {
  const deal = await newDeal();
  const { reading, decided } = await atOnce(deal);
  expect(decided).toMatchObject({ then: 'buy' });
  const notification = { source: 'sales', deal, by: 'webhook' } as const;
  const cancelled = new MockActivityEnvironment({ activityId: '2' }).run(dismissCancelled(deps), {
    notification,
    isRead: false,
  });
  expect(await cancelled).toMatchObject({
    status: { status: 'dismissed', reason: { code: 'RunCancelled' } },
  });
  const { wonAt, request } = reading as unknown as { wonAt: string; request: DealRequest };
  const question = { source: 'sales', deal, wonAt, request };
  const decide = (activityId: string, more: object = {}): Promise<WinDecision> =>
    new MockActivityEnvironment({ activityId }).run(decideWin(deps), { ...question, ...more });
  expect(await decide('3')).toMatchObject({ then: 'nothing', status: { status: 'dismissed' } });
  // Cancelled once more, after it was read.
  const cancelledAgain: DismissedDeal = await new MockActivityEnvironment({ activityId: '3' }).run(
    dismissCancelled(deps),
    { notification, isRead: true, wonAt },
  );
  expect(cancelledAgain).not.toHaveProperty('requestId');
  const shown = await decide('4');
  const decision = aboutWhatIsShown({ verb: 'buy', by: 'Ann' }, shown.status);
  // Under its own id: its purchase may only not be in the ledger yet.
  const bought = { then: 'buy', requestId: `${deal}:1`, status: { status: 'requested' } };
  expect(await decide('5', { decision })).toMatchObject(bought);
});

it.each<[string, object, boolean, object]>([
  ['that is not won', { status: 'lost', won_time: null }, true, { isWon: false, isGone: false }],
  ['of which something is missing', {}, false, { isWon: true, missing: expect.any(Array) as unknown }],
])('about a deal %s nothing is decided', async (_what, deal, isComplete, reading) => {
  const key = await newDeal(deal, isComplete);
  const answer = await atOnce(key);
  expect(answer).toMatchObject({ recorded: { status: 'reading' }, reading });
  expect(answer).not.toHaveProperty('decided');
  expect(await kindsOf(key)).toEqual(['notified']);
});

it('what a person has filled in counts, and is compared with what the vendor sells before anything is decided', async () => {
  const deal = await newDeal({}, false);
  const filledIn = { plan: 'Ultimate', extensions: 100 };
  const answer = await atOnce(deal, filledIn);
  expect(answer.reading).toMatchObject({ isWon: true, request: filledIn });
  expect(answer).not.toHaveProperty('decided');
});

it.each<[string, object]>([
  ['is down', { kind: 'server-error', times: null }],
  ['does not answer', { kind: 'hang', times: null }],
])('a CRM that %s is waited for no longer than a workflow task has time', async (_what, fault) => {
  const deal = await newDeal();
  await control('POST', 'faults', fault);
  const begun = Date.now();
  const answer = await atOnce(deal);
  expect(Object.keys(answer)).toEqual(['recorded']);
  // Its schedule-to-close.
  expect(Date.now() - begun).toBeLessThan(5_000);
  expect(await kindsOf(deal)).toEqual(['notified']);
});

it('a ledger that takes too long for the decision keeps no answer from coming; the step that decides again gets the same', async () => {
  const deal = await newDeal();
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  await holder.query('begin; lock table deal_wins in share row exclusive mode');
  const begun = Date.now();
  const answer = await atOnce(deal);
  expect(Date.now() - begun).toBeLessThan(5_000);
  expect(Object.keys(answer).sort()).toEqual(['reading', 'recorded']);
  await holder.query('rollback');
  await holder.end();
  await until('the decision that was under way', async () => (await ledger.deals.wins(deal)).length > 0);
  const { wonAt, request } = answer.reading as unknown as { wonAt: string; request: DealRequest };
  const workflowExecution = { workflowId: `deal:${deal}`, runId: `run-${deal}` };
  const again = new MockActivityEnvironment({ activityId: '2', workflowExecution });
  expect(await again.run(decideWin(deps), { source: 'sales', deal, wonAt, request })).toMatchObject({
    then: 'buy',
    requestId: `${deal}:1`,
  });
  expect(await ledger.deals.wins(deal)).toHaveLength(1);
});
