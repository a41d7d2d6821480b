import { Caller } from './caller';
import { tutorialOrder, TUTORIAL_TEXT } from './orders';

let caller: Caller;
beforeEach(async () => void (caller = await Caller.start()));
afterEach(() => caller.sandbox.close());

const LIST = '/order/openapi/order/v1/page';
const details = async (id: unknown) => caller.get(`/order/openapi/order/v1/get/${String(id)}`);

it('the book holds the body character for character', async () => {
  await caller.order(TUTORIAL_TEXT);
  expect((await caller.book())[0]).toMatchObject({ body: TUTORIAL_TEXT, orderStatus: 'succeed' });
});

it('a new licence is in the product list, not activated, with an activation code', async () => {
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
