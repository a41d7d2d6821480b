import { randomUUID } from 'node:crypto';
import type { PurchaseRequest } from '../../domain/request';
import type { PurchaseStatus } from '../../domain/status';
import { withApprovals } from '../support/approval-rules';
import { wonceWith } from '../support/npm-start';
import type { RunningProcess } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

/** Approvals by update, by signal and by the command, on a real Temporal. The page and the HTTP API have files of their own. */
let stack: TestStack;
let worker: RunningProcess;

const RULES = withApprovals(
  '{ name: large, extensions: { atLeast: 500 }, people: 2, remindAfter: 4h }',
  '{ name: long, years: { atLeast: 5 } }',
  '{ name: renewals, operation: [renew] }',
  '{ name: harbour, partner: [it@harbour-hotels.example] }',
  '{ name: by the API, source: [api] }',
);

const LARGE = { extensions: 500 };
const LONG = { years: 5 };

beforeAll(async () => {
  stack = await TestStack.start();
  worker = await stack.startWorker(RULES);
});
afterEach(async () => {
  await stack.portal.clearFaults();
  await stack.portal.settings({ pbxDetails: 'full', singleBillingContact: false });
});
afterAll(() => stack.stop());

function request(change: Partial<PurchaseRequest> = {}): PurchaseRequest {
  const requestId = `approve-${randomUUID().slice(0, 8)}`;
  return { ...tutorialRequest(requestId), poNumber: requestId, ...change };
}

/** Starts it by a door, and waits until it rests. */
async function started(change: Partial<PurchaseRequest>, via = 'wonce command, ann@desk') {
  const wanted = request(change);
  await stack.client.start(wanted, via);
  return { wanted, id: wanted.requestId, status: await rest(wanted.requestId) };
}

const rest = async (id: string): Promise<PurchaseStatus> => (await stack.client.wait(id)).status;
const orders = (id: string) => stack.portal.ordersWithPo(id);
const approve = (id: string, by: string, more: object = {}) =>
  stack.client.decide(id, { verb: 'approve', by, ...more });
const refusedWith = (code: string, words: RegExp) => ({
  code,
  message: expect.stringMatching(words) as string,
});
const kinds = async (id: string) => (await stack.ledger.events(id)).map(({ kind }) => kind);
const signal = (id: string, name: string, input: object) =>
  stack.temporal.workflow.getHandle(`purchase:${id}`).signal(name, input);

it('an order that no rule is about is made without anybody’s word', async () => {
  const { id, status } = await started({});
  expect(status.status).toBe('ordered');
  expect(await orders(id)).toHaveLength(1);
});

it('one person approves what one has to approve; who asked and what is ordered stand beside it', async () => {
  const { id, status } = await started(LONG);
  expect(status).toMatchObject({
    status: 'waiting-for-approval',
    question: {
      verb: 'approve',
      asked: expect.stringContaining('long (1 person)') as string,
      approval: { people: 1, askedBy: [{ by: 'ann', via: 'wonce command' }], given: [] },
    },
  });
  const facts = Object.fromEntries(
    status.question!.compared!.map(({ fact, told }) => [fact, told['to be ordered']]),
  );
  expect(facts).toMatchObject({
    ...{ operation: 'purchase', extensions: '100', years: '5', 'purchase order': id },
    plan: 'Ultimate (3049041101760282624)',
    for: expect.stringContaining('3651E1292455') as string,
  });
  expect(await stack.ledger.find(id)).toMatchObject({ status: 'waiting-for-approval' });
  expect(await orders(id)).toEqual([]);

  await approve(id, 'Ben', { why: 'within the budget' });
  expect(await rest(id)).toMatchObject({ status: 'ordered' });
  expect(await orders(id)).toHaveLength(1);
  const decision = (await stack.ledger.events(id)).find(({ kind }) => kind === 'decision');
  expect(decision).toMatchObject({
    actor: 'Ben',
    data: { verb: 'approve', about: status.question!.id, why: 'within the budget' },
  });
});

it.each(['ann', 'ANN', 'Ànn'])(
  'whoever asked does not approve, however the name is spelled: %s',
  async (name) => {
    const { id } = await started(LONG);
    await expect(approve(id, name)).rejects.toMatchObject(
      refusedWith('DecisionRefused', /whoever asked .* does not approve/),
    );
    expect(await rest(id)).toMatchObject({ status: 'waiting-for-approval' });
    expect(await orders(id)).toEqual([]);
    await approve(id, 'Ben');
    expect(await rest(id)).toMatchObject({ status: 'ordered' });
  },
);

it('the token that asked does not approve under whatever name', async () => {
  const { id } = await started({}, 'api token 0a1b2c3d');
  const same = { via: 'api token 0a1b2c3d' };
  await expect(approve(id, 'Ben', same)).rejects.toMatchObject(
    refusedWith('DecisionRefused', /whoever asked .* does not approve/),
  );
  await approve(id, 'Ben', { via: 'api token 99999999' });
  expect(await rest(id)).toMatchObject({ status: 'ordered' });
});

