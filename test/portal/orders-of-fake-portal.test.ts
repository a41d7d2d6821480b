import { PortalClient } from '../../portal/portal-client';
import { FAKE_PORTAL_CLIENT_ID, FAKE_PORTAL_CLIENT_SECRET } from '../../dev/fake-portal/server';
import { Caller } from '../dev/fake-portal/caller';
import { tutorialOrder, TUTORIAL_TEXT } from '../dev/fake-portal/orders';
import { rejection } from './vendor';

/** The client and the fake portal were written apart from each other: here they meet. */
let caller: Caller;
let client: PortalClient;
beforeEach(async () => {
  caller = await Caller.start();
  const { url } = caller.portal;
  client = new PortalClient({
    url,
    clientId: FAKE_PORTAL_CLIENT_ID,
    clientSecret: FAKE_PORTAL_CLIENT_SECRET,
  });
});
afterEach(async () => {
  client.close();
  await caller.portal.close();
});

const numbersOf = (orders: { orderNo: string }[]) => orders.map(({ orderNo }) => orderNo).sort();

it.each(['oldest-first', 'newest-first', 'shuffled'])(
  'a list that is %s and grows while it is read lacks nothing that was there before, if it says so',
  async (orderListOrder) => {
    await caller.switched('settings', { orderListOrder });
    for (let count = 1; count <= 60; count += 1) await caller.order(TUTORIAL_TEXT);
    const before = numbersOf(await caller.orders());
    let isRead = false;
    const buying = async () => {
      while (!isRead) await caller.order(TUTORIAL_TEXT);
    };
    const reading = client.listOrders().finally(() => (isRead = true));
    const [{ orders, isComplete }] = await Promise.all([reading, buying()]);
    const numbers = new Set(numbersOf(orders));
    expect(numbers.size).toBe(orders.length);
    if (isComplete) expect(before.filter((orderNo) => !numbers.has(orderNo))).toEqual([]);

    const again = await client.listOrders();
    expect(again.isComplete).toBe(true);
    expect(numbersOf(again.orders)).toEqual(numbersOf(await caller.orders()));
  },
);

it('an order is read back as it was ordered', async () => {
  await caller.switched('settings', { returnPoNumber: true, createTimeUnit: 's' });
  const { orderNo } = (await caller.order(tutorialOrder({ poNumber: 'PO-1' }))).result;
  const [order] = await caller.orders();
  const createdAt = Math.floor(order!.createTime / 1000) * 1000;
  const id = String(orderNo).slice(2);
  const listed = { orderNo, id, orderStatus: 'succeed', createdAt, poNumber: 'PO-1' };
  expect(await client.listOrders()).toMatchObject({ orders: [listed], isComplete: true });
  expect(await client.readOrder(String(orderNo))).toEqual({
    ...listed,
    productNo: '3651E1292455',
    billingContactId: '3197218168379846218',
    lines: [
      { kind: 'plan', id: '3049041101760282624', quantity: 100, years: 2 },
      { kind: 'service', id: '3129372068699893760', years: 2 },
    ],
  });
});

it('of an order that shows little, little is known', async () => {
  await caller.switched('settings', { createTimeUnit: 'missing', showOrderSummary: false });
  const orderNo = await caller.plant(TUTORIAL_TEXT);
  const { orders } = await client.listOrders();
  expect(orders).toEqual([{ orderNo, id: orderNo.slice(2), orderStatus: 'succeed' }]);
  const details = await client.readOrder(orderNo);
  expect(Object.keys(details).sort()).toEqual([
    'billingContactId',
    'id',
    'orderNo',
    'orderStatus',
    'productNo',
  ]);
});

it('a new license shows whose it is', async () => {
  await caller.switched('settings', { showPartnerId: true });
  const partnerId = '3076915454489739265';
  const { orderNo, productNo } = (await caller.order(tutorialOrder({ productNo: undefined, partnerId })))
    .result;
  expect(await client.readOrder(String(orderNo))).toMatchObject({ orderNo, productNo, partnerId });
});

it('a short list is whole in its own eyes, and longer at the next look', async () => {
  const orderNo = await caller.plant(TUTORIAL_TEXT);
  await caller.switched('faults', { endpoint: 'order-list', kind: 'short-list' });
  expect(await client.listOrders()).toMatchObject({ orders: [], isComplete: true });
  expect(numbersOf((await client.listOrders()).orders)).toEqual([orderNo]);
});

it('an endless list is a failure that says so', async () => {
  await caller.switched('faults', { endpoint: 'order-list', kind: 'endless-list', times: null });
  const error = await rejection(client.listOrders());
  expect(error).toMatchObject({ code: 'PortalRejected' });
  expect(String(error)).toMatch(/if it ends at all/);
});
