import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { PurchaseRequest } from '../../domain/request';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

let stack: TestStack;

beforeEach(async () => {
  stack = await TestStack.start();
});
afterEach(() => stack.stop());

function request(requestId: string, change: Partial<PurchaseRequest> = {}): PurchaseRequest {
  return { ...tutorialRequest(requestId), poNumber: requestId, ...change };
}

it('a portal that is down for a minute: the run waits, says why, and goes on', async () => {
  await stack.startWorker();
  await stack.portal.stop();
  const downSince = Date.now();
  await stack.client.start(request('down-1'));
  const { remarks } = await until('the reason in the status', async () => {
    const report = await stack.client.status('down-1');
    return report.remarks.some((line) => line.includes('has failed')) && report;
  });
  expect(remarks.join(' ')).toMatch(/PortalUnreachable|cannot be reached|unreachable/i);
  await until('a minute of silence', () => Date.now() - downSince > 60_000, 70_000);
  await stack.portal.startAgain();
  const { status } = await stack.client.wait('down-1', { timeoutMs: 60_000 });
  expect(status.status).toBe('ordered');
  expect(await stack.portal.ordersWithPo('down-1')).toHaveLength(1);
});

describe.each([
  ['by HTTP', false],
  ['inside a 200', true],
])('a token that dies, when the vendor says so %s', (_how, unauthorizedInside200) => {
  // The Temporal server knows the purchases of both.
  let id: string;

  beforeEach(async () => {
    id = `token-${randomUUID()}`;
    await stack.startWorker();
    await stack.portal.settings({ unauthorizedInside200 });
  });

  it('between two purchases: it is replaced', async () => {
    await stack.client.start(request(`${id}-first`));
    await stack.client.wait(`${id}-first`);
    await stack.portal.expireTokens();
    await stack.client.start(request(id));
    expect((await stack.client.wait(id)).status).toMatchObject({ status: 'ordered', attempts: 1 });
  });

  it('during a lookup: it is looked up again with another', async () => {
    await stack.portal.fault({ endpoint: 'plans', kind: 'latency', ms: 1500, times: 1 });
    await stack.client.start(request(id));
    await until('the call for the plan', async () =>
      (await stack.portal.requests()).some(({ endpoint }) => endpoint === 'plans'),
    );
    await stack.portal.expireTokens();
    const { status } = await stack.client.wait(id);
    expect(status).toMatchObject({ status: 'ordered', attempts: 1 });
    expect(await stack.portal.ordersWithPo(id)).toHaveLength(1);
  });

  it('between the lookups and the order: nothing was created, a new attempt orders, once', async () => {
    const ledger = new pg.Client({ connectionString: stack.databaseUrl });
    await ledger.connect();
    try {
      // The order waits for its attempt to be written down.
      await ledger.query('begin; lock table order_attempts in share mode');
      await stack.client.start(request(id));
      await until(
        'the end of the lookups',
        async () => (await stack.client.status(id)).status.status === 'ordering',
      );
      await stack.portal.expireTokens();
      await ledger.query('commit');
    } finally {
      await ledger.end();
    }
    const { status } = await stack.client.wait(id);
    expect(status).toMatchObject({ status: 'ordered', attempts: 2 });
    expect(await stack.portal.ordersWithPo(id)).toHaveLength(1);
    const kinds = (await stack.ledger.events(id)).map(({ kind }) => kind);
    expect(kinds).toContain('attempt-not-created');
  });
});

it('429 with Retry-After: lookups and order wait as long as the vendor asks, and the order is made once', async () => {
  await stack.startWorker();
  await stack.portal.fault({ endpoint: 'plans', kind: 'rate-limit', retryAfterSeconds: 2, times: 1 });
  await stack.portal.fault({ endpoint: 'orders', kind: 'rate-limit', retryAfterSeconds: 2, times: 1 });
  const begun = Date.now();
  await stack.client.start(request('slow-down'));
  const { status } = await stack.client.wait('slow-down');
  expect(status).toMatchObject({ status: 'ordered', attempts: 2 });
  expect(Date.now() - begun).toBeGreaterThanOrEqual(4_000);
  expect(await stack.portal.ordersWithPo('slow-down')).toHaveLength(1);
  const kinds = (await stack.ledger.events('slow-down')).map((event) => event.kind);
  expect(kinds).toEqual([
    'accepted',
    'attempt-started',
    'attempt-not-created',
    'attempt-started',
    'attempt-created',
  ]);
});

