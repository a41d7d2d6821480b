import { Caller } from './caller';
import { TUTORIAL_TEXT } from './orders';

let caller: Caller;
beforeEach(async () => void (caller = await Caller.start()));
afterEach(() => caller.portal.close());

it('the log tells method, path, time and faults of the vendor’s calls, and counts them', async () => {
  await caller.switched('faults', { endpoint: 'orders', kind: 'server-error', when: 'after' });
  await caller.order(TUTORIAL_TEXT);
  await caller.get('/order/openapi/order/v1/get/ZC1?x=secret');
  await caller.get('/nowhere');
  const { requests, counters } = await caller.control('GET', 'requests');
  const at = expect.any(Number) as number;
  expect(requests).toEqual([
    { method: 'POST', path: '/auth/openapi/v1/oauth/token', endpoint: 'token', at, faults: [] },
    {
      method: 'POST',
      path: '/order/openapi/order/v1/save',
      endpoint: 'orders',
      at,
      faults: ['server-error'],
    },
    { method: 'GET', path: '/order/openapi/order/v1/get/ZC1', endpoint: 'order-details', at, faults: [] },
    { method: 'GET', path: '/nowhere', endpoint: 'unknown', at, faults: [] },
  ]);
  expect(counters).toMatchObject({
    total: 4,
    faulted: 1,
    byEndpoint: { orders: 1, partners: 0, unknown: 1 },
  });
});

it('neither log nor orders hold tokens and secrets', async () => {
  await caller.order(TUTORIAL_TEXT);
  const token = await caller.accessToken();
  const told = JSON.stringify([
    await caller.control('GET', 'requests'),
    await caller.control('GET', 'orders'),
  ]);
  expect(told).not.toContain(token);
  expect(told).not.toContain('fake-portal-secret');
});

it.each<[string, object | string, RegExp]>([
  ['an unknown one', { colour: 'red' }, /^colour: not known here; known are latencyMs, /],
  ['one that every object has', { toString: 1 }, /^toString: not known here/],
  ['a negative wait', { latencyMs: -1 }, /^latencyMs: expected a whole number/],
  ['a shape that is none', { catalogueShape: 'round' }, /^catalogueShape: expected one of nested, flat/],
  ['a unit that is none', { createTimeUnit: 'us' }, /^createTimeUnit: expected one of ms, s, words, missing/],
  ['an order that is none', { orderListOrder: 'by price' }, /^orderListOrder: expected one of oldest-first/],
  ['lines in numbers', { showOrderSummary: 1 }, /^showOrderSummary: expected true or false/],
  ['a partner in numbers', { showPartnerId: 0 }, /^showPartnerId: expected true or false/],
  ['a flag in words', { returnPoNumber: 'yes' }, /^returnPoNumber: expected true or false/],
  [
    'a clock in words',
    { clockAheadMs: 'an hour' },
    /^clockAheadMs: expected a whole number from -\d+ to \d+/,
  ],
  ['a page of none', { largestPage: 0 }, /^largestPage: expected a whole number from 1 to 100, or null/],
  ['ids of another kind', { idsAs: 'list' }, /^idsAs: expected one of text, number/],
  ['no JSON', '{"latencyMs": ', /^body: expected a JSON object/],
])('a setting is refused: %s; and nothing of the change is made', async (_name, change, message) => {
  const before = await caller.control('GET', 'settings');
  const input = typeof change === 'string' ? change : { orderStatus: 'failed', ...change };
  const { ok, problem } = await caller.control('POST', 'settings', input);
  expect(ok).toBe(false);
  expect(problem).toMatch(message);
  expect(await caller.control('GET', 'settings')).toEqual(before);
});

it.each<[string, unknown]>([
  ['products', {}],
  ['products', { serialNumbers: 'A' }],
  ['products', { serialNumbers: [1] }],
  ['products', { serialNumbers: ['A'], more: true }],
  ['orders/ZC1/status', {}],
  ['orders/ZC1/status', { status: '' }],
])('POST %s refuses %j', async (path, input) => {
  expect(await caller.control('POST', path, input)).toMatchObject({ ok: false });
});
