import type { ScheduleHandle } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import type { ComparedBooks, Difference } from '../../domain/books';
import { COMPARE_BOOKS_WORKFLOW } from '../../domain/workflow-ids';
import type { BooksWorkflow } from '../../workflows/messages/books';
import { NoticeReceiver } from '../support/notice-receiver';
import { wonceWith } from '../support/npm-start';
import { spawnProcess } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

let stack: TestStack;
let receiver: NoticeReceiver;

beforeAll(async () => {
  receiver = await NoticeReceiver.start(SECRET);
});
beforeEach(async () => {
  stack = await TestStack.start();
  await stack.startWorker({
    WONCE_SETTLE_CLOCK_ALLOWANCE: '1ms',
    WONCE_NOTICES: receiver.url,
    WONCE_NOTICES_SECRET: SECRET,
  });
});
afterEach(() => stack.stop());
afterAll(() => receiver.stop());

const compare = (since?: string): Promise<ComparedBooks> =>
  stack.temporal.workflow.execute<BooksWorkflow>(COMPARE_BOOKS_WORKFLOW, {
    workflowId: `books:${randomUUID()}`,
    taskQueue: stack.taskQueue,
    args: since === undefined ? [] : [since],
  });

/** Everything that is kept as a difference. */
const kept = (): Promise<Difference[]> => stack.ledger.books.differences(new Date(0));

async function bought(name: string, change: object = {}): Promise<{ requestId: string; orderNo: string }> {
  const requestId = `books-${name}-${randomUUID().slice(0, 8)}`;
  await stack.client.start({ ...tutorialRequest(requestId), ...change });
  const { status } = await stack.client.wait(requestId, { timeoutMs: 60_000 });
  expect(status.status).toBe('ordered');
  return { requestId, orderNo: status.order!.orderNo };
}

async function bodyOf(orderNo: string): Promise<string> {
  const [order] = await stack.portal.orders((one) => one.orderNo === orderNo);
  return order!.body;
}

/** The same order under another purchase order number, or none of its own. */
const withReference = (body: string, reference: string) =>
  body.replace(/"poNumber":"[^"]*"/, `"poNumber":"${reference}"`);

async function refused(name: string, change: object = {}): Promise<string> {
  const requestId = `books-${name}-${randomUUID().slice(0, 8)}`;
  await stack.client.start({ ...tutorialRequest(requestId), plan: 'Platinum', services: [], ...change });
  const { status } = await stack.client.wait(requestId, { timeoutMs: 60_000 });
  expect(status.status).toBe('refused');
  return requestId;
}

const posts = async () =>
  (await stack.portal.requests()).filter(({ method, endpoint }) => method !== 'GET' && endpoint !== 'token')
    .length;

it('books that agree: nothing differs, nothing is ordered, and nothing is told', async () => {
  await bought('agree');
  await bought('new', { license: { kind: 'new', partner: { email: 'it@harbour-hotels.example' } } });
  const before = await posts();
  expect(await compare()).toMatchObject({
    ...{ isComplete: true, ordersAtVendor: 2, ordersHere: 2, contentsCompared: 2, notRead: 0 },
    ...{ differences: {}, news: { count: 0, differences: [] }, unsettled: { count: 0, requestIds: [] } },
  });
  expect(await posts()).toBe(before);
});

it('an order that nobody asked for is told once; what is older than the first request is nobody’s business', async () => {
  const before = Date.now() - 60_000;
  const { orderNo } = await bought('unasked');
  const body = withReference(await bodyOf(orderNo), 'BY-HAND');
  await stack.portal.orderByHand(body, before);
  const byHand = await stack.portal.orderByHand(body);
  const { differences, news } = await compare();
  expect([differences, news.count]).toEqual([{ unasked: 1 }, 1]);
  expect(await kept()).toMatchObject([{ kind: 'unasked', orderNo: byHand, orderStatus: 'succeed' }]);
  expect(await compare()).toMatchObject({ differences: { unasked: 1 }, news: { count: 0 } });
  // Whoever asks for a longer time gets the older one as well; the nightly one goes on as before.
  expect((await compare(new Date(before - 1).toISOString())).differences).toEqual({ unasked: 2 });
  expect((await compare()).differences).toEqual({ unasked: 1 });
  // Cancelled in the portal, it is none any more.
  await stack.portal.setOrderStatus(byHand, 'cancelled');
  expect((await compare()).differences).toEqual({});
});

