import { setTimeout as delay } from 'node:timers/promises';
import { referenceOf } from '../../validation/reference';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { DealsStack, LICENSE_LINES, SENDERS, SERIAL_FIELD } from '../support/deals-stack';
import { holdTable } from '../support/held-table';
import { until } from '../support/until';

let deals: DealsStack;

beforeAll(async () => {
  deals = await DealsStack.start();
});
afterEach(() => deals.stack.portal.clearFaults());
afterAll(() => deals.stop());

const ordersOf = (requestId: string) => deals.stack.portal.ordersWithPo(referenceOf({ requestId }));

it.each(SENDERS)('a deal of %s goes the whole way, from the message to the order', async (crm) => {
  const id = await deals.wonDeal(crm);
  const deal = deals.key(crm, id);
  await deals.tellOf(crm, id);
  const { requestId } = await deals.reaches(deal, 'requested');
  expect((await deals.purchaseOf(requestId!)).status).toBe('ordered');
});

it('a deal that is won is read back and ordered, once, however often it is told of', async () => {
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  await Promise.all([1, 2, 3].map(() => deals.tellOfPipedrive(id)));
  const { requestId } = await deals.reaches(deal, 'requested');
  expect(requestId).toBe(`${deal}:1`);
  expect((await deals.purchaseOf(requestId!)).status).toBe('ordered');
  expect(await deals.rests(deal)).toMatchObject({ status: 'requested', requestId });
  // And a late one, when the run has ended.
  await deals.tellOfPipedrive(id);
  await deals.notified(deal, 2);
  expect(await deals.rests(deal)).toMatchObject({ status: 'requested', requestId });
  expect(await ordersOf(requestId!)).toHaveLength(1);
  expect(await deals.stack.ledger.deals.verify(deal)).toMatchObject({ ok: true });
});

it('a deal that is not won any more when it is read back buys nothing', async () => {
  const id = await deals.pipedriveDeal({ status: 'lost', won_time: null });
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'not-won');
  expect(await deals.rests(deal)).toMatchObject({ status: 'not-won' });
});

it('a deal that is gone buys nothing, and says so', async () => {
  const id = await deals.pipedriveDeal({ is_deleted: true });
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  expect(await deals.reaches(deal, 'not-won')).toMatchObject({ reason: { code: 'DealGone' } });
});

it('a deal without line items waits, says what is missing, and goes on when the CRM has them', async () => {
  const id = await deals.pipedriveDeal({}, []);
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  const { missing } = await deals.reaches(deal, 'incomplete');
  expect(missing?.map(({ field }) => field)).toContain('plan');
  for (const product of LICENSE_LINES) await deals.addProduct(id, product);
  // Any word of the deal makes it look again at once; without one it does so by itself.
  await deals.tellOfPipedrive(id, { data: { id, status: 'won' }, previous: { products_count: 0 } });
  const { requestId } = await deals.reaches(deal, 'requested');
  expect((await deals.purchaseOf(requestId!)).status).toBe('ordered');
});

it('a deal that nobody tells of again looks by itself whether what was missing is there', async () => {
  const id = await deals.pipedriveDeal({}, []);
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'incomplete');
  for (const product of LICENSE_LINES) await deals.addProduct(id, product);
  await deals.reaches(deal, 'requested');
});

it('"one hundred" is no quantity: nothing is guessed, and a person fills it in', async () => {
  const wonAt = '2026-11-24T10:00:00Z';
  const lineItems = [{ sku: 'YS-ULT', quantity: 'one hundred' }];
  await tellOfShop({ dealId: 'A-7', wonAt, fields: { serial: '3651E1292455' }, lineItems });
  const deal = deals.key('standard-webhooks', 'A-7');
  const { missing } = await deals.reaches(deal, 'incomplete');
  expect(missing).toEqual([
    { field: 'extensions', problem: expect.stringContaining('one hundred') as string },
  ]);
  const handle = deals.stack.temporal.workflow.getHandle(`deal:${deal}`);
  const wrong = { fill: { extensions: 'a hundred' }, by: 'ann' };
  await expect(handle.executeUpdate('fill', { args: [wrong] })).rejects.toThrow();
  await handle.executeUpdate('fill', { args: [{ fill: { extensions: 100 }, by: 'ann', why: 'she asked' }] });
  const { requestId } = await deals.reaches(deal, 'requested');
  expect((await deals.purchaseOf(requestId!)).status).toBe('ordered');
  const decided = (await deals.stack.ledger.deals.events(deal)).find(({ kind }) => kind === 'decision');
  expect(decided).toMatchObject({ actor: 'ann', data: { verb: 'fill', why: 'she asked' } });
});