it('429 with a Retry-After of nothing: the lookup is repeated all the same, with a pause', async () => {
  await stack.startWorker();
  await stack.portal.fault({ endpoint: 'plans', kind: 'rate-limit', retryAfterSeconds: 0, times: 3 });
  const begun = Date.now();
  await stack.client.start(request('no-wait'));
  expect((await stack.client.wait('no-wait')).status).toMatchObject({ status: 'ordered' });
  expect(Date.now() - begun).toBeGreaterThanOrEqual(3_000);
});

it('a failure inside a 200 is a failure: refused with the words of the vendor', async () => {
  await stack.startWorker();
  await stack.portal.fault({
    endpoint: 'orders',
    kind: 'refuse',
    httpStatus: 200,
    code: 'parameter_validation_failed',
    detailMessage: 'quantity is not available',
    times: 1,
  });
  await stack.client.start(request('inside-200'));
  const { status } = await stack.client.wait('inside-200');
  expect(status.status).toBe('refused');
  expect(status.reason!.message).toContain('quantity is not available');
  expect(await stack.portal.ordersWithPo('inside-200')).toEqual([]);
});

it('the wrong client secret: the worker does not start and says which setting to look at', async () => {
  await expect(stack.startWorker({ PORTAL_CLIENT_SECRET: 'wrong-and-planted' })).rejects.toThrow(
    /PORTAL_CLIENT_SECRET/,
  );
  const [worker] = stack.workers;
  expect(await worker!.ended()).toBe(1);
  expect(worker!.output).not.toContain('wrong-and-planted');
});

it('a secret that is changed under a running worker: purchases wait visibly and go on with the right one', async () => {
  const worker = await stack.startWorker();
  await stack.portal.fault({
    endpoint: 'token',
    kind: 'refuse',
    httpStatus: 401,
    code: 'invalid_client',
    detailMessage: 'bad credentials',
    times: null,
  });
  await stack.portal.expireTokens();
  await stack.client.start(request('secret-1'));
  await until('the reason in the status', async () =>
    (await stack.client.status('secret-1')).remarks.some((line) => /PORTAL_CLIENT_SECRET/.test(line)),
  );
  await stack.portal.clearFaults();
  expect((await stack.client.wait('secret-1')).status.status).toBe('ordered');
  expect(worker.output).not.toContain('fake-portal-secret');
});

it.each([
  ['cut after the vendor took it', { kind: 'cut', when: 'after' }, 1],
  ['cut before the vendor took it', { kind: 'cut', when: 'before' }, 0],
  ['a 502 after the vendor took it', { kind: 'server-error', httpStatus: 502, when: 'after' }, 1],
  ['broken JSON after the vendor took it', { kind: 'broken-json', when: 'after' }, 1],
  ['an HTML page with status 200', { kind: 'html', when: 'before' }, 0],
])(
  '%s: the outcome is unknown, and it is never posted again: it is found, or a person is asked with the evidence',
  async (_name, fault, orders) => {
    await stack.startWorker();
    await stack.portal.fault({ endpoint: 'orders', times: null, ...fault });
    const id = `unknown-${randomUUID()}`;
    await stack.client.start(request(id));
    const { status } = await stack.client.wait(id);
    const expected = orders === 1 ? 'ordered' : 'waiting-for-decision';
    expect(status).toMatchObject({ status: expected, attempts: 1 });
    if (orders === 0) {
      expect(status.evidence).toBeDefined();
      expect(status.reason!.message).toMatch(/not sent again/);
    }
    expect(await stack.portal.ordersWithPo(id)).toHaveLength(orders);
    const sent = (await stack.portal.requests()).filter(
      (call) => call.method === 'POST' && call.path.includes('/order/'),
    );
    expect(sent).toHaveLength(1);
    expect(await stack.ledger.find(id)).toMatchObject({ status: expected });
  },
);

