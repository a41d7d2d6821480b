import { writeFile, readFile } from 'node:fs/promises';
import pg from 'pg';
import { referenceOf } from '../../validation/reference';
import { DealsStack, LICENSE_LINES } from '../support/deals-stack';
import { until } from '../support/until';

let deals: DealsStack;
let rules: string;

beforeAll(async () => {
  deals = await DealsStack.start({ pipedrive: 'wonAgain: buy' });
  rules = await readFile(deals.dealsFile, 'utf8');
});
afterAll(() => deals.stop());

const runOf = (deal: string) => deals.stack.temporal.workflow.getHandle(`deal:${deal}`);
const ordersOf = (requestId: string) => deals.stack.portal.ordersWithPo(referenceOf({ requestId }));

/** The worker goes on with another deals.yaml. */
async function restartWith(text: string): Promise<void> {
  await writeFile(deals.dealsFile, text);
  await Promise.all(deals.stack.workers.map((worker) => worker.kill()));
  await deals.stack.startWorker(deals.workerEnv);
}

const withoutPipedrive = () => rules.replace(/^ {2}pipedrive-[^]*?^ {2}hubspot-/m, '  hubspot-');

/** As by a ledger that is away: nothing can be read or written in a table. */
async function ledgerAway(table: string) {
  const client = new pg.Client({ connectionString: deals.stack.databaseUrl });
  await client.connect();
  await client.query(`begin; lock table ${table} in access exclusive mode`);
  return async () => {
    await client.query('rollback');
    await client.end();
  };
}

/** What a run is doing; nothing before it has begun. */
async function pendingOf(deal: string) {
  return (await described(deal))?.raw.pendingActivities ?? [];
}

async function isThere(deal: string): Promise<boolean> {
  return (await described(deal)) !== undefined;
}

const described = (deal: string) =>
  runOf(deal)
    .describe()
    .catch(() => undefined);

async function signalsIn(deal: string): Promise<number> {
  const { events } = await runOf(deal).fetchHistory();
  return (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes).length;
}

/** Later word of the deal, and a sweep, buy nothing. */
async function isNeverBought(id: number, deal: string): Promise<void> {
  const events = await deals.stack.ledger.deals.events(deal);
  await deals.tellOfPipedrive(id);
  await deals.notified(deal, events.filter(({ kind }) => kind === 'notified').length + 1);
  expect(await deals.rests(deal)).toMatchObject({ status: 'dismissed' });
  const { temporal, taskQueue } = deals.stack;
  const sweep = { workflowId: `sweep-after-${id}`, taskQueue, args: [deals.source('pipedrive')] };
  expect(await temporal.workflow.execute('sweepDeals', sweep)).toMatchObject({ caughtUp: 0 });
  expect(await ordersOf(`${deal}:1`)).toHaveLength(0);
}

it('a run that is cancelled before a worker has taken it up ends dismissed, and is not bought later', async () => {
  await Promise.all(deals.stack.workers.splice(0).map((worker) => worker.kill()));
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  await until('the run', () => isThere(deal));
  await runOf(deal).cancel();
  await deals.stack.startWorker(deals.workerEnv);
  await expect(deals.rests(deal)).rejects.toThrow();
  expect(await deals.status(deal)).toMatchObject({ status: 'dismissed', reason: { code: 'RunCancelled' } });
  await isNeverBought(id, deal);
});

