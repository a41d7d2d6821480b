import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { DecisionContent } from '../../domain/decision';
import type { OrderOutcome } from '../../domain/outcome';
import { referenceOf } from '../../validation/reference';
import type { PurchaseRequest } from '../../domain/request';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.start();
  await stack.startWorker();
});
afterEach(async () => {
  await stack.portal.clearFaults();
  await stack.portal.settings({ returnPoNumber: false, createTimeUnit: 'ms' });
});
afterAll(() => stack.stop());

/** Each for a PBX of its own, unless two are to be alike. */
async function request(change: Partial<PurchaseRequest> = {}): Promise<PurchaseRequest> {
  const requestId = `settle-${randomUUID().slice(0, 8)}`;
  const serialNumber = `3651E3${randomUUID().slice(0, 6).toUpperCase()}`;
  await stack.portal.addProducts([serialNumber]);
  return { ...tutorialRequest(requestId), license: { kind: 'existing', serialNumber }, ...change };
}

function startWithFault(wanted: PurchaseRequest, fault: Record<string, unknown>): Promise<unknown> {
  const { license } = wanted;
  const match = license.kind === 'existing' ? { match: { productNo: license.serialNumber } } : {};
  return stack.portal.fault({ endpoint: 'orders', ...match, ...fault });
}

async function buy(wanted: PurchaseRequest) {
  await stack.client.start(wanted);
  return (await stack.client.wait(wanted.requestId)).status;
}

const decide = (wanted: PurchaseRequest, what: DecisionContent) =>
  stack.client.decide(wanted.requestId, { ...what, by: 'Ann', why: 'looked into the portal' });

function ordersOf({ license }: PurchaseRequest) {
  const serialNumber = license.kind === 'existing' ? license.serialNumber : '';
  return stack.portal.orders(({ body }) => body.includes(`"productNo":"${serialNumber}"`));
}

const kinds = async ({ requestId }: PurchaseRequest) =>
  (await stack.ledger.events(requestId)).map(({ kind }) => kind);

describe('an order whose answer was lost is found among the vendor’s, with no person involved', () => {
  it.each([
    ['cut', { kind: 'cut', when: 'after' }],
    ['a 502', { kind: 'server-error', httpStatus: 502, when: 'after' }],
    ['broken JSON', { kind: 'broken-json', when: 'after' }],
    ['an HTML page', { kind: 'html', when: 'after' }],
  ])('%s', async (_what, fault) => {
    for (const returnPoNumber of [true, false]) {
      await stack.portal.settings({ returnPoNumber });
      const wanted = await request();
      await startWithFault(wanted, fault);
      const status = await buy(wanted);
      const [order, ...more] = await ordersOf(wanted);
      expect(more).toEqual([]);
      expect(status).toMatchObject({ status: 'ordered', attempts: 1, order: { orderNo: order!.orderNo } });
      expect(status.reason).toBeUndefined();
      expect(await kinds(wanted)).toEqual([
        'accepted',
        'attempt-started',
        'attempt-unknown',
        'attempt-created',
      ]);
      const attempt = await stack.ledger.latestAttempt(wanted.requestId);
      const settledBy = returnPoNumber ? 'reference' : 'content';
      expect(attempt!.result!.evidence).toMatchObject({ settledBy });
      expect((await stack.client.audit(wanted.requestId)).verification.ok).toBe(true);
    }
  });

  it('and an order that is pending is then watched', async () => {
    const wanted = await request();
    await startWithFault(wanted, { kind: 'order-status', status: 'pending' });
    await startWithFault(wanted, { kind: 'cut', when: 'after' });
    await stack.client.start(wanted);
    const { order } = await until('confirming', async () => {
      const { status } = await stack.client.status(wanted.requestId);
      return status.status === 'confirming' && status;
    });
    await stack.portal.setOrderStatus(order!.orderNo, 'succeed');
    expect((await stack.client.wait(wanted.requestId)).status.status).toBe('ordered');
  });
});