it('an order of ours that ended at the vendor since is told, and once more when it changes', async () => {
  const { orderNo, requestId } = await bought('ended');
  await stack.portal.setOrderStatus(orderNo, 'refunded');
  expect((await compare()).news).toMatchObject({
    count: 1,
    differences: [{ kind: 'ended', orderNo, requestId, status: 'ordered', orderStatus: 'refunded' }],
  });
  expect((await compare()).news.count).toBe(0);
  await stack.portal.setOrderStatus(orderNo, 'cancelled');
  expect((await compare()).news).toMatchObject({ count: 1, differences: [{ orderStatus: 'cancelled' }] });
  await stack.portal.setOrderStatus(orderNo, 'succeed');
  expect((await compare()).differences).toEqual({});
  // Nothing of it changes how the purchase stands.
  expect((await stack.ledger.find(requestId))!.status).toBe('ordered');
});

it('an order of ours that was changed since says in what: amount, plan, billing contact', async () => {
  const { orderNo } = await bought('changed');
  const body = await bodyOf(orderNo);
  await stack.portal.setOrderBody(orderNo, body.replace('"quantity":100', '"quantity":150'));
  const [difference] = (await compare()).news.differences;
  expect(difference).toMatchObject({ kind: 'changed', orderNo });
  expect(difference!.changes).toEqual([
    {
      field: 'plan and services',
      here: expect.stringMatching(/× 100/) as string,
      vendor: expect.stringMatching(/× 150/) as string,
    },
  ]);
  await stack.portal.setOrderBody(orderNo, body.replace('3197218168379846218', '3197218168379846221'));
  expect((await compare()).news.differences[0]!.changes).toEqual([
    { field: 'billing contact', here: '3197218168379846218', vendor: '3197218168379846221' },
  ]);
  await stack.portal.setOrderBody(orderNo, body);
  expect((await compare()).differences).toEqual({});
});

it('an order of ours that the vendor has no more is told, and never while its list is not complete', async () => {
  const { orderNo } = await bought('missing');
  await bought('there');
  await bought('there-too');
  await stack.portal.removeOrder(orderNo);
  await stack.portal.fault({ endpoint: 'order-list', kind: 'row-twice', times: null });
  const incomplete = await compare();
  expect([incomplete.isComplete, incomplete.differences]).toEqual([false, {}]);
  await stack.portal.clearFaults();
  expect((await compare()).news.differences).toMatchObject([{ kind: 'missing', orderNo }]);
  await stack.portal.fault({ endpoint: 'order-list', kind: 'row-twice', times: null });
  expect(await compare()).toMatchObject({ isComplete: false, differences: { missing: 1 } });
});

it('a list that shows one order too few is no proof: each is looked for by itself', async () => {
  await bought('hidden');
  await stack.portal.fault({ endpoint: 'order-list', kind: 'short-list', hide: 1, times: null });
  expect(await compare()).toMatchObject({ isComplete: true, ordersAtVendor: 0, differences: {} });
});

describe.each([true, false])('where references are shown: %s', (returnPoNumber) => {
  beforeEach(() => stack.portal.settings({ returnPoNumber }));

  it('an order of a request that was stopped is found by what it holds', async () => {
    await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'before' });
    const requestId = `books-stopped-${randomUUID().slice(0, 8)}`;
    await stack.client.start(tutorialRequest(requestId));
    await stack.client.wait(requestId, { timeoutMs: 60_000 });
    const unsettled = await compare();
    expect(unsettled).toMatchObject({ unsettled: { count: 1, requestIds: [requestId] }, differences: {} });
    const [attempt] = await stack.ledger.attempts(requestId);
    await stack.client.decide(requestId, { verb: 'settle', notCreated: 'stop', by: 'Ann' });
    await until('the end', async () => (await stack.ledger.find(requestId))?.status === 'refused');
    const orderNo = await stack.portal.orderByHand(attempt!.body);
    expect((await compare()).news.differences).toMatchObject([
      {
        kind: 'given-up',
        orderNo,
        requestId,
        status: 'refused',
        by: returnPoNumber ? 'reference' : 'content',
      },
    ]);
  });

  it('while nobody knows what became of an attempt, an order that may be its own is no difference', async () => {
    await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'after' });
    await stack.portal.fault({ endpoint: 'order-list', kind: 'server-error', times: 3 });
    const requestId = `books-unknown-${randomUUID().slice(0, 8)}`;
    await stack.client.start({ ...tutorialRequest(requestId), services: [] });
    await stack.orderWasSent(
      (await until('the attempt', async () => (await stack.ledger.latestAttempt(requestId))?.body)).replace(
        /^.*"poNumber":"([^"]*)".*$/s,
        '$1',
      ),
    );
    await until(
      'an unknown outcome',
      async () => (await stack.ledger.latestAttempt(requestId))?.outcome !== undefined,
    );
    const compared = await compare();
    expect(compared.differences).toEqual({});
  });
});

