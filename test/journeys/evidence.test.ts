import { randomUUID } from 'node:crypto';
import type { DecisionContent } from '../../domain/decision';
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
  await stack.portal.settings({ showOrderSummary: true });
});
afterAll(() => stack.stop());

async function request(): Promise<PurchaseRequest> {
  const requestId = `evidence-${randomUUID().slice(0, 8)}`;
  const serialNumber = `3651E4${randomUUID().slice(0, 6).toUpperCase()}`;
  await stack.portal.addProducts([serialNumber]);
  return { ...tutorialRequest(requestId), license: { kind: 'existing', serialNumber } };
}

/** The answer to the order is lost, after it was taken or before. */
async function startWithFault(wanted: PurchaseRequest, when: 'after' | 'before') {
  const productNo = serialNumberOf(wanted);
  await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when, match: { productNo } });
  await stack.client.start(wanted);
}

const serialNumberOf = ({ license }: PurchaseRequest) =>
  license.kind === 'existing' ? license.serialNumber : '';

const ordersOf = (wanted: PurchaseRequest) =>
  stack.portal.orders(({ body }) => body.includes(`"productNo":"${serialNumberOf(wanted)}"`));

async function asked(wanted: PurchaseRequest) {
  const { status } = await stack.client.wait(wanted.requestId);
  expect(status.status).toBe('waiting-for-decision');
  return status.question!;
}

const decide = (wanted: PurchaseRequest, what: DecisionContent & { about?: string }) =>
  stack.client.decide(wanted.requestId, { ...what, by: 'Ann' });

const events = async ({ requestId }: PurchaseRequest, kind: string) =>
  (await stack.ledger.events(requestId)).filter((event) => event.kind === kind);

const refusal = (words: string) => ({
  code: 'DecisionRefused',
  message: expect.stringContaining(words) as string,
});

const againstAll = { verb: 'settle', notCreated: 'order-again' } as const;

/** The vendor has the order, which its list does not show yet, and shows too little of it to be certain. */
async function laggingBehind() {
  const wanted = await request();
  await stack.portal.settings({ showOrderSummary: false });
  await stack.portal.fault({ endpoint: 'order-list', kind: 'short-list', times: null });
  await startWithFault(wanted, 'after');
  expect((await asked(wanted)).candidates).toEqual([]);
  await stack.portal.clearFaults();
  const [order] = await ordersOf(wanted);
  return { wanted, orderNo: order!.orderNo };
}

describe('a decision about evidence that has changed since is refused, and asked again with what there is now', () => {
  it.each(['order-again', 'stop'] as const)(
    'not created, %s: there is an order that may be it and that nobody was shown',
    async (notCreated) => {
      const { wanted, orderNo } = await laggingBehind();
      const decision = { verb: 'settle', notCreated } as const;
      await expect(decide(wanted, decision)).rejects.toMatchObject(refusal(orderNo));
      const question = await asked(wanted);
      expect(question.candidates.map(({ id }) => id)).toEqual([orderNo]);
      expect((await stack.ledger.find(wanted.requestId))?.question).toEqual(question);
      await decide(wanted, { verb: 'settle', created: orderNo });
      expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({
        status: 'ordered',
        order: { orderNo },
      });
      expect(await ordersOf(wanted)).toHaveLength(1);
    },
  );

  it('as a signal it is ignored, and that is written down', async () => {
    const { wanted, orderNo } = await laggingBehind();
    const run = stack.temporal.workflow.getHandle(`purchase:${wanted.requestId}`);
    await run.signal('settle', { notCreated: 'order-again', by: 'Ann' });
    const [ignored] = await until('the refusal in the ledger', async () => {
      const found = await events(wanted, 'decision-ignored');
      return found.length > 0 && found;
    });
    expect(ignored!.data).toMatchObject({ verb: 'settle', reason: refusal(orderNo) });
    expect((await asked(wanted)).candidates.map(({ id }) => id)).toEqual([orderNo]);
    expect(await ordersOf(wanted)).toHaveLength(1);
  });

  it('once the orders were shown, that none of them is it counts', async () => {
    const { wanted } = await laggingBehind();
    await expect(decide(wanted, againstAll)).rejects.toMatchObject({ code: 'DecisionRefused' });
    await decide(wanted, againstAll);
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({
      status: 'ordered',
      attempts: 2,
    });
  });

  it('created, under a number that was shown: there is another one now', async () => {
    const { wanted, orderNo } = await laggingBehind();
    await expect(decide(wanted, againstAll)).rejects.toMatchObject({ code: 'DecisionRefused' });
    const { body } = (await stack.ledger.latestAttempt(wanted.requestId))!;
    await stack.portal.orderByHand(body);
    const created = { verb: 'settle', created: orderNo } as const;
    await expect(decide(wanted, created)).rejects.toMatchObject(refusal('was not among the evidence'));
    expect((await asked(wanted)).candidates).toHaveLength(2);
    await decide(wanted, created);
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({ order: { orderNo } });
  });

  it('about a question that is not asked any more, whoever says so', async () => {
    const { wanted, orderNo } = await laggingBehind();
    const before = await asked(wanted);
    await expect(decide(wanted, againstAll)).rejects.toMatchObject({ code: 'DecisionRefused' });
    const now = await asked(wanted);
    expect(now.id).not.toBe(before.id);
    const late = decide(wanted, { ...againstAll, about: before.id });
    await expect(late).rejects.toMatchObject(refusal('has changed since it was seen'));
    const run = stack.temporal.workflow.getHandle(`purchase:${wanted.requestId}`);
    await run.signal('settle', { notCreated: 'stop', by: 'Ann', about: before.id });
    await until(
      'the refusal in the ledger',
      async () => (await events(wanted, 'decision-ignored')).length > 0,
    );
    await decide(wanted, { verb: 'settle', created: orderNo, about: now.id });
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({ order: { orderNo } });
  });
});

