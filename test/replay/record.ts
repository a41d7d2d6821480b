import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PurchaseRequest } from '../../src/orders/request';
import { ROOT } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

/**
 * Records the history of every way a purchase can take, as fixtures of the replay test. Run by hand, for a way that is
 * new: npm test -- --testMatch '<rootDir>/test/replay/record.ts' -t NAME. A recording that exists is never made anew
 * because a change broke it: that is what it is for.
 */
type Way = (stack: TestStack, request: PurchaseRequest) => Promise<void>;

const started: Way = async (stack, request) => {
  await stack.client.start(request);
};

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
};

it.each(Object.entries(WAYS))(
  '%s',
  async (name, way) => {
    const stack = await TestStack.start();
    await stack.startWorker();
    const requestId = `${name}-${randomUUID().slice(0, 8)}`;
    await way(stack, tutorialRequest(requestId));
    const handle = stack.temporal.workflow.getHandle(`purchase:${requestId}`);
    await handle.result().catch(() => undefined);
    const json = JSON.stringify(JSON.parse(historyToJSON(await handle.fetchHistory())), null, 1);
    // Neither the machine's name and folders nor the process's number is part of the specification.
    const impersonal = json.replace(/\d+@[\w.-]+/g, 'worker@recorded').replaceAll(`${ROOT}/`, '/app/');
    writeFileSync(join(__dirname, 'histories', `${name}.json`), `${impersonal}\n`);
    await stack.stop();
  },
  150_000,
);
