import { randomUUID } from 'node:crypto';
import type { PurchaseRequest } from '../../domain/request';
import { referenceOf } from '../../validation/reference';
import { withApprovals } from '../support/approval-rules';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { startTemporal, type TemporalForTests } from '../support/temporal';
import { until } from '../support/until';

/** Where the server suggests to go on as new; in production at 4,096 events, or 4 MB. */
const SUGGESTED = 60;

/** No run is longer: what came while a task was under way is still added to it. */
const LONGEST = 4 * SUGGESTED;

let temporal: TemporalForTests;
let stack: TestStack;

beforeAll(async () => {
  temporal = await startTemporal({ 'limit.historyCount.suggestContinueAsNew': String(SUGGESTED) });
  stack = await TestStack.start({ temporalAddress: temporal.address });
  // Looks in quick succession, as of a house with little patience.
  const patience = { WONCE_SETTLE_LONGEST_GAP: '200ms', WONCE_SETTLE_WINDOW: '10m' };
  const approvals = withApprovals('{ name: long terms, years: { atLeast: 5 }, people: 2 }');
  await stack.startWorker({ ...patience, ...approvals });
});
afterEach(async () => {
  await stack.portal.clearFaults();
  await stack.portal.settings({ showOrderSummary: true });
});
afterAll(async () => {
  await stack.stop();
  await temporal.stop();
});

function request(change: Partial<PurchaseRequest> = {}): PurchaseRequest {
  return { ...tutorialRequest(`long-${randomUUID().slice(0, 8)}`), ...change };
}

const handleOf = ({ requestId }: PurchaseRequest) =>
  stack.temporal.workflow.getHandle(`purchase:${requestId}`);

/** Waits until the run has gone on as new, so many times. Meanwhile, `work` again and again. */
async function goesOnAsNew(wanted: PurchaseRequest, times: number, work?: () => Promise<unknown>) {
  const runs = new Set<string>();
  await until(
    `${times} runs more`,
    async () => {
      await work?.();
      const { runId, historyLength } = await handleOf(wanted).describe();
      expect(historyLength).toBeLessThan(LONGEST);
      runs.add(runId);
      return runs.size > times;
    },
    150_000,
  );
}

it('a purchase that looks for its order for weeks goes on as new, asks the same question, and is decided about', async () => {
  const wanted = request({ poNumber: `po-${randomUUID().slice(0, 8)}` });
  await stack.portal.settings({ showOrderSummary: false });
  await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'after' });
  await stack.client.start(wanted);
  const { status } = await stack.client.wait(wanted.requestId);
  expect(status).toMatchObject({ status: 'waiting-for-decision', attempts: 1 });
  await goesOnAsNew(wanted, 2);
  const { status: later } = await stack.client.status(wanted.requestId);
  expect(later).toMatchObject({ status: 'waiting-for-decision', attempts: 1, question: status.question });
  expect(later.reason).toEqual(status.reason);
  const asked = (await stack.ledger.events(wanted.requestId)).filter(({ kind }) => kind === 'decision-asked');
  expect(asked).toHaveLength(1);
  const created = status.question!.candidates[0]!.id;
  await stack.client.decide(wanted.requestId, { verb: 'settle', created, by: 'Ann' });
  expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({
    status: 'ordered',
    order: { orderNo: created },
  });
});

it('and a cancellation that came too late is still known after it', async () => {
  const wanted = request({ poNumber: `po-${randomUUID().slice(0, 8)}` });
  await stack.portal.settings({ showOrderSummary: false });
  await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'after' });
  await stack.client.start(wanted);
  await stack.client.wait(wanted.requestId);
  await handleOf(wanted).cancel();
  await goesOnAsNew(wanted, 1);
  const { status } = await stack.client.status(wanted.requestId);
  expect(status).toMatchObject({ status: 'waiting-for-decision', cancellationRequested: true });
  const late = (await stack.ledger.events(wanted.requestId)).filter(
    ({ kind }) => kind === 'cancellation-too-late',
  );
  expect(late).toHaveLength(1);
  const created = status.question!.candidates[0]!.id;
  await stack.client.decide(wanted.requestId, { verb: 'settle', created, by: 'Ann' });
  expect((await stack.client.wait(wanted.requestId)).status.status).toBe('ordered');
});

it('nor is it ordered again however many runs have gone on since', async () => {
  const wanted = request();
  const { requestId } = wanted;
  await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'before' });
  await stack.client.start(wanted);
  await until('the looks', async () => (await stack.ledger.find(requestId))?.status === 'settling');
  await handleOf(wanted).cancel();
  await goesOnAsNew(wanted, 2);
  await stack.client.decide(requestId, { verb: 'settle', notCreated: 'order-again', by: 'Ann' });
  expect((await stack.client.wait(requestId)).status).toMatchObject({ status: 'cancelled', attempts: 1 });
  expect(await stack.portal.ordersWithPo(referenceOf(wanted))).toHaveLength(0);
});

it('a purchase that waits for a choice goes on as new however many signals come, and is chosen for', async () => {
  const wanted = request({ license: { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } } });
  await stack.client.start(wanted);
  await stack.client.wait(wanted.requestId);
  await goesOnAsNew(wanted, 2, () => handleOf(wanted).signal('choose', 'garbage'));
  const { status } = await stack.client.wait(wanted.requestId);
  const { id } = status.question!.candidates[1]!;
  await stack.client.decide(wanted.requestId, { verb: 'choose', id, by: 'Ann' });
  expect((await stack.client.wait(wanted.requestId)).status.status).toBe('ordered');
});

it('a purchase that waits for a second approval goes on as new, and knows who has approved and since when it asks', async () => {
  const wanted = request({ years: 5 });
  const { requestId } = wanted;
  await stack.client.start(wanted);
  const { status } = await stack.client.wait(requestId);
  expect(status).toMatchObject({ status: 'waiting-for-approval', question: { approval: { people: 2 } } });
  await stack.client.decide(requestId, { verb: 'approve', by: 'Ann' });
  await goesOnAsNew(wanted, 2, () => handleOf(wanted).signal('approve', { by: 'Ann' }));
  const { status: later } = await stack.client.wait(requestId);
  const { id, since } = status.question!;
  expect(later).toMatchObject({
    status: 'waiting-for-approval',
    question: { id, since, approval: { given: [{ by: 'Ann' }] } },
  });
  await stack.client.decide(requestId, { verb: 'approve', by: 'Ben' });
  expect((await stack.client.wait(requestId)).status.status).toBe('ordered');
});

it('a purchase whose vendor is down goes on as new however many signals come, and is bought once', async () => {
  const wanted = request();
  await stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
  await stack.client.start(wanted);
  await goesOnAsNew(wanted, 2, () => handleOf(wanted).signal('settle', 'garbage'));
  await stack.portal.clearFaults();
  expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({
    status: 'ordered',
    attempts: 1,
  });
});
