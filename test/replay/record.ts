import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DecisionContent } from '../../src/orders/decision';
import type { PurchaseRequest } from '../../src/orders/request';
import { ROOT } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { startTemporal } from '../support/temporal';
import { until } from '../support/until';

/**
 * Records the history of every way a purchase can take, as fixtures of the replay test. Run by hand, for a way that is
 * new: npm test -- --testMatch '<rootDir>/test/replay/record.ts' -t '^NAME$'. A recording that exists is never made anew
 * because a change broke it: that is what it is for.
 */
type Way = (stack: TestStack, request: PurchaseRequest) => Promise<void>;

const started: Way = async (stack, request) => {
  await stack.client.start(request);
};

/** A person is asked about the purchase, and the ledger says so. */
async function asked(stack: TestStack, { requestId }: PurchaseRequest) {
  const { status } = await stack.client.wait(requestId);
  await until('the question in the ledger', async () => (await stack.ledger.find(requestId))?.question);
  return status.question!;
}

const decide = (stack: TestStack, { requestId }: PurchaseRequest, decision: DecisionContent) =>
  stack.client.decide(requestId, { ...decision, by: 'Ann', why: 'looked into the portal' });

/** The vendor never took the order, and a person is asked what became of it. */
const neverTaken: Way = async (stack, request) => {
  await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'before' });
  await stack.client.start(request);
  await asked(stack, request);
};

const forOneOfTwoPartners: Way = async (stack, request) => {
  await stack.client.start({ ...request, license: { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } } });
};

/** Pending at several looks, and then done. */
const watched: Way = async (stack, request) => {
  await stack.portal.settings({ orderStatus: 'pending' });
  await stack.client.start(request);
  await until('a third look', async () => (await looks(stack)) >= 3);
  const [order] = await stack.portal.orders();
  await stack.portal.setOrderStatus(order!.orderNo, 'succeed');
};

async function looks({ portal }: TestStack): Promise<number> {
  return (await portal.requests()).filter(({ endpoint }) => endpoint === 'order-details').length;
}

