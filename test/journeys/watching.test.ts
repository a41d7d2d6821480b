import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { startTemporal, type TemporalForTests } from '../support/temporal';
import { until } from '../support/until';

let temporal: TemporalForTests;
let stack: TestStack;

// A server that suggests continue-as-new after few events, as any does after some thousand.
beforeAll(async () => {
  temporal = await startTemporal({ 'limit.historyCount.suggestContinueAsNew': '40' });
  stack = await TestStack.start({ temporalAddress: temporal.address });
  await stack.startWorker({ WONCE_WATCH_FIRST_LOOK: '100ms', WONCE_WATCH_LONGEST_GAP: '150ms' });
  await stack.portal.settings({ orderStatus: 'pending' });
});
afterAll(async () => {
  await stack.stop();
  await temporal.stop();
});

function runOf(id: string) {
  return stack.temporal.workflow.getHandle(`purchase:${id}`).describe();
}

/** Watched for so long that the run has continued as new. */
async function watched(id: string) {
  await stack.client.start({ ...tutorialRequest(id), poNumber: id });
  const { order } = await until('confirming', async () => {
    const { status } = await stack.client.status(id);
    return status.status === 'confirming' && status;
  });
  const first = (await runOf(id)).runId;
  await until('continue-as-new', async () => (await runOf(id)).runId !== first);
  expect((await stack.client.status(id)).status).toMatchObject({ status: 'confirming', order });
  return order!;
}

it('a watch that lasts keeps its history short, and ends with the vendor’s word', async () => {
  const { orderNo } = await watched('watch-1');
  await stack.portal.setOrderStatus(orderNo, 'succeed');
  expect((await stack.client.wait('watch-1')).status).toMatchObject({
    status: 'ordered',
    attempts: 1,
    order: { orderNo, orderStatus: 'succeed' },
  });
  const run = await stack.temporal.workflow.getHandle('purchase:watch-1').fetchHistory();
  expect(run.events!.length).toBeLessThan(80);
  expect(await stack.portal.ordersWithPo('watch-1')).toHaveLength(1);
});

it('an order that fails later is refused with its number, and that is written down', async () => {
  const { orderNo } = await watched('watch-2');
  await stack.portal.setOrderStatus(orderNo, 'refunded');
  expect((await stack.client.wait('watch-2')).status).toMatchObject({
    status: 'refused',
    reason: { code: 'OrderNotFulfilled' },
    order: { orderNo, orderStatus: 'refunded' },
  });
  expect(await stack.ledger.find('watch-2')).toMatchObject({
    status: 'refused',
    order: { orderStatus: 'refunded' },
  });
  const kinds = (await stack.ledger.events('watch-2')).map(({ kind }) => kind);
  expect(kinds).toContain('order-status');
});

it('a status that nobody knows is watched like any that is not final', async () => {
  await stack.portal.settings({ orderStatus: 'consigned' });
  const { orderNo } = await watched('watch-3');
  await stack.portal.setOrderStatus(orderNo, 'succeed');
  expect((await stack.client.wait('watch-3')).status.status).toBe('ordered');
});

it('a cancellation meanwhile is recorded and changes nothing', async () => {
  await stack.portal.settings({ orderStatus: 'pending' });
  const { orderNo } = await watched('watch-4');
  const status = await stack.client.decide('watch-4', { verb: 'cancel', by: 'Ann', why: 'too late' });
  expect(status).toMatchObject({ status: 'confirming', cancellationRequested: true });
  await until('the record', async () => (await stack.ledger.find('watch-4'))?.cancellationRequested);
  await stack.portal.setOrderStatus(orderNo, 'succeed');
  expect((await stack.client.wait('watch-4')).status).toMatchObject({
    status: 'ordered',
    cancellationRequested: true,
  });
});

it('a cancellation that is still being written down when the run continues as new is recorded, too', async () => {
  await stack.portal.settings({ orderStatus: 'pending' });
  const { orderNo } = await watched('watch-5');
  const ledger = new pg.Client({ connectionString: stack.databaseUrl });
  await ledger.connect();
  await ledger.query('begin; lock table purchases in access exclusive mode');
  await stack.temporal.workflow.getHandle('purchase:watch-5').signal('cancel', { by: 'Ann' });
  await until('the watch to pause', async () => {
    const { raw, historyLength } = await runOf('watch-5');
    const pending = (raw.pendingActivities ?? []).map(({ activityType }) => activityType?.name);
    return historyLength >= 40 && String(pending) === 'recordStatus';
  });
  await delay(500);
  await ledger.query('rollback');
  await ledger.end();
  await until('the record', async () => (await stack.ledger.find('watch-5'))?.cancellationRequested, 20_000);
  await stack.portal.setOrderStatus(orderNo, 'succeed');
  expect((await stack.client.wait('watch-5')).status.status).toBe('ordered');
});

it.each([
  ['succeed', 'ordered'],
  ['refunded', 'refused'],
])('a cancellation just before the vendor says "%s": the purchase ends as %s for good', async (word, end) => {
  const id = `watch-${word}`;
  const { orderNo } = await watched(id);
  await stack.portal.fault({ endpoint: 'order-details', kind: 'latency', ms: 2_000 });
  await until('a look under way', async () =>
    (await stack.portal.requests()).some(
      ({ path, faults }) => path.includes(orderNo) && faults.includes('latency'),
    ),
  );
  await stack.portal.setOrderStatus(orderNo, word);
  await stack.client.decide(id, { verb: 'cancel', by: 'Ann' });
  await until('the end of the run', async () => (await runOf(id)).status.name !== 'RUNNING');
  expect(await stack.ledger.find(id)).toMatchObject({ status: end, cancellationRequested: true });
  expect((await stack.client.status(id)).status.status).toBe(end);
});