describe('after “order again” the lookups may wait for hours', () => {
  /** A person says that it is to be ordered again, and the vendor's plans cannot be had. */
  async function waitingAgain(times: number | null = null) {
    const wanted = await request();
    await startWithFault(wanted, 'before');
    await asked(wanted);
    await stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times });
    await decide(wanted, againstAll);
    const { body } = (await stack.ledger.latestAttempt(wanted.requestId))!;
    return { wanted, body };
  }

  it('an order that comes to light meanwhile is the one, and nothing is sent', async () => {
    const { wanted, body } = await waitingAgain();
    const orderNo = await stack.portal.orderByHand(body);
    await stack.portal.clearFaults();
    await until('the order', async () => (await stack.ledger.find(wanted.requestId))?.status === 'ordered');
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({ order: { orderNo } });
    expect(await ordersOf(wanted)).toHaveLength(1);
    const [doubt] = await events(wanted, 'attempt-unknown').then((found) => found.slice(-1));
    expect(doubt!.data).toMatchObject({ attempt: 2, code: 'OrderMayExist' });
    expect(await stack.ledger.verify(wanted.requestId)).toMatchObject({ ok: true });
  });

  it('of one that may be it a person is asked, and decides once more', async () => {
    const { wanted, body } = await waitingAgain();
    await stack.portal.settings({ showOrderSummary: false });
    const orderNo = await stack.portal.orderByHand(body);
    await stack.portal.clearFaults();
    const question = await until('the question', async () => {
      const { status } = await stack.client.status(wanted.requestId);
      return status.status === 'waiting-for-decision' && status.question;
    });
    expect(question.candidates.map(({ id }) => id)).toEqual([orderNo]);
    expect(await ordersOf(wanted)).toHaveLength(1);
    await decide(wanted, againstAll);
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({
      status: 'ordered',
      attempts: 3,
    });
    expect(await ordersOf(wanted)).toHaveLength(2);
  });

  it('while the vendor’s orders cannot be read nothing is sent, and a cancellation counts', async () => {
    const { wanted } = await waitingAgain(4);
    await stack.portal.fault({ endpoint: 'order-list', kind: 'server-error', times: null });
    await until('a look that fails', async () => {
      const { remarks } = await stack.client.status(wanted.requestId);
      return remarks.some((remark) => remark.includes('scanBeforeReorder'));
    });
    await decide(wanted, { verb: 'cancel' });
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({ status: 'cancelled' });
    expect(await ordersOf(wanted)).toHaveLength(0);
  });
});

describe('a person’s decision is taken within seconds, however long the vendor asks to wait', () => {
  const aDay = { kind: 'rate-limit', retryAfterSeconds: 86_400, times: null };

  /** A look at the vendor's orders that is to wait for a day. */
  async function waitingForADay(when: 'after' | 'before') {
    const wanted = await request();
    await stack.portal.fault({ endpoint: 'order-list', ...aDay });
    await startWithFault(wanted, when);
    await until('a look that waits', async () => {
      const { remarks } = await stack.client.status(wanted.requestId);
      return remarks.some((remark) => remark.includes('scanOrders'));
    });
    return wanted;
  }

  it('it was created', async () => {
    const wanted = await waitingForADay('after');
    const [order] = await ordersOf(wanted);
    await decide(wanted, { verb: 'settle', created: order!.orderNo });
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({ status: 'ordered' });
    expect(await ordersOf(wanted)).toHaveLength(1);
  });

  it('stop', async () => {
    const wanted = await waitingForADay('before');
    await decide(wanted, { verb: 'settle', notCreated: 'stop' });
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({ status: 'refused' });
  });

  it('order again is refused: the vendor’s orders cannot be read', async () => {
    const wanted = await waitingForADay('before');
    await expect(decide(wanted, againstAll)).rejects.toMatchObject(refusal('cannot be read now'));
    await stack.portal.clearFaults();
    await decide(wanted, againstAll);
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({ status: 'ordered' });
  });

  it('and it is refused as quickly when the vendor cannot show the order that was named', async () => {
    const wanted = await waitingForADay('after');
    await stack.portal.fault({ endpoint: 'order-details', ...aDay });
    const [order] = await ordersOf(wanted);
    const created = { verb: 'settle', created: order!.orderNo } as const;
    await expect(decide(wanted, created)).rejects.toMatchObject({ code: 'DecisionRefused' });
    await stack.portal.clearFaults();
    await decide(wanted, created);
    expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({ status: 'ordered' });
  });

  it('and a person is asked when the window has passed, though a look still waits', async () => {
    const wanted = await waitingForADay('before');
    expect((await asked(wanted)).candidates).toEqual([]);
  });
});
