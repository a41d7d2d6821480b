import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { startTemporal, type TemporalForTests } from '../support/temporal';
import { until } from '../support/until';

/**
 * The worker is killed with `kill -9` at the three moments that matter. The stories run side by side, each in a
 * set-up of its own, because each has to wait for createOrder's start-to-close (60 s): the only way in which Temporal
 * notices a dead worker.
 */
const PATIENCE_MS = 240_000;

function request(requestId: string) {
  return { ...tutorialRequest(requestId), poNumber: requestId };
}

async function killedBeforeThePost() {
  const stack = await TestStack.start();
  try {
    const worker = await stack.startWorker();
    // The attempt is in the ledger, and the vendor has not taken the order when the worker dies.
    await stack.portal.fault({ endpoint: 'orders', kind: 'hang', when: 'before', times: 1 });
    await stack.client.start(request('kill-before'));
    await until('the attempt in the ledger', () => stack.ledger.latestAttempt('kill-before'));
    await worker.kill();
    await stack.startWorker();
    const { status } = await stack.client.wait('kill-before', { timeoutMs: 120_000 });
    return { status, orders: await stack.portal.ordersWithPo('kill-before') };
  } finally {
    await stack.stop();
  }
}

async function killedAfterTheVendorTookTheOrder() {
  const stack = await TestStack.start();
  try {
    const worker = await stack.startWorker();
    await stack.portal.fault({ endpoint: 'orders', kind: 'hang', when: 'after', times: 1 });
    await stack.client.start(request('kill-after'));
    await stack.orderWasSent('kill-after');
    await worker.kill();
    await stack.startWorker();
    const { status } = await stack.client.wait('kill-after', { timeoutMs: 120_000 });
    return { status, orders: await stack.portal.ordersWithPo('kill-after') };
  } finally {
    await stack.stop();
  }
}

/** A Temporal server of its own is stopped, so that the answer is in the ledger and cannot be reported. */
async function killedAfterTheAnswerWasRecorded() {
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
    const { status } = await stack.client.wait('kill-recorded', { timeoutMs: 120_000 });
    return { status, orders: await stack.portal.ordersWithPo('kill-recorded') };
  } finally {
    await stack.stop();
    await temporal.stop();
  }
}

describe('the worker is killed with kill -9: at most one order, and the status says what is known', () => {
  let stories: PromiseSettledResult<Awaited<ReturnType<typeof killedBeforeThePost>>>[];

  beforeAll(async () => {
    stories = await Promise.allSettled([
      killedBeforeThePost(),
      killedAfterTheVendorTookTheOrder(),
      killedAfterTheAnswerWasRecorded(),
    ]);
  }, PATIENCE_MS);

  function story(index: number) {
    const result = stories[index]!;
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }

  it('before the vendor took the order: unknown, waiting for a person, no order', () => {
    const { status, orders } = story(0);
    expect(orders).toEqual([]);
    expect(status).toMatchObject({ status: 'waiting-for-decision', reason: { code: 'OrderOutcomeUnknown' } });
  });

  it('after the vendor took the order: unknown, waiting for a person, one order', () => {
    const { status, orders } = story(1);
    expect(orders).toHaveLength(1);
    expect(status).toMatchObject({ status: 'waiting-for-decision', reason: { code: 'OrderOutcomeUnknown' } });
  });

  it('after the answer was recorded: ordered, with the order number of the one order', () => {
    const { status, orders } = story(2);
    expect(orders).toHaveLength(1);
    expect(status).toMatchObject({ status: 'ordered', order: { orderNo: orders[0]!.orderNo } });
  });
});
