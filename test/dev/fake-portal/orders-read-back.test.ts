import { LosslessNumber, stringify } from 'lossless-json';
import { Caller } from './caller';
import { tutorialOrder, TUTORIAL_TEXT } from './orders';

let caller: Caller;
beforeEach(async () => void (caller = await Caller.start()));
afterEach(() => caller.portal.close());

const LIST = '/order/openapi/order/v1/page';
const PARTNER = '3076915454489739265';
const list = async (query = '') => (await caller.get(`${LIST}${query}`)).result;
const listed = async (query = '') => (await list(query)).results as Record<string, unknown>[];
const details = async (id: unknown) => caller.get(`/order/openapi/order/v1/get/${String(id)}`);

it('the orders hold the body character for character', async () => {
  await caller.order(TUTORIAL_TEXT);
  expect((await caller.orders())[0]).toMatchObject({ body: TUTORIAL_TEXT, orderStatus: 'succeed' });
});

it('a new license is in the product list, not activated, with an activation code', async () => {
  const { productNo } = (await caller.order(tutorialOrder({ productNo: undefined }))).result;
  const product = '/product/openapi/instance_product/v1';
  const list = await caller.get(`${product}/client/instance_product_list?productId=12&pageNo=3`);
  expect(list.result.results).toContainEqual(
    expect.objectContaining({ productNo, activationStatus: 'unactivated' }),
  );
  const code = await caller.get(`${product}/activation_code?productId=12&productNo=${String(productNo)}`);
  expect(code.result.code).toMatch(/^([0-9A-F]{5}-){3}[0-9A-F]{5}$/);
  expect(await caller.order(tutorialOrder({ productNo }))).toMatchObject({ code: 'success' });
});

it('the order list comes in pages, with no purchase order number', async () => {
  for (const poNumber of ['one', 'two', 'three']) await caller.order(tutorialOrder({ poNumber }));
  const { result } = await caller.get(`${LIST}?pageNo=2&pageSize=2`);
  expect(result).toMatchObject({ count: 3, pageNo: 2, pageSize: 2, total: 3, totalPage: 2 });
  const [order] = result.results as Record<string, unknown>[];
  expect(order).toEqual({
    createTime: expect.any(Number) as number,
    currencyCode: 'USD',
    customReferenceNo: '',
    id: expect.stringMatching(/^\d{19}$/) as string,
    invoiceNo: '',
    orderNo: expect.stringMatching(/^ZC\d{19}$/) as string,
    orderStatus: 'succeed',
  });
  expect(Math.abs(Date.now() - Number(order!.createTime))).toBeLessThan(60_000);
});

it('list and details hold the purchase order number when set', async () => {
  await caller.switched('settings', { returnPoNumber: true });
  const { orderNo } = (await caller.order(tutorialOrder({ poNumber: 'PO-1' }))).result;
  expect((await caller.get(LIST)).result.results).toMatchObject([{ poNumber: 'PO-1' }]);
  expect((await details(orderNo)).result).toMatchObject({ orderInformation: { poNumber: 'PO-1' } });
});

it('details are found by order number and by id, and hold the lines with ids as text', async () => {
  const poNumber = 'a:1234567890123456789';
  const { orderNo } = (await caller.order(TUTORIAL_TEXT.replace('{', `{"poNumber": "${poNumber}",`))).result;
  const { result } = await details(orderNo);
  expect(result).toMatchObject({
    basicInformation: { productId: '12', productNo: '3651E1292455' },
    billingInformation: { billingContactId: '3197218168379846218' },
    orderInformation: { orderNo, orderStatus: 'succeed' },
    orderSummary: [
      { serviceType: 'plan', serviceId: '3049041101760282624', quantity: 100, multiCycle: 2 },
      {
        serviceType: 'service',
        serviceId: '3129372068699893760',
        connectionPlanId: '3049041101760282624',
      },
    ],
  });
  expect(JSON.stringify(result)).not.toContain(poNumber);
  const { id } = result.orderInformation as { id: string };
  expect((await details(id)).result).toEqual(result);
});

it('an order that is not there is refused', async () => {
  expect(await details('ZC1')).toMatchObject({ httpStatus: 404, code: 'order_not_found' });
});

it('new orders get the status that is set, and one order’s is changed by hand', async () => {
  await caller.switched('settings', { orderStatus: 'pending' });
  const { orderNo, orderStatus } = (await caller.order(TUTORIAL_TEXT)).result;
  expect(orderStatus).toBe('pending');
  await caller.switched(`orders/${String(orderNo)}/status`, { status: 'cancelled' });
  expect((await details(orderNo)).result).toMatchObject({ orderInformation: { orderStatus: 'cancelled' } });
  expect(await caller.control('POST', 'orders/ZC1/status', { status: 'failed' })).toMatchObject({
    ok: false,
  });
});

it.each([
  ['ms', 1_739_717_926_789],
  ['s', 1_739_717_926],
  ['missing', undefined],
])('the time of creation in list and details: %s', async (createTimeUnit, createTime) => {
  await caller.switched('settings', { createTimeUnit });
  const orderNo = await caller.plant(TUTORIAL_TEXT, 1_739_717_926_789);
  const [order] = await listed();
  const { orderInformation } = (await details(orderNo)).result;
  const isShown = createTime !== undefined;
  for (const shown of [order, orderInformation] as Record<string, unknown>[]) {
    expect([shown.orderNo, shown.createTime, 'createTime' in shown]).toEqual([orderNo, createTime, isShown]);
  }
});

