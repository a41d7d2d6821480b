import { Caller } from './caller';
import { tutorialOrder, TUTORIAL_TEXT } from './orders';

let caller: Caller;
beforeEach(async () => {
  caller = await Caller.start();
  await caller.accessToken();
});
afterEach(() => caller.portal.close());

const PARTNERS = '/user/openapi/user/v1/client/partner_list';

const fault = (input: object) => caller.switched('faults', input);
const taken = async () => (await caller.orders()).length;
const tooLong = () => AbortSignal.timeout(300);

describe.each([
  ['before', 0],
  ['after', 1],
])('with a fault %s, the order is taken', (when, orders) => {
  it('server-error: the status asked for, in an envelope', async () => {
    await fault({ endpoint: 'orders', kind: 'server-error', httpStatus: 503, when });
    expect(await caller.order(TUTORIAL_TEXT)).toMatchObject({
      httpStatus: 503,
      status: 503,
      code: 'system_error',
    });
    expect(await taken()).toBe(orders);
  });

  it('cut: the connection ends without an answer', async () => {
    await fault({ endpoint: 'orders', kind: 'cut', when });
    await expect(caller.orderRaw(TUTORIAL_TEXT)).rejects.toThrow('fetch failed');
    expect(await taken()).toBe(orders);
  });

  it('hang: no answer, and the connection stays', async () => {
    await fault({ endpoint: 'orders', kind: 'hang', when });
    await expect(caller.orderRaw(TUTORIAL_TEXT, tooLong())).rejects.toThrow(/timeout/);
    expect(await taken()).toBe(orders);
  });

  it('broken-json: a 200 that ends in the middle', async () => {
    await fault({ endpoint: 'orders', kind: 'broken-json', when });
    const response = await caller.orderRaw(TUTORIAL_TEXT);
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow(/JSON/);
    expect(await taken()).toBe(orders);
  });

  it('html: a page with status 200', async () => {
    await fault({ endpoint: 'orders', kind: 'html', when });
    const response = await caller.orderRaw(TUTORIAL_TEXT);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await response.text()).toMatch(/^<html>/);
    expect(await taken()).toBe(orders);
  });

  it.each([403, 404, 429])('html: a page with status %i', async (httpStatus) => {
    await fault({ endpoint: 'orders', kind: 'html', httpStatus, when });
    const response = await caller.orderRaw(TUTORIAL_TEXT);
    expect([response.status, await response.text()]).toEqual([httpStatus, expect.stringMatching(/^<html>/)]);
    expect(await taken()).toBe(orders);
  });

  it('redirect: another address', async () => {
    await fault({ endpoint: 'orders', kind: 'redirect', when });
    await expect(caller.orderRaw(TUTORIAL_TEXT, undefined, 'error')).rejects.toThrow();
    await fault({ endpoint: 'orders', kind: 'redirect', httpStatus: 307, when });
    const response = await caller.orderRaw(TUTORIAL_TEXT, undefined, 'manual');
    expect([response.status, response.headers.get('location')]).toEqual([307, '/maintenance']);
    expect(await taken()).toBe(2 * orders);
  });
});

it('an order that breaks a rule is refused as such, whatever fault was to come after it', async () => {
  await fault({ endpoint: 'orders', kind: 'cut', when: 'after' });
  expect(await caller.order('{}')).toMatchObject({ httpStatus: 400 });
  expect(await taken()).toBe(0);
});

it('refuse: the status, code and message asked for, also inside a 200; nothing is taken', async () => {
  const said = { code: 'balance_too_low', detailMessage: 'No credit left.' };
  for (const httpStatus of [200, 403]) {
    await fault({ endpoint: 'orders', kind: 'refuse', httpStatus, ...said });
    expect(await caller.order(TUTORIAL_TEXT)).toMatchObject({ httpStatus, status: httpStatus, ...said });
  }
  expect(await taken()).toBe(0);
});

it('rate-limit: a 429 that says how long to wait', async () => {
  await fault({ endpoint: 'partners', kind: 'rate-limit', retryAfterSeconds: 7 });
  const { httpStatus, headers } = await caller.get(PARTNERS);
  expect([httpStatus, headers.get('retry-after')]).toEqual([429, '7']);
});