describe('by their references', () => {
  beforeEach(() => stack.portal.settings({ returnPoNumber: true }));

  it('an order with the reference of a request that was refused, or that has another order', async () => {
    const { orderNo, requestId } = await bought('second');
    const gaveUp = await refused('given-up', { poNumber: 'PO-BOOKS-1' });
    const body = await bodyOf(orderNo);
    const second = await stack.portal.orderByHand(body);
    const givenUp = await stack.portal.orderByHand(withReference(body, 'PO-BOOKS-1'));
    const { news } = await compare();
    expect(news.differences).toHaveLength(2);
    expect(await kept()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'second', orderNo: second, requestId, by: 'reference' }),
        expect.objectContaining({ kind: 'given-up', orderNo: givenUp, requestId: gaveUp, by: 'reference' }),
      ]),
    );
  });

  it('a reference that a customer gave may be on an order of another content: that one nobody asked for', async () => {
    const { orderNo } = await bought('customer', { poNumber: 'PO-BOOKS-2' });
    const byHand = await stack.portal.orderByHand(
      (await bodyOf(orderNo)).replace('"quantity":100', '"quantity":50'),
    );
    expect((await compare()).news.differences).toMatchObject([{ kind: 'unasked', orderNo: byHand }]);
  });
});

it('orders that are made while the comparison reads are no difference', async () => {
  await bought('before');
  await stack.portal.settings({ latencyMs: 100, largestPage: 1 });
  const comparing = compare();
  const requestIds = Array.from({ length: 5 }, (_, n) => `books-meanwhile-${n}-${randomUUID().slice(0, 8)}`);
  for (const requestId of requestIds) await stack.client.start(tutorialRequest(requestId));
  const compared = await comparing;
  expect(compared.differences).toEqual({});
  await stack.portal.settings({ latencyMs: 0, largestPage: null });
  for (const requestId of requestIds) await stack.client.wait(requestId, { timeoutMs: 60_000 });
  expect(await compare()).toMatchObject({ ordersHere: 6, differences: {} });
}, 120_000);

it('a vendor whose clock is behind or ahead makes no difference of orders from before the first request', async () => {
  await stack.workers[0]!.stop();
  await stack.startWorker();
  const { orderNo } = await bought('clock');
  const body = withReference(await bodyOf(orderNo), 'BEFORE');
  for (const minutes of [-9, 9]) await stack.portal.orderByHand(body, Date.now() + minutes * 60_000);
  expect((await compare()).differences).toEqual({});
  await stack.portal.orderByHand(body, Date.now() + 11 * 60_000);
  expect((await compare()).differences).toEqual({ unasked: 1 });
});

it('orders that cannot be read one by one are left open, and said', async () => {
  const { orderNo } = await bought('unread');
  await stack.portal.setOrderStatus(orderNo, 'refunded');
  await stack.portal.fault({ endpoint: 'order-details', kind: 'server-error', times: null });
  expect(await compare()).toMatchObject({ notRead: 1, differences: {} });
  await stack.portal.clearFaults();
  expect((await compare()).differences).toEqual({ ended: 1 });
  await stack.portal.fault({ endpoint: 'order-details', kind: 'server-error', times: null });
  expect(await compare()).toMatchObject({ notRead: 1, differences: { ended: 1 }, news: { count: 0 } });
});

it('orders that show no number anywhere are nobody’s for sure, and ours are found by themselves', async () => {
  await stack.portal.settings({ showOrderNo: false });
  const { orderNo } = await bought('by-id');
  await stack.portal.orderByHand(withReference(await bodyOf(orderNo), 'BY-HAND'));
  expect(await compare()).toMatchObject({ unclear: 2, contentsCompared: 1, differences: {} });
  await stack.portal.setOrderStatus(orderNo, 'refunded');
  expect((await compare()).differences).toEqual({ ended: 1 });
});

it('orders of nobody that show no time may be older than the first request: they are counted, and not told', async () => {
  await stack.portal.settings({ createTimeUnit: 'missing' });
  const { orderNo } = await bought('undated');
  await stack.portal.orderByHand(withReference(await bodyOf(orderNo), 'BY-HAND'));
  expect(await compare()).toMatchObject({ unclear: 1, differences: {} });
});