it('two people approve, each once, and it is ordered once', async () => {
  const { id, status } = await started(LARGE);
  expect(status.question!.approval).toMatchObject({ people: 2, remindAfterMs: 4 * 60 * 60_000 });
  await approve(id, 'Ben');
  const between = await rest(id);
  expect(between).toMatchObject({
    status: 'waiting-for-approval',
    question: {
      id: status.question!.id,
      since: status.question!.since,
      approval: { given: [{ by: 'Ben' }] },
    },
  });
  await expect(approve(id, 'ben')).rejects.toMatchObject(refusedWith('DecisionRefused', /twice/));
  expect(await orders(id)).toEqual([]);
  await approve(id, 'Cleo');
  expect(await rest(id)).toMatchObject({ status: 'ordered' });
  expect(await orders(id)).toHaveLength(1);
});

it('two who approve at one moment both count', async () => {
  const { id } = await started(LARGE);
  await Promise.all([approve(id, 'Ben'), approve(id, 'Cleo')]);
  expect(await rest(id)).toMatchObject({ status: 'ordered' });
});

it('of two rules the stricter counts, and both are named', async () => {
  const { status } = await started({ ...LARGE, ...LONG });
  expect(status.question).toMatchObject({
    asked: expect.stringMatching(/large \(2 people\), long \(1 person\)/) as string,
    approval: { people: 2 },
  });
});

it('one who rejects ends it, whoever has approved; nothing is ordered', async () => {
  const { id } = await started(LARGE);
  await approve(id, 'Ben');
  await stack.client.decide(id, { verb: 'reject', by: 'ann', why: 'the customer withdrew' });
  expect(await rest(id)).toMatchObject({ status: 'refused', reason: { code: 'RejectedByDecision' } });
  expect(await orders(id)).toEqual([]);
  await expect(approve(id, 'Cleo')).rejects.toMatchObject({ code: 'NothingWaits' });
});

it('a cancellation counts while it waits for approval', async () => {
  const { id } = await started(LARGE);
  await approve(id, 'Ben');
  await stack.client.decide(id, { verb: 'cancel', by: 'ann' });
  expect(await rest(id)).toMatchObject({ status: 'cancelled' });
  expect(await orders(id)).toEqual([]);
});

it('by signal: the word of whoever asked is ignored and written down, another one’s counts', async () => {
  const { id } = await started(LONG);
  await signal(id, 'approve', { by: 'Ann' });
  await until('the ignored word', async () => (await kinds(id)).includes('decision-ignored'));
  expect(await orders(id)).toEqual([]);
  await signal(id, 'approve', { by: 'Ben' });
  await until('the order', async () => (await orders(id)).length === 1);
  const { id: other } = await started(LONG);
  await signal(other, 'reject', { by: 'Ben' });
  await until('the end', async () => (await stack.ledger.find(other))?.status === 'refused');
});

it('what a purchase started in Temporal names nobody who asked', async () => {
  const { status, id } = await started(LONG, 'temporal');
  expect(status.question!.approval).toMatchObject({ askedBy: [] });
  await stack.temporal.workflow
    .getHandle(`purchase:${id}`)
    .executeUpdate('approve', { args: [{ by: 'Ben', about: status.question!.id }] });
  expect(await rest(id)).toMatchObject({ status: 'ordered' });
});

it.each([
  ['approve', { by: '' }],
  ['approve', { by: 'wonce:workflow' }],
  ['approve', { by: 'Ben', id: 'yes' }],
  ['reject', { by: 'Ben\n', notCreated: 'stop' }],
  ['approve', 'yes'],
])('%s with %j is no decision', async (verb, input) => {
  const { id } = await started(LONG);
  const update = stack.temporal.workflow.getHandle(`purchase:${id}`).executeUpdate(verb, { args: [input] });
  await expect(update).rejects.toMatchObject({ cause: { type: 'DecisionInvalid' } });
  expect(await orders(id)).toEqual([]);
});

it('a word about another question is refused: approved is what was seen', async () => {
  const { id } = await started(LONG);
  await expect(approve(id, 'Ben', { about: '00000000' })).rejects.toMatchObject(
    refusedWith('DecisionRefused', /changed since it was seen/),
  );
});

it('what the lookups find anew is another order, and is asked about again', async () => {
  await stack.portal.settings({ singleBillingContact: true });
  const { id, status: first } = await started({ ...LONG, billingContact: undefined });
  expect(first.status).toBe('waiting-for-approval');
  // There are more of them by the time that somebody approves.
  await stack.portal.settings({ singleBillingContact: false });
  await approve(id, 'Ben');
  const choice = await rest(id);
  expect(choice.status).toBe('waiting-for-choice');
  const seen = first.question!.compared!.find(({ fact }) => fact === 'billing contact')!.told[
    'to be ordered'
  ];
  const other = choice.question!.candidates.find((candidate) => candidate.id !== seen)!.id;
  await stack.client.decide(id, { verb: 'choose', id: other, by: 'Cleo' });
  const second = await rest(id);
  expect(second.status).toBe('waiting-for-approval');
  expect(second.question!.id).not.toBe(first.question!.id);
  expect(second.question!.approval!.given).toEqual([]);
  await approve(id, 'Ben', { about: second.question!.id });
  expect(await rest(id)).toMatchObject({ status: 'ordered' });
  const [order] = await orders(id);
  expect(order!.body).toContain(`"billingId":${other}`);
});