async function tellOfShop(data: object, type = 'deal.won') {
  return deals.crm.deliver('standard-webhooks', {
    to: `${deals.url}/webhooks/${deals.source('standard-webhooks')}`,
    secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    body: { type, timestamp: new Date().toISOString(), data },
  });
}

const WON_LATER = '2026-11-24T11:11:11Z';

/** Bought, lost and won again, as the CRM tells it. */
async function wonAgain(source: DealsStack): Promise<string> {
  const id = await source.pipedriveDeal();
  const deal = source.key('pipedrive', id);
  await source.tellOfPipedrive(id);
  await source.reaches(deal, 'requested');
  await source.rests(deal);
  const record = { status: 'won', won_time: WON_LATER, custom_fields: { [SERIAL_FIELD]: '3651E1292455' } };
  await source.crm.put('pipedrive', 'deals', id, record);
  await source.tellOfPipedrive(id);
  return deal;
}

it('a deal that is won again asks a person, who says buy', async () => {
  const deal = await wonAgain(deals);
  expect(await deals.reaches(deal, 'waiting-for-decision')).toMatchObject({ reason: { code: 'WonAgain' } });
  await deals.stack.temporal.workflow
    .getHandle(`deal:${deal}`)
    .executeUpdate('buy', { args: [{ by: 'ann' }] });
  const { requestId } = await deals.reaches(deal, 'requested');
  expect(requestId).toBe(`${deal}:2`);
  await deals.purchaseOf(requestId!);
  expect(await ordersOf(`${deal}:1`)).toHaveLength(1);
  expect(await ordersOf(`${deal}:2`)).toHaveLength(1);
});

it('a deal that is won again asks a person, who says dismiss: later word asks nobody again', async () => {
  const deal = await wonAgain(deals);
  await deals.reaches(deal, 'waiting-for-decision');
  await deals.stack.temporal.workflow.getHandle(`deal:${deal}`).signal('dismiss', { by: 'ann' });
  await deals.reaches(deal, 'dismissed');
  await deals.rests(deal);
  await deals.tellOfPipedrive(Number(deal.split(':')[2]));
  await deals.notified(deal, 3);
  expect(await deals.rests(deal)).toMatchObject({ status: 'dismissed' });
  expect(await ordersOf(`${deal}:2`)).toHaveLength(0);
});

it('a buy that comes while a win is being decided about counts', async () => {
  const refusal = { kind: 'refuse', httpStatus: 200, code: 'parameter_validation_failed' };
  await deals.stack.portal.fault({ endpoint: 'orders', ...refusal });
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'requested');
  expect((await deals.purchaseOf(`${deal}:1`)).status).toBe('refused');
  await deals.rests(deal);
  const held = await holdPurchases();
  await deals.tellOfPipedrive(id);
  await held.whenWaitedFor();
  await deals.stack.temporal.workflow
    .getHandle(`deal:${deal}`)
    .executeUpdate('buy', { args: [{ by: 'ann' }] });
  await held.release();
  expect(await deals.rests(deal)).toMatchObject({ requestId: `${deal}:2` });
  expect((await deals.purchaseOf(`${deal}:2`)).status).toBe('ordered');
});

it('a person who says buy of a deal that is being bought does not buy it again once that is cancelled', async () => {
  await deals.stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'requested');
  await until('the purchase to begin', () => deals.stack.ledger.find(`${deal}:1`));
  const { workflow } = deals.stack.temporal;
  await workflow.getHandle(`deal:${deal}`).executeUpdate('buy', { args: [{ by: 'ann' }] });
  await workflow.getHandle(purchaseWorkflowIdOf(`${deal}:1`)).signal('cancel', { by: 'ann' });
  expect((await deals.purchaseOf(`${deal}:1`)).status).toBe('cancelled');
  await deals.stack.portal.clearFaults();
  await deals.rests(deal);
  expect(await deals.stack.ledger.deals.wins(deal)).toHaveLength(1);
});

/** Waits until the run of a deal is at that step. */
const isPending = (deal: string, step: string) =>
  until(`${step} of ${deal}`, async () => {
    const run = deals.stack.temporal.workflow.getHandle(`deal:${deal}`);
    // Nothing before it has begun.
    const { pendingActivities = [] } = (await run.describe().catch(() => undefined))?.raw ?? {};
    return pendingActivities?.some(({ activityType }) => activityType?.name === step);
  });

/** Keeps everybody from reading the ledger's purchases for a while, and so a decision about a win from being made. */
const holdPurchases = () => hold('purchases', 'access exclusive');

const hold = (table: string, mode: string) => holdTable(deals.stack.databaseUrl, table, mode);