it('latency: the answer is right and late, on top of the latency of all calls', async () => {
  await caller.switched('settings', { latencyMs: 100 });
  await fault({ endpoint: 'partners', kind: 'latency', ms: 150 });
  const begun = performance.now();
  expect(await caller.get(PARTNERS)).toMatchObject({ code: 'success' });
  expect(performance.now() - begun).toBeGreaterThan(240);
});

it('order-status: the order is taken with that status', async () => {
  await fault({ endpoint: 'orders', kind: 'order-status', status: 'confirming' });
  expect((await caller.order(TUTORIAL_TEXT)).result.orderStatus).toBe('confirming');
  expect((await caller.order(TUTORIAL_TEXT)).result.orderStatus).toBe('succeed');
});

describe('the list of orders', () => {
  const LIST = '/order/openapi/order/v1/page';
  const list = async (query = '') => {
    const { count, total, totalPage, results } = (await caller.get(`${LIST}${query}`)).result;
    const numbers = (results as { orderNo: string }[]).map(({ orderNo }) => orderNo);
    return { count, total, totalPage, numbers };
  };

  it('short-list: lacks the newest orders, and its totals with them, until the fault is used up', async () => {
    const newest = await caller.plant(TUTORIAL_TEXT);
    const [first, second] = [await caller.plant(TUTORIAL_TEXT, 1), await caller.plant(TUTORIAL_TEXT, 2)];
    await fault({ endpoint: 'order-list', kind: 'short-list', hide: 1, times: 2 });
    const short = { count: 2, total: 2, totalPage: 2, numbers: [first] };
    expect(await list('?pageSize=1')).toEqual(short);
    expect(await list('?pageSize=1&pageNo=2')).toEqual({ ...short, numbers: [second] });
    expect(await list()).toEqual({ count: 3, total: 3, totalPage: 1, numbers: [first, second, newest] });
  });

  it.each([{}, { hide: null }, { hide: 5 }])('short-list with %j: hides all that there are', async (hide) => {
    const orderNo = await caller.plant(TUTORIAL_TEXT);
    await fault({ endpoint: 'order-list', kind: 'short-list', ...hide });
    expect(await list()).toEqual({ count: 0, total: 0, totalPage: 0, numbers: [] });
    expect(await caller.get(`/order/openapi/order/v1/get/${orderNo}`)).toMatchObject({ code: 'success' });
  });

  it('endless-list: every page is full of other orders, and there is always one page more', async () => {
    await caller.switched('settings', { createTimeUnit: 's' });
    await fault({ endpoint: 'order-list', kind: 'endless-list', times: null });
    const seen = new Set<string>();
    for (const pageNo of [1, 2, 1999]) {
      const { totalPage, total, numbers } = await list(`?pageNo=${pageNo}&pageSize=100`);
      expect([totalPage, total]).toEqual([pageNo + 1, (pageNo + 1) * 100]);
      numbers.forEach((orderNo) => seen.add(orderNo));
    }
    expect(seen.size).toBe(300);
    const [order] = (await caller.get(LIST)).result.results as Record<string, unknown>[];
    expect(order).toMatchObject({ id: expect.stringMatching(/^\d{19}$/) as string, orderStatus: 'succeed' });
    expect(Math.abs(Date.now() / 1000 - Number(order!.createTime))).toBeLessThan(60);
    expect(await caller.orders()).toEqual([]);
  });

  it('endless-list: a page that is asked for wrongly is refused all the same', async () => {
    await fault({ endpoint: 'order-list', kind: 'endless-list' });
    expect(await caller.get(`${LIST}?pageSize=101`)).toMatchObject({ httpStatus: 400 });
  });
});