describe('an order that the vendor never took', () => {
  async function waiting() {
    const wanted = await request();
    await startWithFault(wanted, { kind: 'cut', when: 'before' });
    const status = await buy(wanted);
    expect(status).toMatchObject({
      status: 'waiting-for-decision',
      attempts: 1,
      question: { verb: 'settle', candidates: [] },
    });
    expect(await stack.ledger.find(wanted.requestId)).toMatchObject({
      status: 'waiting-for-decision',
      question: { verb: 'settle' },
    });
    return wanted;
  }

  it('is ordered again when a person says so, once', async () => {
    const wanted = await waiting();
    expect(await ordersOf(wanted)).toEqual([]);
    await decide(wanted, { verb: 'settle', notCreated: 'order-again' });
    const { status } = await stack.client.wait(wanted.requestId);
    const [order, ...more] = await ordersOf(wanted);
    expect(more).toEqual([]);
    expect(status).toMatchObject({ status: 'ordered', attempts: 2, order: { orderNo: order!.orderNo } });
    const events = await stack.ledger.events(wanted.requestId);
    const decision = events.find(({ kind }) => kind === 'decision');
    expect(decision).toMatchObject({
      actor: 'Ann',
      data: { verb: 'settle', notCreated: 'order-again', why: 'looked into the portal' },
    });
  });

  it('is ordered again as often as a person says so, and each time that is written down, also in the same words', async () => {
    const wanted = await waiting();
    await startWithFault(wanted, { kind: 'cut', when: 'before' });
    await decide(wanted, { verb: 'settle', notCreated: 'order-again' });
    await until('the second attempt to wait', async () => {
      const { status } = await stack.client.wait(wanted.requestId);
      return status.status === 'waiting-for-decision' && status.attempts === 2;
    });
    await decide(wanted, { verb: 'settle', notCreated: 'order-again' });
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({
      status: 'ordered',
      attempts: 3,
    });
    const events = await stack.ledger.events(wanted.requestId);
    expect(events.filter(({ kind }) => kind === 'decision')).toMatchObject([
      { actor: 'Ann', data: { notCreated: 'order-again', attempt: 1 } },
      { actor: 'Ann', data: { notCreated: 'order-again', attempt: 2 } },
    ]);
  });

  it('is given up when a person says so', async () => {
    const wanted = await waiting();
    await decide(wanted, { verb: 'settle', notCreated: 'stop' });
    const { status } = await stack.client.wait(wanted.requestId);
    expect(status).toMatchObject({ status: 'refused', reason: { code: 'StoppedByDecision' } });
    expect(await ordersOf(wanted)).toEqual([]);
    expect(await stack.ledger.find(wanted.requestId)).toMatchObject({ status: 'refused' });
    await expect(decide(wanted, { verb: 'settle', notCreated: 'order-again' })).rejects.toMatchObject({
      code: 'NothingWaits',
    });
  });

  it('is not taken for the order of another purchase, or one that does not exist', async () => {
    const other = await request();
    const { order } = await buy(other);
    const wanted = await waiting();
    await expect(decide(wanted, { verb: 'settle', created: order!.orderNo })).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: expect.stringContaining(`belongs to the request "${other.requestId}"`) as string,
    });
    await expect(decide(wanted, { verb: 'settle', created: 'ZC1' })).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: expect.stringContaining('shows no order') as string,
    });
    const { status } = await stack.client.status(wanted.requestId);
    expect(status.status).toBe('waiting-for-decision');
    await decide(wanted, { verb: 'settle', notCreated: 'stop' });
  });

  it('is not given up when the order turns up at the last moment: the decision is refused, the order adopted', async () => {
    const wanted = await waiting();
    const attempt = await stack.ledger.latestAttempt(wanted.requestId);
    const orderNo = await stack.portal.orderByHand(attempt!.body);
    await expect(decide(wanted, { verb: 'settle', notCreated: 'order-again' })).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: expect.stringContaining('the vendor has the order after all') as string,
    });
    const { status } = await stack.client.wait(wanted.requestId);
    expect(status).toMatchObject({ status: 'ordered', order: { orderNo } });
  });
});