it('details hold the subordinate user as text, whatever the order wrote, and only when set', async () => {
  const forPartner = (partnerId: unknown) => caller.order(tutorialOrder({ productNo: undefined, partnerId }));
  const byNumber = (await forPartner(new LosslessNumber(PARTNER))).result.orderNo;
  const byText = (await forPartner(PARTNER)).result.orderNo;
  const forOneself = (await caller.order(TUTORIAL_TEXT)).result.orderNo;
  const shown = async (orderNo: unknown) =>
    (await details(orderNo)).result.basicInformation as Record<string, unknown>;
  expect(await shown(byNumber)).not.toHaveProperty('partnerId');
  await caller.switched('settings', { showPartnerId: true });
  expect(await shown(byNumber)).toMatchObject({ partnerId: PARTNER });
  expect(await shown(byText)).toMatchObject({ partnerId: PARTNER });
  expect(await shown(forOneself)).not.toHaveProperty('partnerId');
});

it('details hold no lines when they are switched off', async () => {
  const { orderNo } = (await caller.order(TUTORIAL_TEXT)).result;
  await caller.switched('settings', { showOrderSummary: false });
  expect(Object.keys((await details(orderNo)).result)).toEqual([
    'basicInformation',
    'billingInformation',
    'orderInformation',
  ]);
});

describe('the order of the list', () => {
  const numbers = async (query = '') => (await listed(query)).map(({ orderNo }) => orderNo);
  const pages = async () => [...(await numbers('?pageSize=6')), ...(await numbers('?pageSize=6&pageNo=2'))];
  let oldestFirst: string[];
  beforeEach(async () => {
    oldestFirst = [];
    for (let at = 1; at <= 12; at += 1) oldestFirst.push(await caller.plant(TUTORIAL_TEXT, at));
  });

  it('is by time of creation, not by when it was taken', async () => {
    const oldest = await caller.plant(TUTORIAL_TEXT, 0);
    expect(await numbers()).toEqual([oldest, ...oldestFirst]);
    await caller.switched('settings', { orderListOrder: 'newest-first' });
    expect(await numbers()).toEqual([oldest, ...oldestFirst].reverse());
  });

  it('means nothing when shuffled, is always the same, and takes a new order in the middle', async () => {
    await caller.switched('settings', { orderListOrder: 'shuffled' });
    const shuffled = await pages();
    expect(shuffled).not.toEqual(oldestFirst);
    expect(shuffled).not.toEqual([...oldestFirst].reverse());
    expect([...shuffled].sort()).toEqual([...oldestFirst].sort());
    expect(await pages()).toEqual(shuffled);
    const more = await caller.plant(TUTORIAL_TEXT);
    expect((await numbers()).filter((orderNo) => orderNo !== more)).toEqual(shuffled);
  });
});

describe('an order that did not come through the API', () => {
  it('is among the orders, in the list and the product list as any other, and no call is logged', async () => {
    const body = stringify(tutorialOrder({ productNo: undefined, poNumber: 'by hand' }))!;
    const orderNo = await caller.plant(body, 1_739_717_926_000);
    expect(await caller.control('GET', 'requests')).toMatchObject({ counters: { total: 0 } });
    const [order] = await caller.orders();
    expect(order).toMatchObject({ orderNo, body, createTime: 1_739_717_926_000, poNumber: 'by hand' });
    expect(await listed()).toMatchObject([{ orderNo, orderStatus: 'succeed' }]);
    const code = `/product/openapi/instance_product/v1/activation_code?productId=12&productNo=${order!.productNo}`;
    expect(await caller.get(code)).toMatchObject({ code: 'success' });
  });

  it('is created now unless told otherwise, with the status that is set', async () => {
    await caller.switched('settings', { orderStatus: 'pending' });
    const before = Date.now();
    await caller.plant(TUTORIAL_TEXT);
    const [order] = await caller.orders();
    expect(order!.createTime).toBeGreaterThanOrEqual(before);
    expect(order!.createTime).toBeLessThanOrEqual(Date.now());
    expect(order!.orderStatus).toBe('pending');
  });

  it.each<[string, object, RegExp]>([
    [
      'a rule',
      { body: TUTORIAL_TEXT.replace('"multiCycle": 2', '"multiCycle": 6') },
      /^multiCycle: expected/,
    ],
    [
      'a digit',
      { body: TUTORIAL_TEXT.replace('3197218168379846218', '3197218168379846144') },
      /^billingId.*digit for digit/,
    ],
    ['no body', {}, /^body: expected text/],
    ['a body that is no text', { body: {} }, /^body: expected text/],
    ['a moment in words', { body: TUTORIAL_TEXT, at: 'now' }, /^at: expected milliseconds since 1970/],
    ['more than that', { body: TUTORIAL_TEXT, orderNo: 'ZC1' }, /^orderNo: not known here/],
  ])('is refused for %s', async (_name, input, message) => {
    const { ok, problem } = await caller.control('POST', 'orders', input);
    expect(ok).toBe(false);
    expect(problem).toMatch(message);
    expect(await caller.orders()).toEqual([]);
  });
});
