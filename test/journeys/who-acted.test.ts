import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { PurchaseRequest } from '../../domain/request';
import { DealsStack } from '../support/deals-stack';
import { requestFile, wonceWith } from '../support/npm-start';
import { tutorialRequest } from '../support/requests';
import { until } from '../support/until';

/** Every door by which a person acts, on the real server: what is forged is refused, and the record says who acted. */
let deals: DealsStack;

beforeAll(async () => {
  deals = await DealsStack.start();
});
afterEach(() => deals.stack.portal.clearFaults());
afterAll(() => deals.stop());

const FORGED = [
  'Ann\n  9  2026-11-24T10:00:00.000Z  wonce:workflow  ordered  {}',
  'Ann\u001b[2J',
  'Ann\u009b2J',
  'Ann\u202e',
  'Ann\u200b',
  'workflow',
  'Wonce : Workflow',
];
const SESSION = `wonce command, ${userInfo().username}@${hostname()}`;
const CONTACT = '3197218168379846218';

const wonce = (...args: string[]) => wonceWith(deals.stack.env(), ...args);
const runOf = (id: string) => deals.stack.temporal.workflow.getHandle(`purchase:${id}`);
const eventsOf = async (id: string, kind: string) =>
  (await deals.stack.ledger.events(id)).filter((event) => event.kind === kind);

/** What was decided, once something is: nobody is told when a signal has been acted on. */
const decided = (id: string) =>
  until('a decision', async () => {
    const decisions = await eventsOf(id, 'decision');
    return decisions.length > 0 && decisions;
  });

/** A purchase that waits for a person to choose the billing contact. */
async function asked(
  start: (request: PurchaseRequest) => Promise<unknown> = (request) => deals.stack.client.start(request),
) {
  const requestId = `who-${randomUUID().slice(0, 8)}`;
  await start({ ...tutorialRequest(requestId), billingContact: undefined });
  await until('the question', async () => {
    const purchase = await deals.stack.ledger.find(requestId);
    return purchase?.status === 'waiting-for-choice';
  });
  return requestId;
}

it('an update: the forged `by` is refused, and what decides says that it came by Temporal', async () => {
  const id = await asked();
  for (const by of FORGED) {
    for (const [verb, input] of [
      ['choose', { id: CONTACT, by }],
      ['cancel', { by }],
      ...(by.startsWith('Ann') ? ([['cancel', { by: 'Ann', why: by }]] as const) : []),
    ] as const) {
      await expect(runOf(id).executeUpdate(verb, { args: [input] })).rejects.toMatchObject({
        cause: { type: 'DecisionInvalid' },
      });
    }
  }
  await runOf(id).executeUpdate('choose', { args: [{ id: CONTACT, by: 'Ann' }] });
  expect(await eventsOf(id, 'decision')).toMatchObject([{ actor: 'Ann', data: { via: 'temporal' } }]);
});

it('a signal: the forged `by` decides nothing and is recorded as that, and the audit has no line of it', async () => {
  const id = await asked();
  for (const by of FORGED) await runOf(id).signal('cancel', { by });
  await until('all of them', async () => (await eventsOf(id, 'decision-ignored')).length > 0);
  await runOf(id).signal('choose', { id: CONTACT, by: 'Ann' });
  expect(await decided(id)).toMatchObject([{ actor: 'Ann', data: { via: 'temporal' } }]);
  await deals.stack.client.wait(id);
  const { stdout } = await wonce('audit', id);
  const events = await deals.stack.ledger.events(id);
  expect(stdout.match(/^\d\d:\d\d:\d\d {2}/gm)).toHaveLength(events.length);
  expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  expect(stdout).toMatch(/^ +via temporal$/m);
});

it('the command: the forged `by` and `why` are refused, and the record says whose session it was', async () => {
  const file = (request: object) => requestFile('request.json', request);
  const id = await asked((request) => wonce('buy', '--no-wait', file(request)));
  expect(await eventsOf(id, 'accepted')).toMatchObject([{ actor: 'wonce:workflow', data: { via: SESSION } }]);
  // An argument of a process ends at NUL, and holds whatever else.
  for (const by of FORGED) {
    const refused = await wonce('choose', id, CONTACT, '--by', by);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^DecisionInvalid: choose: by: expected [^\n]*\n$/);
  }
  expect(await wonce('cancel', id, '--by', 'Ann', '--why', 'x\u0085')).toMatchObject({ code: 1, stdout: '' });
  expect(await wonce('choose', id, CONTACT, '--by', 'Ann')).toMatchObject({ code: 0 });
  expect(await eventsOf(id, 'decision')).toMatchObject([{ actor: 'Ann', data: { via: SESSION } }]);
  expect((await wonce('audit', id, '--jsonl')).stdout).toContain(`"via":"${SESSION}"`);
});