describe('a worker that was held up wakes when its attempt counts as unknown, and proves that it sent nothing', () => {
  const NOTHING_SENT: OrderOutcome = {
    ...{ outcome: 'not-created', why: 'not-sent', code: 'SendTimePassed' },
    ...{ message: 'The worker was held up for too long.', evidence: {} },
  };

  /** What such a worker still writes; the activity that it belonged to has long been given up. */
  const wakes = ({ requestId }: PurchaseRequest) =>
    stack.ledger.recordOutcome({
      ...{ requestId, attempt: 1, outcome: NOTHING_SENT, actor: 'workflow' },
      ...{ status: 'ordering', reason: NOTHING_SENT },
    });

  async function unknown() {
    const wanted = await request();
    await startWithFault(wanted, { kind: 'cut', when: 'before' });
    await stack.client.start(wanted);
    return wanted;
  }

  const asked = ({ requestId }: PurchaseRequest) => stack.client.wait(requestId);

  it('while the order is looked for: it is ordered, with no person involved', async () => {
    const wanted = await unknown();
    await until('settling', async () => (await kinds(wanted)).includes('attempt-unknown'));
    await wakes(wanted);
    const { status } = await stack.client.wait(wanted.requestId);
    expect(status).toMatchObject({ status: 'ordered', attempts: 2 });
    expect(await ordersOf(wanted)).toHaveLength(1);
  });

  it('while it is looked for, and while a person is asked, its purchase order number is told', async () => {
    const wanted = await unknown();
    await until('settling', async () => (await kinds(wanted)).includes('attempt-unknown'));
    const attempt = await stack.ledger.latestAttempt(wanted.requestId);
    const { poNumber: reference } = JSON.parse(attempt!.body) as { poNumber: string };
    const statusNow = async () => (await stack.client.status(wanted.requestId)).status;
    expect(await statusNow()).toMatchObject({ status: 'settling', reference });
    expect((await asked(wanted)).status).toMatchObject({ status: 'waiting-for-decision', reference });
    await decide(wanted, { verb: 'settle', notCreated: 'stop' });
    expect(await statusNow()).not.toHaveProperty('reference');
  });

  it('while a person is asked: "stop" still means that nothing is bought', async () => {
    const wanted = await unknown();
    await asked(wanted);
    await wakes(wanted);
    await decide(wanted, { verb: 'settle', notCreated: 'stop' });
    const { status } = await stack.client.wait(wanted.requestId);
    expect(status).toMatchObject({ status: 'refused', reason: { code: 'StoppedByDecision' } });
    expect(await stack.ledger.find(wanted.requestId)).toMatchObject({
      status: 'refused',
      reason: { code: 'StoppedByDecision' },
    });
    expect(await ordersOf(wanted)).toEqual([]);
  });

  it('while a person is asked: an order that somebody names is refused, and none is made beside it', async () => {
    const wanted = await unknown();
    await asked(wanted);
    const attempt = await stack.ledger.latestAttempt(wanted.requestId);
    const byHand = await stack.portal.orderByHand(attempt!.body);
    await wakes(wanted);
    await expect(decide(wanted, { verb: 'settle', created: byHand })).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: expect.stringContaining('held up for too long') as string,
    });
    expect((await stack.client.status(wanted.requestId)).status.status).toBe('waiting-for-decision');
    expect(await ordersOf(wanted)).toHaveLength(1);
    await decide(wanted, { verb: 'settle', notCreated: 'stop' });
  });
});

describe('a ledger that has lost the attempt which is being settled', () => {
  /** As a ledger does that was restored from a backup of a moment before. */
  async function loseAttempt({ requestId }: PurchaseRequest) {
    const database = new pg.Client(stack.databaseUrl);
    await database.connect();
    try {
      await database.query('begin; set local session_replication_role = replica');
      await database.query('delete from order_attempts where request_id = $1', [requestId]);
      await database.query('commit');
    } finally {
      await database.end();
    }
  }

  async function lost() {
    const wanted = await request();
    await startWithFault(wanted, { kind: 'cut', when: 'after' });
    await startWithFault(wanted, { kind: 'latency', ms: 1_500 });
    await stack.client.start(wanted);
    await until('the order', async () => (await ordersOf(wanted)).length > 0);
    await until('the outcome', async () => (await kinds(wanted)).includes('attempt-unknown'));
    return wanted;
  }

  it('says so, orders nothing on a person’s word, and ends when a person says so', async () => {
    await stack.portal.fault({ endpoint: 'order-list', kind: 'short-list', times: null });
    const wanted = await lost();
    await loseAttempt(wanted);
    const { status } = await stack.client.wait(wanted.requestId);
    expect(status).toMatchObject({
      status: 'waiting-for-decision',
      reason: { code: 'LedgerUnknownPurchase', message: expect.stringContaining('backup') as string },
    });
    await expect(decide(wanted, { verb: 'settle', notCreated: 'order-again' })).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: expect.stringContaining('backup') as string,
    });
    await decide(wanted, { verb: 'settle', notCreated: 'stop' });
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({
      status: 'refused',
      reason: { code: 'StoppedByDecision' },
    });
    expect(await stack.ledger.find(wanted.requestId)).toMatchObject({ status: 'refused' });
    expect(await ordersOf(wanted)).toHaveLength(1);
  });
});