describe('every list', () => {
  const PRODUCTS =
    '/product/openapi/instance_product/v1/client/instance_product_list?productId=12&pageSize=20';
  const serials = async (pageNo: number) => {
    const { results, total } = (await caller.get(`${PRODUCTS}&pageNo=${pageNo}`)).result;
    return { total, serials: (results as { productNo: string }[]).map(({ productNo }) => productNo) };
  };

  it('moving-list: behind the first page all rows stand one further on, and the last is not seen', async () => {
    const whole = [
      ...(await serials(1)).serials,
      ...(await serials(2)).serials,
      ...(await serials(3)).serials,
    ];
    await fault({ endpoint: 'products', kind: 'moving-list', times: 3 });
    expect(await serials(1)).toEqual({ total: 60, serials: whole.slice(0, 20) });
    expect(await serials(2)).toEqual({ total: 60, serials: whole.slice(19, 39) });
    expect(await serials(3)).toEqual({ total: 60, serials: whole.slice(39, 59) });
    expect(await serials(3)).toEqual({ total: 60, serials: whole.slice(40, 60) });
  });

  it('row-twice: the first row in the place of the last', async () => {
    await fault({ endpoint: 'products', kind: 'row-twice' });
    const { serials: shown } = await serials(1);
    expect([shown.length, new Set(shown).size, shown.at(-1)]).toEqual([20, 19, shown[0]]);
    await fault({ endpoint: 'partners', kind: 'row-twice' });
    const partners = (await caller.get(PARTNERS)).result as unknown as { partnerId: string }[];
    expect(partners.at(-1)).toEqual(partners[0]);
  });

  it('no-list: how many there are, and none of them', async () => {
    for (const [endpoint, path] of [
      ['products', PRODUCTS],
      ['partners', PARTNERS],
      ['order-list', '/order/openapi/order/v1/page'],
    ]) {
      await fault({ endpoint, kind: 'no-list' });
      const { result, code } = await caller.get(path!);
      expect([code, 'total' in result, 'results' in result]).toEqual(['success', true, false]);
    }
  });

  it('partners and billing contacts come in pages where that is set, and are counted', async () => {
    await caller.switched('settings', { unaskedPageSize: 3 });
    const ids = async (pageNo: string) =>
      ((await caller.get(`${PARTNERS}${pageNo}`)).result.results as { partnerId: string }[]).length;
    expect([await ids(''), await ids('?pageNo=2'), await ids('?pageNo=3')]).toEqual([3, 1, 0]);
    expect((await caller.get(PARTNERS)).result).toMatchObject({ total: 4, pageSize: 3, totalPage: 2 });
  });
});

describe('order details', () => {
  it.each([
    ['server-error', { httpStatus: 503 }, 503],
    ['rate-limit', {}, 429],
    ['refuse', { httpStatus: 404, code: 'order_not_found' }, 404],
  ])('can have a %s', async (kind, more, httpStatus) => {
    const path = `/order/openapi/order/v1/get/${await caller.plant(TUTORIAL_TEXT)}`;
    await fault({ endpoint: 'order-details', kind, ...more });
    expect(await caller.get('/order/openapi/order/v1/page')).toMatchObject({ code: 'success' });
    expect(await caller.get(path)).toMatchObject({ httpStatus });
    expect(await caller.get(path)).toMatchObject({ code: 'success' });
  });
});

describe('a fault is for', () => {
  const isHit = async () => (await caller.get(PARTNERS)).httpStatus === 500;

  it('once unless told otherwise', async () => {
    await fault({ endpoint: 'partners', kind: 'server-error' });
    expect([await isHit(), await isHit()]).toEqual([true, false]);
  });

  it('as often as told', async () => {
    await fault({ endpoint: 'partners', kind: 'server-error', times: 2 });
    expect([await isHit(), await isHit(), await isHit()]).toEqual([true, true, false]);
  });

  it('until cleared when times is null', async () => {
    await fault({ endpoint: 'any', kind: 'server-error', times: null });
    expect([await isHit(), await isHit()]).toEqual([true, true]);
    expect((await caller.askToken()).httpStatus).toBe(500);
    expect(await caller.control('DELETE', 'faults')).toEqual({ ok: true });
    expect(await isHit()).toBe(false);
  });

  it('its endpoint only', async () => {
    await fault({ endpoint: 'billing-contacts', kind: 'server-error' });
    expect(await isHit()).toBe(false);
  });

  it('orders with its purchase order number only, however the body is spaced', async () => {
    await fault({ endpoint: 'orders', kind: 'server-error', match: { poNumber: 'mine' } });
    expect((await caller.order(tutorialOrder({ poNumber: 'other' }))).httpStatus).toBe(200);
    expect((await caller.order(tutorialOrder())).httpStatus).toBe(200);
    expect((await caller.order('{')).httpStatus).toBe(400);
    expect((await caller.order(TUTORIAL_TEXT.replace('{', '{ "poNumber" : "mine",'))).httpStatus).toBe(500);
  });

  it('calls for its serial number only', async () => {
    await fault({ endpoint: 'any', kind: 'server-error', times: 2, match: { productNo: '3651E1292455' } });
    expect(await isHit()).toBe(false);
    expect((await caller.order(tutorialOrder({ productNo: undefined }))).httpStatus).toBe(200);
    expect((await caller.order(TUTORIAL_TEXT)).httpStatus).toBe(500);
    const plans = '/pricing/openapi/purchase/v1/purchase_product_info?productId=12&productNo=3651E1292455';
    expect((await caller.get(plans)).httpStatus).toBe(500);
  });
});

