import { defaultPayloadConverter } from '@temporalio/common';
import { tsToMs } from '@temporalio/common/lib/time';
import { randomUUID } from 'node:crypto';
import type { OrderScan } from '../../workflows/messages/purchase';
import { WonceClient } from '../../client/wonce-client';
import type { PurchaseRequest } from '../../domain/request';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

/** A house that wants an order sent once more after it was absent for so long, and one that does not. */
const PATIENT_MS = 5_000;
const HOUSES = {
  impatient: { WONCE_REORDER_AFTER_ABSENCE: '1s' },
  patient: { WONCE_REORDER_AFTER_ABSENCE: `${PATIENT_MS}ms`, WONCE_SETTLE_WINDOW: '1m' },
  usual: {},
};

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.start();
  const houses = Object.entries(HOUSES);
  await Promise.all(
    houses.map(([house, env]) => stack.startWorker({ ...env, WONCE_TASK_QUEUE: queueOf(house) })),
  );
});
afterAll(() => stack.stop());

const queueOf = (house: string) => `${stack.taskQueue}-${house}`;

function clientOf(house: keyof typeof HOUSES): WonceClient {
  const { temporal, ledger } = stack;
  return new WonceClient({ taskQueue: queueOf(house), temporal, ledger, problems: [] });
}

/** For a PBX of its own. */
async function request(): Promise<PurchaseRequest> {
  const requestId = `absent-${randomUUID().slice(0, 8)}`;
  const serialNumber = `3651E5${randomUUID().slice(0, 6).toUpperCase()}`;
  await stack.portal.addProducts([serialNumber]);
  return { ...tutorialRequest(requestId), license: { kind: 'existing', serialNumber } };
}

const serialNumberOf = ({ license }: PurchaseRequest) =>
  license.kind === 'existing' ? license.serialNumber : '';

/** The connection is cut at each of its first orders, and the vendor takes none of them. */
async function neverTaken(times: number): Promise<PurchaseRequest> {
  const wanted = await request();
  const match = { productNo: serialNumberOf(wanted) };
  await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'before', match, times });
  return wanted;
}

async function buy(house: keyof typeof HOUSES, wanted: PurchaseRequest) {
  const client = clientOf(house);
  await client.start(wanted);
  return (await client.wait(wanted.requestId)).status;
}

function ordersOf(wanted: PurchaseRequest) {
  return stack.portal.orders(({ body }) => body.includes(`"productNo":"${serialNumberOf(wanted)}"`));
}

const provenAbsent = {
  outcome: 'not-created',
  result: { code: 'OrderProvenAbsent', evidence: { settledBy: 'absence' } },
};

it('an order that was absent for that long is sent once more, and there is one', async () => {
  const wanted = await neverTaken(1);
  const status = await buy('impatient', wanted);
  const orders = await ordersOf(wanted);
  expect(orders).toHaveLength(1);
  expect(status).toMatchObject({ status: 'ordered', attempts: 2, order: { orderNo: orders[0]!.orderNo } });
  const attempts = await stack.ledger.attempts(wanted.requestId);
  expect(attempts).toMatchObject([provenAbsent, { outcome: 'created' }]);
  const absentForMs = attempts[1]!.startedAt.getTime() - attempts[0]!.startedAt.getTime();
  expect(absentForMs).toBeGreaterThanOrEqual(1_000);
  expect((await stack.ledger.verify(wanted.requestId)).ok).toBe(true);
});

it('absent again, it is never sent a third time by itself: a person is asked', async () => {
  const wanted = await neverTaken(2);
  const status = await buy('impatient', wanted);
  expect(status).toMatchObject({
    status: 'waiting-for-decision',
    attempts: 2,
    question: { verb: 'settle', candidates: [] },
  });
  expect(await ordersOf(wanted)).toEqual([]);
  expect(await stack.ledger.attempts(wanted.requestId)).toMatchObject([provenAbsent, { outcome: 'unknown' }]);

  const client = clientOf('impatient');
  await client.decide(wanted.requestId, { verb: 'settle', notCreated: 'order-again', by: 'Ann' });
  expect((await client.wait(wanted.requestId)).status).toMatchObject({ status: 'ordered', attempts: 3 });
  expect(await ordersOf(wanted)).toHaveLength(1);
});

it('a list that shows fewer orders than before proves nothing: the absence begins anew', async () => {
  expect((await buy('patient', await request())).status).toBe('ordered');
  const wanted = await neverTaken(1);
  const { requestId } = wanted;
  const client = clientOf('patient');
  await client.start(wanted);
  const first = await until('the first look', async () => (await scansOf(requestId))[0]);
  await stack.portal.fault({ endpoint: 'order-list', kind: 'short-list', hide: 1, times: null });
  const lastShort = await until('a list that lags for longer than an order is absent', async () => {
    const short = (await scansOf(requestId)).filter(({ ordersSeen }) => ordersSeen < first.ordersSeen);
    const [begun, last] = [short[0]?.at ?? 0, short.at(-1)?.at ?? 0];
    return last - begun > PATIENT_MS && last;
  });
  expect((await client.status(requestId)).status).toMatchObject({ status: 'settling', attempts: 1 });
  await stack.portal.clearFaults();
  expect((await client.wait(requestId)).status).toMatchObject({ status: 'ordered', attempts: 2 });
  const [, second] = await stack.ledger.attempts(requestId);
  expect(second!.startedAt.getTime()).toBeGreaterThanOrEqual(lastShort + PATIENT_MS);
  expect(await ordersOf(wanted)).toHaveLength(1);
});

it('without the setting nothing is sent again, however long it is absent', async () => {
  const wanted = await neverTaken(1);
  expect(await buy('usual', wanted)).toMatchObject({ status: 'waiting-for-decision', attempts: 1 });
  expect(await ordersOf(wanted)).toEqual([]);
  expect(await stack.ledger.attempts(wanted.requestId)).toMatchObject([{ outcome: 'unknown' }]);
});

/** What the looks at the vendor's orders saw so far, and when (ms since 1970). */
async function scansOf(requestId: string): Promise<(OrderScan & { at: number })[]> {
  const { events } = await stack.temporal.workflow.getHandle(purchaseWorkflowIdOf(requestId)).fetchHistory();
  return events!.flatMap((event) => {
    const { scheduledEventId, result } = event.activityTaskCompletedEventAttributes ?? {};
    const scheduled = events!.find(({ eventId }) => String(eventId) === String(scheduledEventId));
    const type = scheduled?.activityTaskScheduledEventAttributes?.activityType?.name;
    if (type !== 'scanOrders') return [];
    const look = defaultPayloadConverter.fromPayload<OrderScan>(result!.payloads![0]!);
    return [{ ...look, at: tsToMs(event.eventTime) }];
  });
}