describe('two requests of one content in flight at once never steal each other’s order', () => {
  /** Both are on their way to the vendor before it takes either. */
  async function twins(
    faults: Record<string, unknown>[],
    [ofOne, ofOther]: [Partial<PurchaseRequest>, Partial<PurchaseRequest>] = [{}, {}],
  ) {
    const one = await request(ofOne);
    const other = { ...one, requestId: `${one.requestId}-twin`, ...ofOther };
    await startWithFault(one, { kind: 'latency', ms: 1_500, times: 2 });
    for (const [index, twin] of [one, other].entries()) {
      const match = { poNumber: referenceOf(twin) };
      await stack.portal.fault({ endpoint: 'orders', match, ...faults[index] });
    }
    await Promise.all([stack.client.start(one), stack.client.start(other)]);
    const statuses = await Promise.all(
      [one, other].map(async ({ requestId }) => (await stack.client.wait(requestId)).status),
    );
    return { one, other, statuses, orders: await ordersOf(one) };
  }
  const cut = { kind: 'cut', when: 'after' };

  it('with references each finds its own', async () => {
    await stack.portal.settings({ returnPoNumber: true });
    const { statuses, orders } = await twins([cut, cut]);
    expect(orders).toHaveLength(2);
    expect(statuses.map(({ status }) => status)).toEqual(['ordered', 'ordered']);
    expect(new Set(statuses.map(({ order }) => order!.orderNo)).size).toBe(2);
    for (const { requestId, order } of statuses) {
      const attempt = await stack.ledger.latestAttempt(requestId);
      expect(orders.find(({ orderNo }) => orderNo === order!.orderNo)!.body).toBe(attempt!.body);
    }
  });

  it('without references a person decides, and the second cannot take what the first has', async () => {
    const { one, other, statuses, orders } = await twins([cut, cut]);
    expect(orders).toHaveLength(2);
    for (const status of statuses) {
      expect(status.status).toBe('waiting-for-decision');
      expect(status.question!.candidates.map(({ id }) => id).sort()).toEqual(
        orders.map(({ orderNo }) => orderNo).sort(),
      );
    }
    const [first, second] = orders.map(({ orderNo }) => orderNo);
    await decide(one, { verb: 'settle', created: first! });
    expect((await stack.client.wait(one.requestId)).status).toMatchObject({
      status: 'ordered',
      order: { orderNo: first },
    });
    // Now that the first is somebody's, the second may be found without a person, at the next look.
    await expect(decide(other, { verb: 'settle', created: first! })).rejects.toMatchObject({
      code: expect.stringMatching(/^(DecisionRefused|NothingWaits)$/) as string,
    });
    const left = (await stack.client.status(other.requestId)).status.status;
    if (left === 'waiting-for-decision') {
      await decide(other, { verb: 'settle', created: second! }).catch(() => undefined);
    }
    expect((await stack.client.wait(other.requestId)).status).toMatchObject({ order: { orderNo: second } });
  });

  it('when only one of them was taken, neither guesses', async () => {
    const { statuses, orders } = await twins([{ kind: 'cut', when: 'before' }, cut]);
    expect(orders).toHaveLength(1);
    for (const status of statuses) {
      expect(status).toMatchObject({ status: 'waiting-for-decision', question: { candidates: [{}] } });
    }
  });

  it('nor when they name their services in another order', async () => {
    const services = ['Disaster Recovery', 'Hotel PMS'];
    const { statuses, orders } = await twins(
      [{ kind: 'cut', when: 'before' }, cut],
      [{ services }, { services: services.toReversed() }],
    );
    expect(orders).toHaveLength(1);
    for (const status of statuses) {
      expect(status).toMatchObject({ status: 'waiting-for-decision', question: { candidates: [{}] } });
    }
  });

  it('an order that somebody made by hand in the portal meanwhile is not taken for ours without a look', async () => {
    const wanted = await request();
    await startWithFault(wanted, { kind: 'cut', when: 'after' });
    await startWithFault(wanted, { kind: 'latency', ms: 1_500 });
    await stack.client.start(wanted);
    const attempt = await until('the attempt', () => stack.ledger.latestAttempt(wanted.requestId));
    await stack.portal.orderByHand(attempt.body);
    const { status } = await stack.client.wait(wanted.requestId);
    expect(status.status).toBe('waiting-for-decision');
    expect(status.question!.candidates).toHaveLength(2);
    // Each is described by what tells it from the other.
    const descriptions = status.question!.candidates.map(({ description }) => description);
    expect(new Set(descriptions).size).toBe(2);
    descriptions.forEach((text) => expect(text).toMatch(/agrees in .*; created 20\d\d-.*status "succeed"/));
  });
});