it.each(['while it waits', 'before it is read'])(
  'a run whose section is gone from deals.yaml ends dismissed when it is cancelled %s',
  async (when) => {
    const id = await deals.pipedriveDeal({}, []);
    const deal = deals.key('pipedrive', id);
    if (when === 'while it waits') {
      await deals.tellOfPipedrive(id);
      await deals.reaches(deal, 'incomplete');
    }
    await restartWith(withoutPipedrive());
    await deals.tellOfPipedrive(id);
    await until('the run to ask for its source', async () => {
      const pending = await pendingOf(deal);
      return pending.some(({ lastFailure }) => lastFailure?.message?.includes('no source'));
    });
    await runOf(deal).cancel();
    await expect(deals.rests(deal)).rejects.toThrow();
    expect((await runOf(deal).describe()).status.name).toBe('CANCELLED');
    expect(await deals.status(deal)).toMatchObject({ status: 'dismissed', reason: { code: 'RunCancelled' } });
    for (const product of LICENSE_LINES) await deals.addProduct(id, product);
    await restartWith(rules);
    await isNeverBought(id, deal);
  },
);

it('a run that is cancelled while the ledger is away shows so, and ends dismissed when it is back', async () => {
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  const back = await ledgerAway('deals');
  await deals.tellOfPipedrive(id);
  await until('the run to wait for the ledger', async () => {
    return (await pendingOf(deal)).length > 0;
  });
  await runOf(deal).cancel();
  await until('the run to say that it is being cancelled', async () => {
    const status = await runOf(deal).query<{ reason?: { code: string } }>('status');
    return status.reason?.code === 'RunCancelled';
  });
  await back();
  await expect(deals.rests(deal)).rejects.toThrow();
  expect(await deals.status(deal)).toMatchObject({ status: 'dismissed', reason: { code: 'RunCancelled' } });
  await isNeverBought(id, deal);
});

/** A run that is being cancelled: the ledger is away, and cannot be told. */
async function beingCancelled() {
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  const back = await ledgerAway('deals');
  await deals.tellOfPipedrive(id);
  await until('the run to wait for the ledger', async () => (await pendingOf(deal)).length > 0);
  await runOf(deal).cancel();
  await until('the run to say that it is being cancelled', async () => {
    const { reason } = await runOf(deal).query<{ reason?: { code: string } }>('status');
    return reason?.code === 'RunCancelled';
  });
  return { id, deal, back };
}

it('a message that comes while a run is being cancelled is looked at all the same', async () => {
  const { id, deal, back } = await beingCancelled();
  await deals.crm.put('pipedrive', 'deals', id, { status: 'lost', custom_fields: {} });
  await deals.tellOfPipedrive(id);
  await until('the message in the run', async () => {
    return (await signalsIn(deal)) > 1;
  });
  await back();
  expect(await deals.rests(deal)).toMatchObject({ status: 'not-won' });
  expect(await deals.status(deal)).toMatchObject({ status: 'not-won' });
});

it('who says buy while a run is being cancelled has the last word', async () => {
  const { deal, back } = await beingCancelled();
  await runOf(deal).signal('buy', { by: 'Ann' });
  await back();
  const { status, requestId } = await deals.rests(deal);
  expect(status).toBe('requested');
  expect(await ordersOf(requestId!)).toHaveLength(1);
});

it('a deal that was bought and whose next run is cancelled stays bought, and another win of before is not bought', async () => {
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  await deals.purchaseOf((await deals.reaches(deal, 'requested')).requestId!);
  await deals.rests(deal);
  await deals.crm.fault('pipedrive', { kind: 'server-error', times: null, path: `/deals/${id}` });
  await deals.tellOfPipedrive(id);
  await deals.notified(deal, 2);
  await runOf(deal).cancel();
  await expect(deals.rests(deal)).rejects.toThrow();
  expect(await deals.status(deal)).toMatchObject({ status: 'requested', requestId: `${deal}:1` });
  await deals.crm.clearFaults('pipedrive');
  await deals.crm.put('pipedrive', 'deals', id, {
    status: 'won',
    won_time: new Date(Date.now() - 1_000).toISOString(),
  });
  await deals.tellOfPipedrive(id);
  await deals.notified(deal, 3);
  await deals.rests(deal);
  expect(await ordersOf(`${deal}:1`)).toHaveLength(1);
  expect((await deals.stack.ledger.deals.wins(deal)).filter(({ requestId }) => requestId)).toHaveLength(1);
});