it('the partner is known to a rule by another name than the request gives', async () => {
  const { status } = await started({ license: { kind: 'new', partner: { company: 'Harbour Hotels' } } });
  expect(status.question?.asked).toContain('harbour (1 person)');
});

it('a PBX is free for others while its renewal waits, and looked at afresh afterwards', async () => {
  const serialNumber = `3651E4${randomUUID().slice(0, 6).toUpperCase()}`;
  const expiresAt = Date.now() + 30 * 24 * 60 * 60_000;
  await stack.portal.setPbx({
    ...{ serialNumber, product: 12, plan: 'Ultimate', extensions: 100, years: 1, expiresAt },
    services: ['Disaster Recovery'],
  });
  const renewal = { operation: 'renew', license: { kind: 'existing', serialNumber } } as const;
  const first = await started(renewal);
  expect(first.status.status).toBe('waiting-for-approval');
  const second = await started({ ...renewal, years: 1 });
  expect(second.status.status).toBe('waiting-for-approval');
  await approve(second.id, 'Ben');
  expect(await rest(second.id)).toMatchObject({ status: 'ordered' });
  const checks = async () => (await kinds(first.id)).filter((kind) => kind === 'pbx-checked').length;
  const before = await checks();
  await approve(first.id, 'Ben');
  await rest(first.id);
  expect(await checks()).toBeGreaterThan(before);
});

it('approvals stand in the ledger: a run that is reset asks nobody again', async () => {
  const { id } = await started(LARGE);
  await approve(id, 'Ben');
  const run = stack.temporal.workflow.getHandle(`purchase:${id}`);
  await run.terminate('as if its history were lost');
  await until('the end of the run', async () => (await run.describe()).status.name === 'TERMINATED');
  await stack.temporal.workflow.start('purchaseLicense', {
    workflowId: `purchase:${id}`,
    taskQueue: stack.taskQueue,
    args: [request({ ...LARGE, requestId: id, poNumber: id })],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
  await until('the question of the new run', async () => {
    const { status } = await stack.client.status(id);
    return status.question?.approval?.given.length === 1;
  });
  await approve(id, 'Cleo');
  expect(await rest(id)).toMatchObject({ status: 'ordered' });
  expect(await orders(id)).toHaveLength(1);
});

it('an order that was not sent is sent again without asking again', async () => {
  const { id } = await started(LONG);
  await stack.portal.fault({ endpoint: 'orders', kind: 'rate-limit', retryAfterSeconds: 1 });
  await approve(id, 'Ben');
  expect(await rest(id)).toMatchObject({ status: 'ordered', attempts: 2 });
  expect((await kinds(id)).filter((kind) => kind === 'approval-asked')).toHaveLength(1);
});

it('by the command: what is asked, what to type, and who may not', async () => {
  const { id } = await started(LARGE, `wonce command, ann@desk`);
  const wonce = (...args: string[]) => wonceWith(stack.env(), ...args);
  const status = await wonce('status', id);
  expect(status.code).toBe(3);
  expect(status.stdout).toMatch(/^status +waiting-for-approval$/m);
  expect(status.stdout).toMatch(/^due +in [34] h$/m);
  const [line, approving] = /^ {2}wonce (approve \S+ --about \S+)$/m.exec(status.stdout)!;
  expect(line).toBeDefined();
  const asker = await wonce(...approving!.split(' '), '--by', 'Ann');
  expect(asker.code).toBe(1);
  expect(asker.stderr).toMatch(/whoever asked for the order does not approve it/);
  const first = await wonce(...approving!.split(' '), '--by', 'Ben', '--why', 'within the budget');
  expect(first.code).toBe(3);
  expect(first.stdout).toMatch(/approved by Ben/);
  const second = await wonce('approve', id, '--by', 'Cleo');
  expect(second).toMatchObject({ code: 0, stdout: expect.stringMatching(/^status +ordered$/m) as string });
  const audit = await wonce('audit', id);
  expect(audit.stdout).toMatch(/Ben decided: approved — within the budget/);
  const rejected = await started(LONG);
  const no = await wonce('reject', rejected.id, '--by', 'Ben', '--why', 'too long');
  expect(no).toMatchObject({ code: 1, stdout: expect.stringMatching(/RejectedByDecision/) as string });
});

it('a worker that is killed while people approve loses no word', async () => {
  const { id } = await started(LARGE);
  await approve(id, 'Ben');
  await worker.kill();
  const second = approve(id, 'Cleo');
  worker = await stack.startWorker(RULES);
  await second;
  expect(await rest(id)).toMatchObject({ status: 'ordered' });
  expect(await orders(id)).toHaveLength(1);
});