describe('a person may decide whenever the status says that one is awaited', () => {
  /** Two orders that may be the one: a person is asked while the looks go on. */
  async function undecided() {
    const wanted = await request();
    await startWithFault(wanted, { kind: 'cut', when: 'after' });
    await startWithFault(wanted, { kind: 'latency', ms: 1_500 });
    await stack.client.start(wanted);
    const { body } = await until('the attempt', () => stack.ledger.latestAttempt(wanted.requestId));
    await stack.portal.orderByHand(body);
    return wanted;
  }

  it('also while the vendor’s list is being read', async () => {
    const wanted = await undecided();
    const { status } = await stack.client.wait(wanted.requestId);
    expect(status.status).toBe('waiting-for-decision');
    await stack.portal.fault({ endpoint: 'order-list', kind: 'latency', ms: 3_000, times: null });
    const lists = async () =>
      (await stack.portal.requests()).filter(({ endpoint }) => endpoint === 'order-list').length;
    const before = await lists();
    await until('the next look', async () => (await lists()) > before);
    const [order] = await ordersOf(wanted);
    await decide(wanted, { verb: 'settle', created: order!.orderNo });
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({
      status: 'ordered',
      order: { orderNo: order!.orderNo },
    });
  });

  it('also after a look that failed: what it was asked about before still stands', async () => {
    const wanted = await undecided();
    const { status } = await stack.client.wait(wanted.requestId);
    const asked = status.question!.candidates;
    expect(asked).toHaveLength(2);
    await stack.portal.fault({ endpoint: 'order-list', kind: 'no-list', times: null });
    const after = await until('a failed look', async () => {
      const { status: now } = await stack.client.status(wanted.requestId);
      return now.reason?.code === 'PortalMalformed' && now;
    });
    expect(after).toMatchObject({ status: 'waiting-for-decision', question: { candidates: asked } });
    expect((await stack.ledger.find(wanted.requestId))?.question?.candidates).toEqual(asked);
    await stack.portal.clearFaults();
    const [order] = await ordersOf(wanted);
    await decide(wanted, { verb: 'settle', created: order!.orderNo });
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({ status: 'ordered' });
  });

  it('and again, in the same words, when the reason of a refusal is gone', async () => {
    await stack.portal.fault({ endpoint: 'order-list', kind: 'no-list', times: null });
    const wanted = await request();
    await startWithFault(wanted, { kind: 'cut', when: 'before' });
    await buy(wanted);
    const again = { verb: 'settle', notCreated: 'order-again' } as const;
    await expect(decide(wanted, again)).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: expect.stringContaining('Decide again when they can') as string,
    });
    await stack.portal.clearFaults();
    await decide(wanted, again);
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({
      status: 'ordered',
      attempts: 2,
    });
    expect(await ordersOf(wanted)).toHaveLength(1);
  });
});

describe('a cancellation that comes too late keeps nobody from deciding, and ends nothing', () => {
  const handleOf = ({ requestId }: PurchaseRequest) =>
    stack.temporal.workflow.getHandle(`purchase:${requestId}`);
  const byPerson = (wanted: PurchaseRequest) => decide(wanted, { verb: 'cancel' });
  const inTemporal = async (wanted: PurchaseRequest) => {
    await handleOf(wanted).cancel();
  };

  async function cancelledWhileWaiting(cancel: (wanted: PurchaseRequest) => Promise<unknown>) {
    const wanted = await request();
    await startWithFault(wanted, { kind: 'cut', when: 'before' });
    await buy(wanted);
    await cancel(wanted);
    await until('the cancellation', async () => {
      const { status } = await stack.client.status(wanted.requestId);
      return status.cancellationRequested;
    });
    return wanted;
  }

  it.each([
    ['a person', byPerson],
    ['Temporal', inTemporal],
  ])('of %s: a decision is taken all the same', async (_who, cancel) => {
    const wanted = await cancelledWhileWaiting(cancel);
    expect(await byPerson(wanted)).toMatchObject({
      status: 'waiting-for-decision',
      cancellationRequested: true,
    });
    await decide(wanted, { verb: 'settle', notCreated: 'stop' });
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({
      status: 'refused',
      reason: { code: 'StoppedByDecision' },
      cancellationRequested: true,
    });
  });

  it.each([
    ['a person', byPerson],
    ['Temporal', inTemporal],
  ])('of %s: a signal is taken, too, whether or not anything waits for it', async (_who, cancel) => {
    const wanted = await cancelledWhileWaiting(cancel);
    const handle = handleOf(wanted);
    await handle.signal('choose', { id: '7', by: 'Ann' });
    await handle.signal('cancel', { by: 'Bob' });
    await until('both in the ledger', async () => {
      const written = await kinds(wanted);
      return written.includes('decision-ignored') && written.includes('decision');
    });
    expect((await stack.client.status(wanted.requestId)).status.status).toBe('waiting-for-decision');
    await handle.signal('settle', { notCreated: 'stop', by: 'Ann' });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'StoppedByDecision' } });
    expect(await stack.ledger.find(wanted.requestId)).toMatchObject({ status: 'refused' });
  });
});

