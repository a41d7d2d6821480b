import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { PurchaseRequest } from '../../domain/request';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.start();
  await stack.startWorker();
});
afterAll(() => stack.stop());

function request(change: Partial<PurchaseRequest>): PurchaseRequest {
  const requestId = `choose-${randomUUID().slice(0, 8)}`;
  return { ...tutorialRequest(requestId), poNumber: requestId, ...change };
}
const twoPartners: Partial<PurchaseRequest> = {
  license: { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } },
};

async function waiting(wanted: PurchaseRequest) {
  await stack.client.start(wanted);
  const { status } = await stack.client.wait(wanted.requestId);
  expect(status.status).toBe('waiting-for-choice');
  return status.question!;
}

const choose = ({ requestId }: PurchaseRequest, id: string, by = 'Ann') =>
  stack.client.decide(requestId, { verb: 'choose', id, by, why: 'asked the customer' });

const signal = ({ requestId }: PurchaseRequest, name: string, ...args: unknown[]) =>
  stack.temporal.workflow.getHandle(`purchase:${requestId}`).signal(name, ...args);

const decisions = async ({ requestId }: PurchaseRequest) =>
  (await stack.ledger.events(requestId)).filter(({ kind }) => kind.startsWith('decision'));

it('two partners of one name: what was asked and the candidates are shown, a person chooses, it is bought once', async () => {
  const wanted = request(twoPartners);
  const question = await waiting(wanted);
  expect(question.asked).toMatch(/There are 2: partner with the company "Blue Lagoon Ltd"/);
  expect(question.candidates).toHaveLength(2);
  expect(Date.parse(question.since)).toBeLessThanOrEqual(Date.now());
  expect(await stack.ledger.find(wanted.requestId)).toMatchObject({ status: 'waiting-for-choice', question });
  expect(await stack.portal.ordersWithPo(wanted.requestId)).toEqual([]);

  const { id } = question.candidates[1]!;
  await choose(wanted, id);
  const { status } = await stack.client.wait(wanted.requestId);
  expect(status.status).toBe('ordered');
  expect(status.question).toBeUndefined();
  const [order, ...more] = await stack.portal.ordersWithPo(wanted.requestId);
  expect(more).toEqual([]);
  expect(order!.body).toContain(`"partnerId":${id},`);
  const [decision] = await decisions(wanted);
  expect(decision).toMatchObject({ actor: 'Ann', data: { verb: 'choose', id, why: 'asked the customer' } });
});

it('several billing contacts and none named: a person chooses', async () => {
  const wanted = request({ billingContact: undefined });
  const question = await waiting(wanted);
  await choose(wanted, '3197218168379846218');
  expect((await stack.client.wait(wanted.requestId)).status.status).toBe('ordered');
  expect(question.candidates.map(({ id }) => id)).toContain('3197218168379846218');
  const [order] = await stack.portal.ordersWithPo(wanted.requestId);
  expect(order!.body).toContain('"billingId":3197218168379846218,');
});

it('two things to choose are asked one after the other', async () => {
  const wanted = request({ ...twoPartners, billingContact: undefined });
  const partners = await waiting(wanted);
  await choose(wanted, partners.candidates[0]!.id);
  const contacts = await until('the second question', async () => {
    const { status } = await stack.client.status(wanted.requestId);
    return /billing contact/.test(status.question?.asked ?? '') && status.question;
  });
  await choose(wanted, contacts.candidates[0]!.id);
  expect((await stack.client.wait(wanted.requestId)).status.status).toBe('ordered');
  expect(await decisions(wanted)).toHaveLength(2);
});

it('what is none of the candidates, and what nobody asked for, is refused and changes nothing', async () => {
  const wanted = request(twoPartners);
  const question = await waiting(wanted);
  await expect(choose(wanted, '42')).rejects.toMatchObject({
    code: 'DecisionRefused',
    message: expect.stringContaining(question.candidates[0]!.id) as string,
  });
  const settle = { verb: 'settle', notCreated: 'order-again', by: 'Ann' } as const;
  await expect(stack.client.decide(wanted.requestId, settle)).rejects.toMatchObject({ code: 'NothingWaits' });
  await expect(stack.client.decide('nobody', settle)).rejects.toMatchObject({ code: 'UnknownPurchase' });
  expect((await stack.client.status(wanted.requestId)).status.question).toEqual(question);
  expect(await decisions(wanted)).toEqual([]);
  await stack.client.decide(wanted.requestId, { verb: 'cancel', by: 'Ann' });
});