it.each<[string, object, RegExp]>([
  ['no endpoint', { kind: 'cut' }, /^endpoint: expected one of token, /],
  ['an unknown endpoint', { endpoint: 'all', kind: 'cut' }, /^endpoint: expected one of/],
  ['no kind', { endpoint: 'any' }, /^kind: expected one of latency, /],
  ['an unknown kind', { endpoint: 'any', kind: 'constructor' }, /^kind: expected one of/],
  [
    'an unknown key',
    { endpoint: 'any', kind: 'cut', probability: 0.5 },
    /^probability: not known here; known are/,
  ],
  ['a key of another kind', { endpoint: 'any', kind: 'cut', ms: 5 }, /^ms: not known here/],
  [
    'a strange moment',
    { endpoint: 'any', kind: 'cut', when: 'during' },
    /^when: expected one of before, after/,
  ],
  ['no time at all', { endpoint: 'any', kind: 'cut', times: 0 }, /^times: expected/],
  ['times in words', { endpoint: 'any', kind: 'cut', times: 'two' }, /^times: expected/],
  ['a match by something else', { endpoint: 'any', kind: 'cut', match: { id: '1' } }, /^match: expected/],
  ['a server error that is none', { endpoint: 'any', kind: 'server-error', httpStatus: 404 }, /^httpStatus/],
  ['negative waiting', { endpoint: 'any', kind: 'latency', ms: -1 }, /^ms: expected/],
  ['a status of no order', { endpoint: 'plans', kind: 'order-status', status: 'failed' }, /orders only/],
  [
    'a short list of partners',
    { endpoint: 'partners', kind: 'short-list' },
    /short-list is a fault of order-list/,
  ],
  ['endless lists of all kinds', { endpoint: 'any', kind: 'endless-list' }, /is a fault of order-list only/],
  ['hiding nothing', { endpoint: 'order-list', kind: 'short-list', hide: 0 }, /^hide: expected/],
  ['a redirect that is none', { endpoint: 'plans', kind: 'redirect', httpStatus: 200 }, /^httpStatus/],
  [
    'an order that moves',
    { endpoint: 'orders', kind: 'moving-list' },
    /is a fault of partners, .*order-list only/,
  ],
])('a fault is refused for %s', async (_name, input, message) => {
  const { ok, problem } = await caller.control('POST', 'faults', input);
  expect(ok).toBe(false);
  expect(problem).toMatch(message);
  expect(await caller.control('GET', 'faults')).toEqual({ faults: [] });
});

it('closing ends connections that hang and calls that wait, at once', async () => {
  const own = await Caller.start();
  await own.switched('faults', { endpoint: 'orders', kind: 'hang' });
  await own.switched('faults', { endpoint: 'partners', kind: 'latency', ms: 60_000 });
  const ends = Promise.allSettled([own.orderRaw(TUTORIAL_TEXT), own.get(PARTNERS)]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const begun = performance.now();
  await own.portal.close();
  expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(performance.now() - begun).toBeLessThan(20_000);
});
