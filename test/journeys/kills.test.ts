import type { PurchaseStatus } from '../../domain/status';
import type { PlacedOrder } from '../../dev/fake-portal/orders';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { startTemporal, type TemporalForTests } from '../support/temporal';
import { until } from '../support/until';

/**
 * The worker is killed with `kill -9` at the moments that matter. The stories run side by side, each in a set-up of
 * its own, because each has to wait for an activity's start-to-close or heartbeat (60 s): the only ways in which Temporal
 * notices a dead worker.
 */
const PATIENCE_MS = 240_000;

interface Story {
  status: PurchaseStatus;
  orders: PlacedOrder[];
  /** How often an order was sent, taken or not. */
  sent: number;
}

function request(requestId: string) {
  return { ...tutorialRequest(requestId), poNumber: requestId };
}

async function endOf(stack: TestStack, requestId: string): Promise<Story> {
  const { status } = await stack.client.wait(requestId, { timeoutMs: 120_000 });
  const sent = (await stack.portal.requests()).filter(({ endpoint }) => endpoint === 'orders');
  return { status, orders: await stack.portal.ordersWithPo(requestId), sent: sent.length };
}

/** At once, within the run's first workflow task, and then by a step of its own. */
function planIsAskedForTwice(stack: TestStack): Promise<boolean> {
  return until('the call for the plan', async () => {
    const calls = (await stack.portal.requests()).filter(({ endpoint }) => endpoint === 'plans');
    return calls.length === 2;
  });
}

async function killedDuringTheLookUps(): Promise<Story> {
  const stack = await TestStack.start();
  try {
    const worker = await stack.startWorker();
    await stack.portal.fault({ endpoint: 'plans', kind: 'hang', when: 'before', times: 2 });
    await stack.client.start(request('kill-lookup'));
    // All else was found at once.
    await planIsAskedForTwice(stack);
    await worker.kill();
    await stack.startWorker();
    return await endOf(stack, 'kill-lookup');
  } finally {
    await stack.stop();
  }
}

/** Of three pages of PBXs the first has come. */
async function killedBetweenPages(): Promise<Story> {
  const stack = await TestStack.start();
  try {
    await stack.portal.addProducts(Array.from({ length: 70 }, (_, index) => `3651E2${1000 + index}`));
    const pages = async (fault: string) =>
      (await stack.portal.requests()).filter(
        ({ endpoint, faults }) => endpoint === 'products' && faults.includes(fault),
      ).length;
    await stack.portal.fault({ endpoint: 'products', kind: 'latency', ms: 2_000 });
    const worker = await stack.startWorker();
    const license = { kind: 'existing' as const, serialNumber: '3651E21069' };
    await stack.client.start({ ...request('kill-pages'), license });
    await until('the first page', async () => (await pages('latency')) === 1);
    await stack.portal.fault({ endpoint: 'products', kind: 'hang', times: null });
    await until('the other pages', async () => (await pages('hang')) > 1);
    await worker.kill();
    await stack.portal.clearFaults();
    await stack.startWorker();
    return await endOf(stack, 'kill-pages');
  } finally {
    await stack.stop();
  }
}

async function killedBeforeThePost(): Promise<Story> {
  const stack = await TestStack.start();
  try {
    const worker = await stack.startWorker({ WONCE_FAIL_POINT: 'after-attempt-written' });
    await stack.client.start(request('kill-before'));
    await worker.ended();
    await stack.startWorker();
    return await endOf(stack, 'kill-before');
  } finally {
    await stack.stop();
  }
}

async function killedAfterTheVendorTookTheOrder(returnPoNumber: boolean): Promise<Story> {
  const id = `kill-after-${returnPoNumber ? 'shown' : 'not-shown'}`;
  const stack = await TestStack.start();
  try {
    await stack.portal.settings({ returnPoNumber });
    const worker = await stack.startWorker();
    await stack.portal.fault({ endpoint: 'orders', kind: 'hang', when: 'after', times: 1 });
    await stack.client.start(request(id));
    await stack.orderWasSent(id);
    await worker.kill();
    await stack.startWorker();
    return await endOf(stack, id);
  } finally {
    await stack.stop();
  }
}

/** A Temporal server of its own is stopped, so that the answer is in the ledger and cannot be reported. */
async function killedAfterTheAnswerWasRecorded(): Promise<Story> {
  const temporal: TemporalForTests = await startTemporal();
  const stack = await TestStack.start({ temporalAddress: temporal.address });
  try {
    const worker = await stack.startWorker();
    await stack.portal.fault({ endpoint: 'orders', kind: 'latency', ms: 3000, times: 1 });
    await stack.client.start(request('kill-recorded'));
    await until('the attempt in the ledger', () => stack.ledger.latestAttempt('kill-recorded'));
    temporal.freeze();
    await until('the outcome in the ledger', async () => {
      const attempt = await stack.ledger.latestAttempt('kill-recorded');
      return attempt?.outcome === 'created';
    });
    await worker.kill();
    temporal.thaw();
    await stack.startWorker();
    return await endOf(stack, 'kill-recorded');
  } finally {
    await stack.stop();
    await temporal.stop();
  }
}

describe('the worker is killed with kill -9: at most one order, and the status says what is known', () => {
  let stories: PromiseSettledResult<Story>[];

  beforeAll(async () => {
    stories = await Promise.allSettled([
      killedDuringTheLookUps(),
      killedBeforeThePost(),
      killedAfterTheVendorTookTheOrder(true),
      killedAfterTheVendorTookTheOrder(false),
      killedAfterTheAnswerWasRecorded(),
      killedBetweenPages(),
    ]);
  }, PATIENCE_MS);

  function story(index: number): Story {
    const result = stories[index]!;
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }

  it('during the lookups: another worker goes on, and orders once', () => {
    const { status, orders, sent } = story(0);
    expect(status).toMatchObject({ status: 'ordered', attempts: 1 });
    expect(orders).toMatchObject([{ orderNo: status.order!.orderNo }]);
    expect(sent).toBe(1);
  });

  it('between the pages of a list: another worker reads it within the heartbeat, and orders once', () => {
    const { status, orders, sent } = story(5);
    expect(status).toMatchObject({ status: 'ordered', attempts: 1 });
    expect([sent, orders.length]).toEqual([1, 1]);
  });

  it('between the attempt in the ledger and its sending: unknown, waiting for a person, and never sent', () => {
    const { status, orders, sent } = story(1);
    expect([sent, orders]).toEqual([0, []]);
    expect(status).toMatchObject({ status: 'waiting-for-decision', reason: { code: 'OrderOutcomeUnknown' } });
  });

  it.each([
    ['shows references', 2],
    ['shows none', 3],
  ])('after the vendor, which %s, took the order: it is found, with no person involved', (_what, index) => {
    const { status, orders, sent } = story(index);
    expect([sent, orders.length]).toEqual([1, 1]);
    expect(status).toMatchObject({ status: 'ordered', attempts: 1, order: { orderNo: orders[0]!.orderNo } });
  });

  it('after the answer was recorded: ordered, with the order number of the one order', () => {
    const { status, orders, sent } = story(4);
    expect([sent, orders.length]).toEqual([1, 1]);
    expect(status).toMatchObject({ status: 'ordered', order: { orderNo: orders[0]!.orderNo } });
  });
});