it('a start by Temporal says so; one with a forged text looks nothing up and buys nothing', async () => {
  const { temporal, taskQueue } = deals.stack;
  const started = (request: { requestId: string }, memo?: Record<string, unknown>) =>
    temporal.workflow.start('purchaseLicense', {
      ...{ workflowId: `purchase:${request.requestId}`, taskQueue, args: [request], ...(memo && { memo }) },
    });
  const id = await asked((request) => started(request));
  const told = await asked((request) => started(request, { via: 'forged\nline' }));
  for (const one of [id, told]) {
    expect(await eventsOf(one, 'accepted')).toMatchObject([{ data: { via: 'temporal' } }]);
  }
  for (const change of [
    { poNumber: 'PO\u0085-1' },
    { license: { kind: 'existing', serialNumber: '3651\u001bE1292455' } },
    { license: { kind: 'existing', serialNumber: '3651\nE1292455' } },
  ]) {
    const wanted = { ...tutorialRequest(`who-${randomUUID().slice(0, 8)}`), ...change };
    await expect((await started(wanted)).result()).rejects.toMatchObject({
      cause: { type: 'InvalidRequest' },
    });
    expect(await deals.stack.ledger.find(wanted.requestId)).toBeUndefined();
  }
});

it('a deal: the forged `by` is refused at each door, and what decides says by which it came', async () => {
  const number = await deals.pipedriveDeal({}, []);
  const deal = deals.key('pipedrive', number);
  await deals.tellOfPipedrive(number);
  await deals.reaches(deal, 'incomplete');
  const run = deals.stack.temporal.workflow.getHandle(`deal:${deal}`);
  const decisions = async () =>
    (await deals.stack.ledger.deals.events(deal)).filter(({ kind }) => kind === 'decision');
  for (const by of FORGED) {
    await expect(run.executeUpdate('dismiss', { args: [{ by }] })).rejects.toMatchObject({
      cause: { type: 'DecisionInvalid' },
    });
    await run.signal('dismiss', { by });
    const word = { source: deals.source('pipedrive'), deal, by: 'person', decision: { verb: 'dismiss', by } };
    await run.signal('notify', word);
    const refused = await wonce('deals', 'dismiss', deal, '--by', by);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^DecisionInvalid: dismiss: by: expected [^\n]*\n$/);
  }
  expect(await decisions()).toEqual([]);
  await run.executeUpdate('fill', { args: [{ fill: { plan: 'Ultimate' }, by: 'Ann' }] });
  const filled = await wonce('deals', 'fill', deal, 'extensions=7', '--by', 'Bob');
  expect(filled.stdout).toContain(`via ${SESSION}`);
  expect(await decisions()).toMatchObject([
    { actor: 'Ann', data: { via: 'temporal' } },
    { actor: 'Bob', data: { via: SESSION } },
  ]);
  const id = `${deal}:1`;
  expect((await deals.purchaseOf(id)).status).toBe('ordered');
  expect(await eventsOf(id, 'accepted')).toMatchObject([{ data: { via: `deal:${deal}` } }]);
});

it('a purchase that its deal cancels says so, and nobody else can say it', async () => {
  await deals.stack.portal.fault({ endpoint: 'orders', kind: 'rate-limit', retryAfterSeconds: 3_600 });
  const number = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', number);
  await deals.tellOfPipedrive(number);
  const { requestId: id } = await deals.reaches(deal, 'requested');
  await until('an attempt', async () => (await deals.stack.ledger.latestAttempt(id!))?.outcome);
  await deals.crm.put('pipedrive', 'deals', number, { status: 'lost', custom_fields: {} });
  await deals.tellOfPipedrive(number, { data: { id: number, status: 'lost' }, previous: { status: 'won' } });
  expect((await deals.purchaseOf(id!)).status).toBe('cancelled');
  expect(await eventsOf(id!, 'decision')).toMatchObject([
    { actor: 'wonce:deal', data: { verb: 'cancel', via: `deal:${deal}` } },
  ]);
  const other = await asked();
  await runOf(other).signal('cancel', { by: 'deal', why: 'The deal is no longer won.' });
  expect(await decided(other)).toMatchObject([{ actor: 'deal', data: { via: 'temporal' } }]);
});
