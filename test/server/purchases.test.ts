import { randomUUID } from 'node:crypto';
import type { PurchaseStatus } from '../../domain/status';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';
import { serve, type ServerForTests } from './running-server';

let stack: TestStack;
let server: ServerForTests;

beforeAll(async () => {
  stack = await TestStack.start();
  await stack.startWorker();
  server = await serve(stack);
});
afterAll(async () => {
  await server.close();
  await stack.stop();
});

function request(change: object = {}) {
  const requestId = `http-${randomUUID().slice(0, 8)}`;
  return { ...tutorialRequest(requestId), poNumber: requestId, ...change };
}

const post = (body: object) => server.call('POST', '/purchases', { body });
const decide = (requestId: string, body: object) =>
  server.call('POST', `/purchases/${requestId}/decisions`, { body });

async function reached(requestId: string, state: PurchaseStatus['status']): Promise<PurchaseStatus> {
  return until(`${requestId} to be ${state}`, async () => {
    const { json } = await server.call('GET', `/purchases/${requestId}`);
    return json.status === state && (json as unknown as PurchaseStatus);
  });
}

it('a request is accepted, bought, and answered with the same purchase when it comes again', async () => {
  const wanted = request();
  const accepted = await post(wanted);
  expect(accepted.status).toBe(202);
  expect(accepted.headers.get('location')).toBe(`/purchases/${wanted.requestId}`);
  const { order } = await reached(wanted.requestId, 'ordered');
  const again = await post(wanted);
  expect(again).toMatchObject({ status: 200, json: { status: 'ordered', order } });
  expect(await stack.portal.ordersWithPo(wanted.requestId)).toHaveLength(1);
});

it('other content under a known id is refused, says what differs, and changes nothing', async () => {
  const wanted = request();
  await post(wanted);
  await reached(wanted.requestId, 'ordered');
  const refused = await post({ ...wanted, years: 5 });
  expect(refused).toMatchObject({
    status: 409,
    json: { code: 'RequestConflict', differences: ['years (2 before, 5 now)'] },
  });
  expect(await stack.portal.ordersWithPo(wanted.requestId)).toHaveLength(1);
});

it('two servers that get one request at the same moment buy once', async () => {
  const other = await serve(stack);
  const wanted = request();
  const answers = await Promise.all(
    [server, other, server, other].map((each) => each.call('POST', '/purchases', { body: wanted })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 202]);
  await reached(wanted.requestId, 'ordered');
  expect(await stack.portal.ordersWithPo(wanted.requestId)).toHaveLength(1);
  await other.close();
});

it.each<[string, string | Uint8Array | object, string[]]>([
  [
    'fields that are wrong',
    { ...tutorialRequest('wrong'), years: 6, extensions: 0 },
    ['extensions', 'years'],
  ],
  ['a key that is not known', { ...tutorialRequest('wrong'), price: 1 }, ['price']],
  ['an id as a number that would lose digits', '{"requestId":"wrong","plan":3197218168379846218}', ['plan']],
  ['a list of lists', `{"plan":${'['.repeat(50)}${']'.repeat(50)}}`, ['plan.0.0']],
  ['a list', [], ['request']],
])('%s: refused, field by field', async (_what, body, fields) => {
  const { status, json } = await server.call('POST', '/purchases', { body });
  expect({ status, code: json.code }).toEqual({ status: 422, code: 'InvalidRequest' });
  const problems = json.problems as { field: string }[];
  expect(problems.map(({ field }) => field).sort()).toEqual(fields);
});

it('a hundred thousand wrong keys are not all listed', async () => {
  const keys = Array.from({ length: 60_000 }, (_, index) => `"k${index}":1`);
  const { status, json, text } = await server.call('POST', '/purchases', { body: `{${keys.join(',')}}` });
  expect(status).toBe(422);
  expect(json.problems).toHaveLength(50);
  expect(text.length).toBeLessThan(20_000);
});