const WAYS: Record<string, Way> = {
  ordered: started,
  'ordered-new-licence': async (stack, request) => {
    await stack.client.start({
      ...request,
      license: { kind: 'new', partner: { email: 'it@harbour-hotels.example' } },
    });
  },
  'ordered-after-slow-down': async (stack, request) => {
    await stack.portal.fault({ endpoint: 'orders', kind: 'rate-limit', retryAfterSeconds: 1 });
    await stack.client.start(request);
  },
  'ordered-after-confirming': async (stack, request) => {
    await stack.portal.settings({ orderStatus: 'pending' });
    await stack.client.start(request);
    const [order] = await until('the order', async () => {
      const orders = await stack.portal.orders();
      return orders.length > 0 && orders;
    });
    await stack.portal.setOrderStatus(order!.orderNo, 'succeed');
  },
  'ordered-cancellation-too-late': async (stack, request) => {
    await stack.portal.fault({ endpoint: 'orders', kind: 'latency', ms: 2000 });
    await stack.client.start(request);
    await until('the attempt', () => stack.ledger.latestAttempt(request.requestId));
    await stack.temporal.workflow.getHandle(`purchase:${request.requestId}`).cancel();
  },
  'refused-plan-not-found': async (stack, request) => {
    await stack.client.start({ ...request, plan: 'Platinum', services: [] });
  },
  'refused-partner-ambiguous': async (stack, request) => {
    await stack.client.start({
      ...request,
      license: { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } },
    });
  },
  'refused-by-vendor': async (stack, request) => {
    await stack.portal.fault({
      endpoint: 'orders',
      kind: 'refuse',
      httpStatus: 200,
      code: 'no',
      detailMessage: 'no',
    });
    await stack.client.start(request);
  },
  cancelled: async (stack, request) => {
    await stack.portal.fault({ endpoint: 'plans', kind: 'latency', ms: 5000 });
    await stack.client.start(request);
    await until('acceptance', () => stack.ledger.find(request.requestId));
    await stack.temporal.workflow.getHandle(`purchase:${request.requestId}`).cancel();
  },
  'unknown-connection-cut': async (stack, request) => {
    await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'after' });
    await stack.client.start(request);
  },
  'unknown-worker-killed': async (stack, request) => {
    await stack.portal.fault({ endpoint: 'orders', kind: 'hang', when: 'after' });
    await stack.client.start(request);
    await until('the attempt', () => stack.ledger.latestAttempt(request.requestId));
    await stack.workers[0]!.kill();
    await stack.startWorker();
  },
  'settled-by-reference': async (stack, request) => {
    await stack.portal.settings({ returnPoNumber: true });
    await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'after' });
    await stack.client.start(request);
  },
  'settled-by-content': async (stack, request) => {
    await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'after' });
    await stack.client.start(request);
  },
  'settled-by-decision': async (stack, request) => {
    await stack.portal.settings({ showOrderSummary: false });
    await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'after' });
    await stack.client.start(request);
    const { candidates } = await asked(stack, request);
    await decide(stack, request, { verb: 'settle', created: candidates[0]!.id });
  },
  'ordered-again-by-decision': async (stack, request) => {
    await neverTaken(stack, request);
    await decide(stack, request, { verb: 'settle', notCreated: 'order-again' });
  },
  'stopped-by-decision': async (stack, request) => {
    await neverTaken(stack, request);
    await decide(stack, request, { verb: 'settle', notCreated: 'stop' });
  },
  'chosen-partner': async (stack, request) => {
    await forOneOfTwoPartners(stack, request);
    const { candidates } = await asked(stack, request);
    await decide(stack, request, { verb: 'choose', id: candidates[1]!.id });
  },
  'cancelled-by-decision': async (stack, request) => {
    await forOneOfTwoPartners(stack, request);
    await asked(stack, request);
    await decide(stack, request, { verb: 'cancel' });
  },
  'waiting-for-decision': neverTaken,
  'reordered-after-absence': async (stack, request) => {
    await stack.workers[0]!.stop();
    await stack.startWorker({ WONCE_REORDER_AFTER_ABSENCE: '1s' });
    await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'before' });
    await stack.client.start(request);
  },
  watched,
  'watched-continued': watched,
};

/** Whose run is still open when it is recorded. */
const OPEN = ['waiting-for-decision'];

/** Whose server suggests to continue as new after few events, as any does after some thousand: the last run counts. */
const SHORT_HISTORIES = ['watched-continued'];

it.each(Object.entries(WAYS))(
  '%s',
  async (name, way) => {
    const file = join(__dirname, 'histories', `${name}.json`);
    if (existsSync(file)) throw new Error(`${file} is there, and stays.`);
    const suggestAfter = { 'limit.historyCount.suggestContinueAsNew': '40' };
    const temporal = SHORT_HISTORIES.includes(name) ? await startTemporal(suggestAfter) : undefined;
    const stack = await TestStack.start(temporal && { temporalAddress: temporal.address });
    await stack.startWorker();
    const requestId = `${name}-${randomUUID().slice(0, 8)}`;
    await way(stack, tutorialRequest(requestId));
    const handle = stack.temporal.workflow.getHandle(`purchase:${requestId}`);
    if (!OPEN.includes(name)) await handle.result().catch(() => undefined);
    const json = JSON.stringify(JSON.parse(historyToJSON(await handle.fetchHistory())), null, 1);
    // Neither the machine's name and folders nor the process's number is part of the specification.
    const impersonal = json.replace(/\d+@[\w.-]+/g, 'worker@recorded').replaceAll(`${ROOT}/`, '/app/');
    writeFileSync(file, `${impersonal}\n`);
    await stack.stop();
    await temporal?.stop();
  },
  150_000,
);