it.each(['signal', 'update'])(
  'what a person decides by %s while the ledger does not know the deal yet counts once it does',
  async (way) => {
    const id = await deals.pipedriveDeal({}, []);
    const deal = deals.key('pipedrive', id);
    const held = await hold('deals', 'share row exclusive');
    await deals.tellOfPipedrive(id);
    // It was not to be had at once.
    await isPending(deal, 'recordNotification');
    const handle = deals.stack.temporal.workflow.getHandle(`deal:${deal}`);
    const filled = { fill: { plan: 'Ultimate', extensions: 100 }, by: 'ann' };
    const done =
      way === 'signal'
        ? handle.signal('fill', filled)
        : handle.startUpdate('fill', { args: [filled], waitForStage: 'ACCEPTED' });
    await done;
    await delay(500);
    await held.release();
    expect(await deals.reaches(deal, 'requested')).toMatchObject({ requestId: `${deal}:1` });
    const kinds = (await deals.stack.ledger.deals.events(deal)).map(({ kind }) => kind);
    expect(kinds.slice(0, 2)).toEqual(['notified', 'decision']);
  },
);

it('a run that is cancelled once a win is decided about has made the purchase all the same', async () => {
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  const held = await hold('deal_wins', 'share row exclusive');
  await deals.tellOfPipedrive(id);
  await held.whenWaitedFor();
  await deals.stack.temporal.workflow.getHandle(`deal:${deal}`).cancel();
  await delay(500);
  await held.release();
  await deals.stack.temporal.workflow
    .getHandle(`deal:${deal}`)
    .result()
    .catch(() => undefined);
  const known = await deals.stack.ledger.deals.find(deal);
  expect(known!.status.status).toBe('requested');
  expect((await deals.purchaseOf(`${deal}:1`)).status).toBe('ordered');
});

it('a run that is cancelled once its win was not decided about at once has made the purchase all the same', async () => {
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  const held = await hold('deal_wins', 'share row exclusive');
  await deals.tellOfPipedrive(id);
  // What was tried at once goes on beside it.
  await isPending(deal, 'decideWin');
  const run = deals.stack.temporal.workflow.getHandle(`deal:${deal}`);
  await run.cancel();
  await held.release();
  await run.result().catch(() => undefined);
  expect((await deals.status(deal))?.status).toBe('requested');
  expect((await deals.purchaseOf(`${deal}:1`)).status).toBe('ordered');
  expect(await deals.stack.ledger.deals.wins(deal)).toHaveLength(1);
});

it('a worker that is killed while it decides within the first workflow task costs no deal and no second order', async () => {
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  const held = await hold('deal_wins', 'share row exclusive');
  await deals.tellOfPipedrive(id);
  await held.whenWaitedFor();
  await Promise.all(deals.stack.workers.map((worker) => worker.kill()));
  await held.release();
  await deals.stack.startWorker(deals.workerEnv);
  await deals.reaches(deal, 'requested');
  expect((await deals.purchaseOf(`${deal}:1`)).status).toBe('ordered');
  await deals.rests(deal);
  const kinds = (await deals.stack.ledger.deals.events(deal)).map(({ kind }) => kind);
  expect(kinds).toEqual(['notified', 'requested']);
  expect(await deals.stack.ledger.deals.wins(deal)).toHaveLength(1);
  expect(await ordersOf(`${deal}:1`)).toHaveLength(1);
});

it('a deal whose CRM and ledger answer begins its purchase in the first workflow task of its run', async () => {
  const id = await deals.wonDeal('hubspot');
  const deal = deals.key('hubspot', id);
  await deals.tellOf('hubspot', id);
  await deals.reaches(deal, 'requested');
  await deals.rests(deal);
  const { events } = await deals.stack.temporal.workflow.getHandle(`deal:${deal}`).fetchHistory();
  const begun = events!.findIndex((event) => event.startChildWorkflowExecutionInitiatedEventAttributes);
  const tasks = events!.slice(0, begun).filter((event) => event.workflowTaskCompletedEventAttributes);
  expect(tasks).toHaveLength(1);
  expect(events!.filter((event) => event.activityTaskScheduledEventAttributes)).toEqual([]);
});

it('a deal that was won before Wonce took over is left, and says so', async () => {
  const id = await deals.pipedriveDeal({ won_time: '2025-06-01T10:00:00Z' });
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  expect(await deals.reaches(deal, 'dismissed')).toMatchObject({ reason: { code: 'WonBeforeSince' } });
});

