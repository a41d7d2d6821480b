import { createHash, randomUUID } from 'node:crypto';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';
import { serve, type ServerForTests } from './running-server';

const TOKENS = ['planted-first-token', 'planted-second-token'];
const doorOf = (token: string) => `api token ${createHash('sha256').update(token).digest('hex').slice(0, 8)}`;

let stack: TestStack;
let server: ServerForTests;
let open: ServerForTests;

beforeAll(async () => {
  stack = await TestStack.start();
  await stack.startWorker();
  server = await serve(stack, { tokens: TOKENS });
  open = await serve(stack);
});
afterAll(async () => {
  await server.close();
  await open.close();
  await stack.stop();
});

const post = (path: string, token: string, body: object) =>
  server.call('POST', path, { body, headers: { authorization: `Bearer ${token}` } });

const eventOf = (requestId: string, kind: string) =>
  until(kind, async () => (await stack.ledger.events(requestId)).find((event) => event.kind === kind));

function request() {
  const requestId = `token-${randomUUID().slice(0, 8)}`;
  return { ...tutorialRequest(requestId), billingContact: undefined };
}

async function asks(requestId: string): Promise<void> {
  await until('the question', async () => {
    const { status } = await stack.client.status(requestId);
    return status.status === 'waiting-for-choice';
  });
}

it('the record says which token began a purchase, and which decided about it, and shows none', async () => {
  const wanted = request();
  const { requestId } = wanted;
  expect(await post('/purchases', TOKENS[0]!, wanted)).toMatchObject({ status: 202 });
  expect(await eventOf(requestId, 'accepted')).toMatchObject({
    actor: 'wonce:workflow',
    data: { via: doorOf(TOKENS[0]!) },
  });
  await asks(requestId);
  const decision = { verb: 'choose', id: '3197218168379846218', by: 'Ann' };
  expect(await post(`/purchases/${requestId}/decisions`, TOKENS[1]!, decision)).toMatchObject({
    status: 200,
  });
  expect(await eventOf(requestId, 'decision')).toMatchObject({
    actor: 'Ann',
    data: { verb: 'choose', via: doorOf(TOKENS[1]!) },
  });
  const { text } = await server.call('GET', `/purchases/${requestId}/audit`, {
    headers: { authorization: `Bearer ${TOKENS[0]!}` },
  });
  expect(text).toContain(doorOf(TOKENS[1]!));
  for (const token of TOKENS) expect(text + server.log()).not.toContain(token);
});

it('without tokens nobody can claim one', async () => {
  const wanted = request();
  const headers = { authorization: `Bearer ${TOKENS[0]!}` };
  expect(await open.call('POST', '/purchases', { body: wanted, headers })).toMatchObject({ status: 202 });
  expect(await eventOf(wanted.requestId, 'accepted')).toMatchObject({ data: { via: 'api without token' } });
});

it.each([['wonce command, ann@host'], [null], ['']])(
  'a caller does not say who called: via %j',
  async (via) => {
    const wanted = { ...request(), via };
    const refused = await post('/purchases', TOKENS[0]!, wanted);
    expect(refused).toMatchObject({
      status: 422,
      json: { code: 'InvalidRequest', problems: [{ field: 'via' }] },
    });
    const decision = { verb: 'cancel', by: 'Ann', via };
    expect(await post('/purchases/any/decisions', TOKENS[0]!, decision)).toMatchObject({
      ...{ status: 422, json: { code: 'DecisionInvalid' } },
      text: expect.stringContaining('via: there is no such field') as string,
    });
  },
);

it.each([
  ['a line of the audit', 'Ann\n  9  2026-11-24T10:00:00.000Z  wonce:workflow  ordered  {}', /U\+000A/],
  ['an order to the terminal', 'Ann\u009b2J', /U\+009B/],
  ['another direction', 'Ann\u202e', /U\+202E/],
  ['the system', 'workflow', /kept for the system/],
  ['the system, as it is called now', 'wonce:workflow', /kept for the system/],
])('the forged `by` is refused: %s', async (_what, by, words) => {
  for (const input of [{ by }, ...(by.startsWith('Ann') ? [{ by: 'Ann', why: by }] : [])]) {
    const refused = await post('/purchases/any/decisions', TOKENS[0]!, { verb: 'cancel', ...input });
    expect(refused).toMatchObject({ status: 422, json: { code: 'DecisionInvalid' } });
    expect(refused.text).toMatch(words);
  }
});

it('no answer holds what a terminal would obey, whatever was sent', async () => {
  for (const body of [
    { ...request(), poNumber: 'PO\u0085\u001b[2J' },
    { ...request(), 'x\u009b\u202e': 1 },
    { ...request(), plan: 'Ulti\u2028mate' },
  ]) {
    const refused = await post('/purchases', TOKENS[0]!, body);
    expect(refused).toMatchObject({ status: 422, json: { code: 'InvalidRequest' } });
    expect(refused.text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  }
});