describe('what the vendor’s list may be like', () => {
  it.each([
    ['s', 'ordered'],
    ['missing', 'ordered'],
  ])('creation times in "%s"', async (createTimeUnit, expected) => {
    await stack.portal.settings({ createTimeUnit, returnPoNumber: true });
    const wanted = await request();
    await startWithFault(wanted, { kind: 'cut', when: 'after' });
    expect(await buy(wanted)).toMatchObject({ status: expected });
  });

  it('an order from before the attempt is no candidate, however alike', async () => {
    const before = await request();
    const { order } = await buy(before);
    const attempt = await stack.ledger.latestAttempt(before.requestId);
    const long = 60 * 60_000;
    const byHand = await stack.portal.orderByHand(attempt!.body, Date.now() - long);
    const wanted = { ...before, requestId: `${before.requestId}-again` };
    await startWithFault(wanted, { kind: 'cut', when: 'after' });
    const status = await buy(wanted);
    expect(status.status).toBe('ordered');
    expect([order!.orderNo, byHand]).not.toContain(status.order!.orderNo);
  });

  // Two thousand pages are read before it is given up.
  it('a list that never ends is no proof: a person is asked, with the reason', async () => {
    await stack.portal.fault({ endpoint: 'order-list', kind: 'endless-list', times: null });
    const wanted = await request();
    await startWithFault(wanted, { kind: 'cut', when: 'after' });
    const status = await buy(wanted);
    expect(status).toMatchObject({ status: 'waiting-for-decision' });
    await until('the reason', async () => {
      const { reason } = (await stack.client.status(wanted.requestId)).status;
      return /pages/.test(reason!.message);
    });
    await stack.portal.clearFaults();
    const [order] = await ordersOf(wanted);
    // The scan that is under way meanwhile may end, and change the question, between the look and the decision; or it
    // finds the order itself.
    await until('the order to be taken', async () => {
      const refused = await decide(wanted, { verb: 'settle', created: order!.orderNo }).catch(
        (error: unknown) => error,
      );
      if (refused instanceof Error) expect(refused).toMatchObject({ name: 'ClientError' });
      return (await stack.client.status(wanted.requestId)).status.status === 'ordered';
    });
    expect((await stack.client.wait(wanted.requestId)).status.order!.orderNo).toBe(order!.orderNo);
  }, 240_000);

  it.each([
    ['cut short', (reference: string) => reference.slice(0, 16)],
    ['in capitals', (reference: string) => reference.toUpperCase()],
  ])('a reference that comes back %s may be ours: a person decides', async (_how, kept) => {
    await stack.portal.settings({ returnPoNumber: true });
    const wanted = await request();
    await startWithFault(wanted, { kind: 'cut', when: 'before' });
    await stack.client.start(wanted);
    const { body } = await until('the attempt', () => stack.ledger.latestAttempt(wanted.requestId));
    const reference = referenceOf(wanted);
    const orderNo = await stack.portal.orderByHand(body.replace(reference, kept(reference)));
    const { status } = await stack.client.wait(wanted.requestId);
    expect(status).toMatchObject({
      status: 'waiting-for-decision',
      question: { candidates: [{ id: orderNo }] },
    });
    await decide(wanted, { verb: 'settle', created: orderNo });
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({
      status: 'ordered',
      order: { orderNo },
    });
  });

  it('a list that lags behind shows the order at a later look', async () => {
    await stack.portal.fault({ endpoint: 'order-list', kind: 'short-list', times: 2 });
    const wanted = await request();
    await startWithFault(wanted, { kind: 'cut', when: 'after' });
    expect(await buy(wanted)).toMatchObject({ status: 'ordered', attempts: 1 });
    expect(await ordersOf(wanted)).toHaveLength(1);
  });
});
