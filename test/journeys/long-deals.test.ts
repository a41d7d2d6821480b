import pg from 'pg';
import { referenceOf } from '../../validation/reference';
import { DealsStack } from '../support/deals-stack';
import { startTemporal, type TemporalForTests } from '../support/temporal';
import { until } from '../support/until';

let temporal: TemporalForTests;
let deals: DealsStack;

// A server that suggests continue-as-new after few events, as any does after some thousand.
beforeAll(async () => {
  temporal = await startTemporal({ 'limit.historyCount.suggestContinueAsNew': '40' });
  deals = await DealsStack.start({}, { temporalAddress: temporal.address });
});
afterEach(() => deals.stack.portal.clearFaults());
afterAll(async () => {
  await deals.stop();
  await temporal.stop();
});

const runOf = async (deal: string) =>
  (await deals.stack.temporal.workflow.getHandle(`deal:${deal}`).describe()).runId;

/** A deal whose purchase cannot begin its order for so long that the deal's run has continued as new. */
async function stayedWith() {
  await deals.stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  const { requestId } = await deals.reaches(deal, 'requested');
  const first = await runOf(deal);
  await until('continue-as-new', async () => {
    await deals.tellOfPipedrive(id);
    return (await runOf(deal)) !== first;
  });
  expect(await deals.status(deal)).toMatchObject({ status: 'requested', requestId });
  return { id, deal, requestId: requestId! };
}

const ordersOf = (requestId: string) => deals.stack.portal.ordersWithPo(referenceOf({ requestId }));

it('a deal that is lost after weeks of waiting for its order is still not bought', async () => {
  const { id, deal, requestId } = await stayedWith();
  await deals.crm.put('pipedrive', 'deals', id, { status: 'lost', custom_fields: {} });
  await deals.tellOfPipedrive(id, { data: { id, status: 'lost' }, previous: { status: 'won' } });
  expect((await deals.purchaseOf(requestId)).status).toBe('cancelled');
  await deals.stack.portal.clearFaults();
  await deals.rests(deal);
  expect(await ordersOf(requestId)).toHaveLength(0);
  const kinds = (await deals.stack.ledger.deals.events(deal)).map(({ kind }) => kind);
  expect(kinds).toContain('lost-before-order');
});

it('a deal whose order begins after weeks is bought once, and its run ends', async () => {
  const { id, deal, requestId } = await stayedWith();
  await deals.stack.portal.clearFaults();
  expect((await deals.purchaseOf(requestId)).status).toBe('ordered');
  await deals.tellOfPipedrive(id);
  expect(await deals.rests(deal)).toMatchObject({ status: 'requested', requestId });
  expect(await ordersOf(requestId)).toHaveLength(1);
});

/** Messages pour in until the run has gone on as new, twice, and more of them. */
async function pourIn(id: number, deal: string): Promise<void> {
  for (let times = 0; times < 2; times++) {
    const before = await runOf(deal);
    await until('continue-as-new', async () => {
      await deals.tellOfPipedrive(id);
      return (await runOf(deal)) !== before;
    });
  }
}

it('however many messages pour in while the ledger is away, no history grows without bound, and nothing is lost', async () => {
  const ledger = new pg.Client({ connectionString: deals.stack.databaseUrl });
  await ledger.connect();
  await ledger.query('begin; lock table deals in access exclusive mode');
  const id = await deals.pipedriveDeal({}, []);
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  await until('the run', () => runOf(deal).catch(() => undefined));
  const filledIn = { fill: { plan: 'Ultimate', extensions: 100 }, by: 'Ann' };
  await deals.stack.temporal.workflow.getHandle(`deal:${deal}`).signal('fill', filledIn);
  await pourIn(id, deal);
  await ledger.query('rollback');
  await ledger.end();
  const { requestId } = await deals.reaches(deal, 'requested');
  expect((await deals.purchaseOf(requestId!)).status).toBe('ordered');
  await deals.rests(deal);
  const events = await deals.stack.ledger.deals.events(deal);
  expect(events.filter(({ kind }) => kind === 'decision')).toMatchObject([{ actor: 'Ann' }]);
  expect(await ordersOf(requestId!)).toHaveLength(1);
});

it('however many messages pour in while the CRM is away, no history grows without bound, and the deal is bought once', async () => {
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  await deals.crm.fault('pipedrive', { kind: 'server-error', times: null, path: `/deals/${id}` });
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'reading');
  await pourIn(id, deal);
  await deals.crm.clearFaults('pipedrive');
  const { requestId } = await deals.reaches(deal, 'requested');
  expect((await deals.purchaseOf(requestId!)).status).toBe('ordered');
  await deals.rests(deal);
  expect(await ordersOf(requestId!)).toHaveLength(1);
  // A notification that comes when the run has ended begins another run: the ledger knows of one.
  const events = await deals.stack.ledger.deals.events(deal);
  expect(events.filter(({ kind }) => kind === 'requested')).toHaveLength(1);
});

it('a run that is cancelled while messages pour in and the ledger is away ends dismissed when it is back', async () => {
  const ledger = new pg.Client({ connectionString: deals.stack.databaseUrl });
  await ledger.connect();
  await ledger.query('begin; lock table deals in access exclusive mode');
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  await until('the run', () => runOf(deal).catch(() => undefined));
  await deals.stack.temporal.workflow.getHandle(`deal:${deal}`).cancel();
  await pourIn(id, deal);
  await ledger.query('rollback');
  await ledger.end();
  // Another run has looked at what came since, and buys nothing.
  expect(await deals.rests(deal)).toMatchObject({ status: 'dismissed', reason: { code: 'RunCancelled' } });
  expect(await ordersOf(`${deal}:1`)).toHaveLength(0);
});