it('a deal that is lost between the message and the order is not bought', async () => {
  // The vendor is down, so that the order has to wait.
  await deals.stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  const { requestId } = await deals.reaches(deal, 'requested');
  await deals.crm.put('pipedrive', 'deals', id, { status: 'lost', custom_fields: {} });
  await deals.tellOfPipedrive(id, { data: { id, status: 'lost' }, previous: { status: 'won' } });
  expect((await deals.purchaseOf(requestId!)).status).toBe('cancelled');
  await deals.stack.portal.clearFaults();
  await deals.rests(deal);
  expect(await ordersOf(requestId!)).toHaveLength(0);
  const kinds = (await deals.stack.ledger.deals.events(deal)).map(({ kind }) => kind);
  expect(kinds).toContain('lost-before-order');
});

it.each([
  // At once, and then by a step of its own.
  ['is down', { kind: 'server-error', times: 3 }],
  ['tells to slow down', { kind: 'rate-limit', times: 2, retryAfterSeconds: 1 }],
  ['cuts the connection', { kind: 'cut', times: 2 }],
  ['answers with half of a JSON text', { kind: 'broken-json', times: 2 }],
])('a CRM that %s is asked again, and the deal is bought', async (_what, fault) => {
  const id = await deals.pipedriveDeal();
  await deals.crm.fault('pipedrive', { ...fault, path: `/deals/${id}` });
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  const { requestId } = await deals.reaches(deal, 'requested');
  expect((await deals.purchaseOf(requestId!)).status).toBe('ordered');
});

it('two servers that hear of one deal at the same moment make one purchase', async () => {
  const first = deals.url;
  deals.url = '';
  const { server } = deals;
  await deals.startServer();
  const second = deals.url;
  const ids = await Promise.all(Array.from({ length: 10 }, () => deals.pipedriveDeal()));
  await Promise.all(
    ids.flatMap((id) => [first, second].map((to) => ((deals.url = to), deals.tellOfPipedrive(id)))),
  );
  for (const id of ids) {
    const deal = deals.key('pipedrive', id);
    await deals.reaches(deal, 'requested');
    await deals.purchaseOf(`${deal}:1`);
    expect(await ordersOf(`${deal}:1`)).toHaveLength(1);
    expect(await deals.stack.ledger.deals.wins(deal)).toHaveLength(1);
  }
  await deals.server.stop();
  Object.assign(deals, { server, url: first });
});

it('deals won while the server was down, of which no message tells, are bought by the sweep', async () => {
  const { server } = deals;
  await server.kill();
  const ids = await Promise.all(Array.from({ length: 10 }, () => deals.pipedriveDeal()));
  await deals.startServer();
  for (const id of ids) {
    const deal = deals.key('pipedrive', id);
    expect(await deals.reaches(deal, 'requested')).toMatchObject({ notifiedBy: 'sweep' });
    await deals.purchaseOf(`${deal}:1`);
    expect(await ordersOf(`${deal}:1`)).toHaveLength(1);
  }
  // The next sweep, which finds nothing new, may be over already.
  expect(await deals.stack.ledger.sweeps.sweepOf(deals.source('pipedrive'))).toBeDefined();
});

it('a sweep of a source that deals.yaml has no more is named when the server starts, with what to do', async () => {
  const { schedule } = deals.stack.temporal;
  const scheduleId = `sweep:gone-${deals.account}`;
  const action = {
    type: 'startWorkflow',
    workflowType: 'sweepDeals',
    taskQueue: 'nobody',
    args: [],
  } as const;
  const gone = await schedule.create({ scheduleId, spec: {}, action });
  await until('the list to have it', async () => {
    for await (const listed of schedule.list()) if (listed.scheduleId === scheduleId) return true;
    return false;
  });
  await deals.server.kill();
  await deals.startServer();
  await deals.server.saw(new RegExp(`${scheduleId} sweeps .* temporal schedule delete .* ${scheduleId}"`));
  expect(deals.server.output).not.toContain(`${deals.source('pipedrive')} sweeps`);
  await gone.delete();
});

it('a deal whose run an operator cancels is dismissed, and no later word takes it up again', async () => {
  const id = await deals.pipedriveDeal({}, []);
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'incomplete');
  await deals.stack.temporal.workflow.getHandle(`deal:${deal}`).cancel();
  expect(await deals.reaches(deal, 'dismissed')).toMatchObject({ reason: { code: 'RunCancelled' } });
  await expect(deals.rests(deal)).rejects.toThrow();
  for (const product of LICENSE_LINES) await deals.addProduct(id, product);
  await deals.tellOfPipedrive(id);
  await deals.notified(deal, 2);
  expect(await deals.rests(deal)).toMatchObject({ status: 'dismissed' });
  expect(await ordersOf(`${deal}:1`)).toHaveLength(0);
});