it('a decision that is made twice at once, or after the run has moved on, is made once', async () => {
  const wanted = request(twoPartners);
  const { candidates } = await waiting(wanted);
  const ids = [candidates[0]!.id, candidates[0]!.id, candidates[1]!.id, candidates[1]!.id];
  const ends = await Promise.allSettled(ids.map((id) => choose(wanted, id)));
  expect((await stack.client.wait(wanted.requestId)).status.status).toBe('ordered');
  await expect(choose(wanted, candidates[0]!.id)).rejects.toMatchObject({ code: 'NothingWaits' });
  const [decision, ...more] = await decisions(wanted);
  expect(more).toEqual([]);
  const chosen = (decision!.data as { id: string }).id;
  const accepted = ids.filter((_, index) => ends[index]!.status === 'fulfilled');
  expect(new Set(accepted)).toEqual(new Set([chosen]));
  expect(await stack.portal.ordersWithPo(wanted.requestId)).toHaveLength(1);
});

it('a signal decides as an update does, and one with garbage is recorded and fails nothing', async () => {
  const wanted = request(twoPartners);
  const { candidates } = await waiting(wanted);
  await signal(wanted, 'choose', 'garbage');
  await signal(wanted, 'choose', { id: candidates[0]!.id });
  await signal(wanted, 'choose', { id: '42', by: 'Bob' });
  await signal(wanted, 'settle', { notCreated: 'order-again', by: 'Bob' });
  const ignored = await until('the garbage in the ledger', async () => {
    const events = await decisions(wanted);
    return events.length === 4 && events;
  });
  expect(ignored.map(({ kind }) => kind)).toEqual(Array(4).fill('decision-ignored'));
  expect(ignored.map(({ data }) => (data as { reason: { code: string } }).reason.code).sort()).toEqual(
    ['DecisionInvalid', 'DecisionInvalid', 'DecisionRefused', 'NothingWaits'].sort(),
  );
  await signal(wanted, 'choose', { id: candidates[0]!.id, by: 'Bob' });
  await until(
    'the order',
    async () => (await stack.client.status(wanted.requestId)).status.status === 'ordered',
  );
  expect((await decisions(wanted)).at(-1)).toMatchObject({ kind: 'decision', actor: 'Bob' });
});

it('a choice that is waited for can be cancelled, by a decision that is recorded, and nothing is bought', async () => {
  const wanted = request(twoPartners);
  await waiting(wanted);
  await stack.client.decide(wanted.requestId, { verb: 'cancel', by: 'Ann', why: 'customer withdrew' });
  const { status } = await stack.client.wait(wanted.requestId);
  expect(status.status).toBe('cancelled');
  await until(
    'the ledger to say so',
    async () => (await stack.ledger.find(wanted.requestId))!.status === 'cancelled',
  );
  expect(await decisions(wanted)).toMatchObject([
    { actor: 'Ann', data: { verb: 'cancel', why: 'customer withdrew' } },
  ]);
  expect(await stack.portal.ordersWithPo(wanted.requestId)).toEqual([]);
});

it('a choice survives the worker', async () => {
  const wanted = request(twoPartners);
  const { candidates } = await waiting(wanted);
  await Promise.all(stack.workers.map((worker) => worker.kill()));
  await stack.startWorker();
  await choose(wanted, candidates[0]!.id);
  expect((await stack.client.wait(wanted.requestId)).status.status).toBe('ordered');
});

it.each([
  ['waiting-for-choice', twoPartners],
  ['refused', { license: { kind: 'new', partner: { company: 'nobody' } } }],
] as [string, Partial<PurchaseRequest>][])(
  'the status is not "%s" before the ledger says so',
  async (state, change) => {
    const wanted = request(change);
    const { requestId } = wanted;
    const writing = async () => {
      const { raw } = await stack.temporal.workflow.getHandle(`purchase:${requestId}`).describe();
      return raw.pendingActivities?.some(({ activityType }) => activityType?.name === 'recordStatus');
    };
    await stack.portal.fault({ endpoint: 'partners', kind: 'latency', ms: 1_500 });
    await stack.client.start(wanted);
    await until('acceptance', () => stack.ledger.find(requestId));
    const sql = new pg.Client({ connectionString: stack.databaseUrl });
    await sql.connect();
    try {
      await sql.query('begin');
      await sql.query('lock table purchases in exclusive mode');
      await until('the status on its way into the ledger', writing);
      expect((await stack.client.status(requestId)).status.status).toBe('looking-up');
    } finally {
      await sql.end();
    }
    expect((await stack.client.wait(requestId)).status.status).toBe(state);
    expect(await stack.ledger.find(requestId)).toMatchObject({ status: state });
  },
);