it.each<[string, string | Uint8Array]>([
  ['no JSON', '{"requestId"'],
  ['nothing', ''],
  ['one key twice', '{"requestId":"a","requestId":"b"}'],
  ['nested so deep that it would exhaust the stack', `{"plan":${'['.repeat(3000)}${']'.repeat(3000)}}`],
  ['no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
])('a body that is %s is refused', async (_what, body) => {
  const answer = await server.call('POST', '/purchases', { body });
  expect(answer).toMatchObject({ status: 422, json: { code: 'InvalidRequest' } });
});

it.each(['years', 'requestId'])(
  'the key that stands twice is named, in a request and in a decision: %s',
  async (key) => {
    const body = JSON.stringify(request()).replace(`"${key}"`, `"${key}":2,"${key}"`);
    expect((await server.call('POST', '/purchases', { body })).json.detail).toContain(
      `The request has the key "${key}" twice in one object.`,
    );
    const decision = `{"verb":"cancel","by":"Ann","${key}":1,"${key}":1}`;
    expect(await server.call('POST', '/purchases/nobody/decisions', { body: decision })).toMatchObject({
      ...{ status: 422, json: { code: 'DecisionInvalid' } },
    });
  },
);

it('a byte order mark, what nobody can see and what is empty make no other purchase', async () => {
  const { services: _1, billingContact: _2, ...wanted } = request();
  const license = { kind: 'existing', serialNumber: '36\u200b51e1292455\u200e', partner: null };
  const billingContact = { email: 'accounts@reseller.example\u00a0', company: '' };
  const sent = { ...wanted, license, services: null, billingContact };
  for (const body of [
    Buffer.from(`\uFEFF${JSON.stringify(sent)}`),
    Buffer.from(`\uFEFF${JSON.stringify({ ...sent, services: [] })}`, 'utf16le'),
    JSON.stringify({ ...sent, services: '', requestId: `\u200b${wanted.requestId}` }),
  ]) {
    expect((await server.call('POST', '/purchases', { body })).status).toBeLessThan(300);
  }
  await reached(wanted.requestId, 'ordered');
  expect(await stack.portal.ordersWithPo(wanted.requestId)).toHaveLength(1);
  const invisible = encodeURIComponent(`${wanted.requestId}\u200b`);
  expect((await server.call('GET', `/purchases/${invisible}`)).json.status).toBe('ordered');
  const body = Buffer.from('\uFEFF{"verb":"cancel","by":"Ann","why":null,"id":""}');
  const decided = await server.call('POST', `/purchases/${wanted.requestId}/decisions`, { body });
  expect(decided.json.code).toBe('NothingWaits');
});

it('a rule of the house is told by its own code', async () => {
  const answer = await post(request({ plan: 'Enterprise' }));
  expect(answer).toMatchObject({ status: 422, json: { code: 'ServiceNeedsPlan' } });
});

it('a plan whose name is longer than Temporal shows is no failure of the server', async () => {
  const wanted = request({ plan: '"é'.repeat(2000), services: [] });
  expect((await post(wanted)).status).toBe(202);
  expect((await reached(wanted.requestId, 'refused')).reason!.code).toBe('PlanNotFound');
});

it.each(['nobody', '..%2F..', 'a'.repeat(129), 'a'.repeat(9000), '%E2%82%AC'])(
  'a purchase "%s" is not known, whatever is asked about it',
  async (id) => {
    for (const [method, path] of [
      ['GET', `/purchases/${id}`],
      ['GET', `/purchases/${id}/audit`],
      ['POST', `/purchases/${id}/decisions`],
    ] as const) {
      const body = method === 'POST' ? { body: { verb: 'cancel', by: 'Ann' } } : {};
      const answer = await server.call(method, path, body);
      expect(answer).toMatchObject({ status: 404, json: { code: 'UnknownPurchase' } });
    }
  },
);

it('lists purchases newest first, a page at a time', async () => {
  const wanted = [request(), request(), request()];
  for (const each of wanted) {
    await post(each);
    await reached(each.requestId, 'ordered');
  }
  const idsOf = (json: Record<string, unknown>) =>
    (json.purchases as PurchaseStatus[]).map(({ requestId }) => requestId);
  const first = await server.call('GET', '/purchases?limit=2&status=ordered');
  expect(idsOf(first.json)).toEqual([wanted[2]!.requestId, wanted[1]!.requestId]);
  const after = encodeURIComponent(first.json.next as string);
  const second = await server.call('GET', `/purchases?limit=1&status=ordered&after=${after}`);
  expect(idsOf(second.json)).toEqual([wanted[0]!.requestId]);
});

it.each([
  ['status=lost', 'status'],
  ['limit=0', 'limit'],
  ['limit=101', 'limit'],
  ['limit=2&limit=3', 'limit'],
  ['limit=1e1', 'limit'],
  ['page=2', 'page'],
])('the query %s is refused by the name of what is wrong', async (query, field) => {
  const { status, json } = await server.call('GET', `/purchases?${query}`);
  expect({ status, code: json.code }).toEqual({ status: 422, code: 'InvalidQuery' });
  expect(json.problems).toMatchObject([{ field }]);
});

it.each(['', 'x', '~', '9999999999999999~x'])('a page after "%s" is refused', async (after) => {
  const answer = await server.call('GET', `/purchases?after=${after}`);
  expect(answer).toMatchObject({ status: 422, json: { code: 'InvalidQuery' } });
});

it('the audit has the whole chain, and says that it verifies', async () => {
  const wanted = request();
  await post(wanted);
  await reached(wanted.requestId, 'ordered');
  const { status, json } = await server.call('GET', `/purchases/${wanted.requestId}/audit`);
  expect(status).toBe(200);
  const events = json.events as { kind: string }[];
  expect(events[0]).toMatchObject({ seq: 1, kind: 'accepted', data: { request: wanted } });
  expect(json.verification).toEqual({ ok: true, events: events.length });
});

describe('a decision', () => {
  const twoPartners = { license: { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } } };

  it('is checked, made once, and answered with how the purchase stands', async () => {
    const wanted = request(twoPartners);
    await post(wanted);
    const { question } = await reached(wanted.requestId, 'waiting-for-choice');
    const none = await decide(wanted.requestId, { verb: 'choose', id: 'somebody', by: 'Ann' });
    expect(none).toMatchObject({ status: 409, json: { code: 'DecisionRefused' } });
    const { id } = question!.candidates[1]!;
    const made = await decide(wanted.requestId, { verb: 'choose', id, by: 'Ann', why: 'asked' });
    expect(made).toMatchObject({ status: 200, json: { requestId: wanted.requestId } });
    await reached(wanted.requestId, 'ordered');
    const late = await decide(wanted.requestId, { verb: 'choose', id, by: 'Ann' });
    expect(late).toMatchObject({ status: 409, json: { code: 'NothingWaits' } });
    const { json } = await server.call('GET', `/purchases/${wanted.requestId}/audit`);
    const decided = (json.events as { kind: string }[]).find(({ kind }) => kind === 'decision');
    expect(decided).toMatchObject({ actor: 'Ann', data: { verb: 'choose', id, why: 'asked' } });
  });

  it.each<[string, string | object]>([
    ['no verb', { by: 'Ann' }],
    ['a verb that there is not', { verb: 'buy', by: 'Ann' }],
    ['nobody who decides', { verb: 'cancel' }],
    ['a key too many', { verb: 'cancel', by: 'Ann', id: '1' }],
    ['no object', []],
    ['no JSON', '{'],
  ])('with %s is none', async (_what, body) => {
    const answer = await server.call('POST', '/purchases/any/decisions', { body });
    expect(answer).toMatchObject({ status: 422, json: { code: 'DecisionInvalid' } });
  });
});