it('a pending order is confirming until the vendor calls it done', async () => {
  await stack.startWorker();
  await stack.portal.settings({ orderStatus: 'pending' });
  await stack.client.start(request('pending-1'));
  const { order } = await until('confirming', async () => {
    const { status } = await stack.client.status('pending-1');
    return status.status === 'confirming' && status;
  });
  await stack.portal.setOrderStatus(order!.orderNo, 'succeed');
  const { status } = await stack.client.wait('pending-1');
  expect(status).toMatchObject({
    status: 'ordered',
    order: { orderNo: order!.orderNo, orderStatus: 'succeed' },
  });
  expect(await stack.ledger.find('pending-1')).toMatchObject({ status: 'ordered' });
});

it('an order that the vendor reports as failed ends refused, with its number kept', async () => {
  await stack.startWorker();
  await stack.portal.settings({ orderStatus: 'failed' });
  await stack.client.start(request('failed-1'));
  const { status } = await stack.client.wait('failed-1');
  expect(status).toMatchObject({
    status: 'refused',
    reason: { code: 'OrderNotFulfilled' },
    order: { orderStatus: 'failed' },
  });
});

describe('cancellation', () => {
  it('before the order: cancelled, and nothing is sent', async () => {
    await stack.startWorker();
    await stack.portal.fault({
      endpoint: 'plans',
      kind: 'server-error',
      httpStatus: 503,
      when: 'before',
      times: null,
    });
    await stack.client.start(request('cancel-1'));
    await until('the lookup failing', async () => (await stack.client.status('cancel-1')).remarks.length > 0);
    await stack.temporal.workflow.getHandle('purchase:cancel-1').cancel();
    const { status } = await stack.client.wait('cancel-1');
    expect(status.status).toBe('cancelled');
    expect(await stack.portal.ordersWithPo('cancel-1')).toEqual([]);
    await until('the run to be cancelled', async () => {
      const run = await stack.temporal.workflow.getHandle('purchase:cancel-1').describe();
      return run.status.name === 'CANCELLED';
    });
  });

  it('after the order has begun: the order is finished and the cancellation recorded', async () => {
    await stack.startWorker();
    await stack.portal.fault({ endpoint: 'orders', kind: 'latency', ms: 3000, times: 1 });
    await stack.client.start(request('cancel-2'));
    await until('the attempt in the ledger', () => stack.ledger.latestAttempt('cancel-2'));
    await stack.temporal.workflow.getHandle('purchase:cancel-2').cancel();
    const { status } = await stack.client.wait('cancel-2');
    expect(status).toMatchObject({ status: 'ordered', cancellationRequested: true });
    const kinds = (await stack.ledger.events('cancel-2')).map((event) => event.kind);
    expect(kinds).toContain('cancellation-too-late');
    expect(await stack.portal.ordersWithPo('cancel-2')).toHaveLength(1);
  });
});

it('no secret, token or e-mail address stands in the history, the ledger or the log', async () => {
  const worker = await stack.startWorker({ WONCE_LOG_LEVEL: 'trace' });
  await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'after', times: 1 });
  await stack.client.start(request('quiet-1'));
  await stack.client.wait('quiet-1');
  const refused = request('quiet-2', { billingContact: { company: 'nobody' } });
  await stack.client.start(refused);
  await stack.client.wait('quiet-2');
  const histories = await Promise.all(
    ['quiet-1', 'quiet-2'].map(async (id) => {
      const history = await stack.temporal.workflow.getHandle(`purchase:${id}`).fetchHistory();
      // Payloads stand in a history as base64: looked into, not at.
      return JSON.stringify(history).replace(/"data":"([^"]*)"/g, (_all, data: string) =>
        Buffer.from(data, 'base64').toString('utf8'),
      );
    }),
  );
  const events = JSON.stringify(
    await Promise.all(['quiet-1', 'quiet-2'].map((id) => stack.ledger.events(id))),
  );
  for (const text of [...histories, events, worker.output]) {
    expect(text).not.toMatch(/fake-portal-secret|Bearer |eyJ[A-Za-z0-9_-]{8}/);
    expect(text).not.toContain('accounts@reseller.example');
  }
});