it('the command shows what differs, as a table, JSON and CSV; a notice tells what is new, once', async () => {
  const nothing = await wonceWith(stack.env(), 'reconcile');
  expect([nothing.code, nothing.stdout.split('\n')[0]]).toEqual([0, 'Nothing differs.']);
  const { orderNo, requestId } = await bought('command');
  await stack.portal.setOrderStatus(orderNo, 'refunded');
  const table = await wonceWith(stack.env(), 'reconcile');
  expect(table.code).toBe(1);
  expect(table.stdout).toMatch(
    new RegExp(
      `^ended +${orderNo} +refunded +ordered +\\S*${requestId.slice(-8)} +\\d{4}-\\d\\d-\\d\\d$`,
      'm',
    ),
  );
  expect(table.stdout).toContain('ended: an order of ours that the vendor has cancelled');
  const json = await wonceWith(stack.env(), 'reconcile', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    ...{ isComplete: true, ordersAtVendor: 1, news: { count: 0 } },
    differences: [{ kind: 'ended', orderNo, requestId }],
  });
  const csv = await wonceWith(stack.env(), 'reconcile', '--csv');
  expect(csv.stdout).toContain(`\r\nended,${orderNo},refunded,${requestId},ordered,`);
  const later = await wonceWith(stack.env(), 'reconcile', '--since', new Date().toISOString());
  expect([later.code, later.stdout.split('\n')[0]]).toEqual([0, 'Nothing differs.']);
  const wrong = await wonceWith(stack.env(), 'reconcile', '--since', 'yesterday');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('such as 2026-11-01')]);

  for (const _ of [1, 2]) {
    await stack.temporal.workflow.execute('tellWaiting', {
      workflowId: `books-notices-${randomUUID()}`,
      taskQueue: stack.taskQueue,
    });
  }
  const told = await until('the notice', () => receiver.received.find(({ body }) => body.includes(orderNo)));
  expect(JSON.parse(told.body)).toMatchObject({
    type: 'books.differ',
    data: { differences: 1, what: `1 order ended at the vendor (${orderNo})` },
  });
  expect(receiver.received.filter(({ body }) => body.includes(orderNo))).toHaveLength(1);
}, 120_000);

it('without a worker the command says so, and does not wait', async () => {
  const { code, stderr } = await wonceWith({ ...stack.env(), WONCE_TASK_QUEUE: 'nobody' }, 'reconcile');
  expect([code, stderr]).toEqual([1, expect.stringContaining('NoWorker')]);
});

it.each([['yesterday'], [5]])(
  'a run that is started with %j fails, and says what was expected',
  async (since) => {
    await expect(compare(since as string)).rejects.toMatchObject({
      cause: { type: 'InvalidBooks', message: expect.stringMatching(/a time with its zone/) as string },
    });
  },
);

describe('the schedule', () => {
  let schedule: ScheduleHandle;
  const startServer = async (env: Record<string, string>) => {
    const server = spawnProcess('server/main.js', { ...stack.env(), WONCE_PORT: '0', ...env });
    await server.saw(/schedules made/);
    return server;
  };

  beforeEach(() => {
    schedule = stack.temporal.schedule.getHandle('books');
  });
  afterEach(() => schedule.delete());

  it('the server makes it, for the night unless another time is said; switched off, it says how to delete it', async () => {
    await (await startServer({ WONCE_BOOKS: 'off' })).stop();
    await expect(schedule.describe()).rejects.toThrow(/not found/i);
    await (await startServer({ WONCE_BOOKS: '' })).stop();
    const nightly = await schedule.describe();
    expect(nightly.action).toMatchObject({ workflowType: COMPARE_BOOKS_WORKFLOW });
    expect(nightly.spec.calendars).toMatchObject([{ hour: [{ start: 2 }], minute: [{ start: 0 }] }]);
    await (await startServer({ WONCE_BOOKS: '23:30' })).stop();
    expect((await schedule.describe()).spec.calendars).toMatchObject([
      { hour: [{ start: 23 }], minute: [{ start: 30 }] },
    ]);
    const off = await startServer({ WONCE_BOOKS: 'off' });
    await off.saw(/temporal schedule delete --schedule-id books/);
    await off.stop();
  });

  it('what it starts compares', async () => {
    const { orderNo } = await bought('scheduled');
    await stack.portal.setOrderStatus(orderNo, 'refunded');
    await (await startServer({ WONCE_BOOKS: '02:00' })).stop();
    await schedule.trigger();
    await until('the difference', async () => (await kept()).length === 1);
  });
});
