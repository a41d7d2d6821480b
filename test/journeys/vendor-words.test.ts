import { randomUUID } from 'node:crypto';
import type { PurchaseRequest } from '../../domain/request';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.start();
  await stack.startWorker();
});
afterEach(async () => {
  await stack.portal.clearFaults();
  await stack.portal.settings({ unaskedPageSize: null });
});
afterAll(() => stack.stop());

/** Each for a PBX of its own, which is the last of the list. */
async function request(change: Partial<PurchaseRequest> = {}): Promise<PurchaseRequest> {
  const requestId = `words-${randomUUID().slice(0, 8)}`;
  const serialNumber = `3651E5${randomUUID().slice(0, 6).toUpperCase()}`;
  await stack.portal.addProducts([serialNumber]);
  const license = { kind: 'existing', serialNumber } as const;
  return { ...tutorialRequest(requestId), license, poNumber: requestId, ...change };
}

async function buy(wanted: PurchaseRequest) {
  await stack.client.start(wanted);
  return (await stack.client.wait(wanted.requestId)).status;
}

const ordersOf = ({ requestId }: PurchaseRequest) => stack.portal.ordersWithPo(requestId);

describe('an order that is answered by something that proves nothing is not sent again, and is looked for', () => {
  const ways: [string, Record<string, unknown>][] = [
    ...[302, 303, 307].map((httpStatus): [string, Record<string, unknown>] => [
      `a redirect, ${httpStatus}`,
      { kind: 'redirect', httpStatus },
    ]),
    ...[403, 404, 405, 429].map((httpStatus): [string, Record<string, unknown>] => [
      `${httpStatus} in HTML`,
      { kind: 'html', httpStatus },
    ]),
    ['an error name that nobody documents', { kind: 'refuse', httpStatus: 400, code: 'payment_failed' }],
  ];

  it.each(ways)('%s, before the vendor took it: a person is asked', async (_what, fault) => {
    const wanted = await request();
    await stack.portal.fault({ endpoint: 'orders', ...fault });
    expect(await buy(wanted)).toMatchObject({ status: 'waiting-for-decision', attempts: 1 });
    expect(await ordersOf(wanted)).toEqual([]);
    await stack.client.decide(wanted.requestId, { verb: 'settle', notCreated: 'stop', by: 'Ann' });
  });

  it.each(ways.slice(0, -1))('%s, after the vendor took it: it is found', async (_what, fault) => {
    const wanted = await request();
    await stack.portal.fault({ endpoint: 'orders', ...fault, when: 'after' });
    const status = await buy(wanted);
    const [order, ...more] = await ordersOf(wanted);
    expect(more).toEqual([]);
    expect(status).toMatchObject({ status: 'ordered', attempts: 1, order: { orderNo: order!.orderNo } });
  });
});

describe('a lookup that is answered by something that is not the vendor’s word waits, says why, and goes on', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a redirect', { kind: 'redirect' }, /HTTP 302.*redirects: is PORTAL_URL right/],
    ['403 in HTML', { kind: 'html', httpStatus: 403 }, /HTTP 403.*not in the Partner Portal's own words/],
    ['404 in HTML', { kind: 'html', httpStatus: 404 }, /HTTP 404/],
    ['423', { kind: 'html', httpStatus: 423 }, /out of order \(423/],
    ['425', { kind: 'html', httpStatus: 425 }, /out of order \(425/],
    ['an error name', { kind: 'refuse', httpStatus: 400, code: 'some_error' }, /not documented.*some_error/],
    ['a busy system', { kind: 'refuse', httpStatus: 200, code: 'system_busy' }, /out of order .*system_busy/],
    ['too many', { kind: 'refuse', httpStatus: 200, code: 'too_many_requests' }, /slow down/],
    ['a dead token', { kind: 'refuse', httpStatus: 200, code: 'token_expired' }, /turned down a fresh token/],
  ])('%s', async (_what, fault, why) => {
    for (const endpoint of ['plans', 'products', 'billing-contacts']) {
      await stack.portal.fault({ endpoint, times: null, ...fault });
    }
    const wanted = await request();
    await stack.client.start(wanted);
    // Where the vendor is held to be down, a step that is not to ask says what another one found.
    const toldIn = new Set<string>();
    await until('the reason in the status', async () => {
      const { remarks, status } = await stack.client.status(wanted.requestId);
      expect(status.status).toBe('looking-up');
      for (const step of ['fetchPlan', 'fetchSerialNumber', 'chooseBillingContact']) {
        if (remarks.some((line) => line.includes(step) && why.test(line))) toldIn.add(step);
      }
      return toldIn.size === 3;
    });
    await stack.portal.clearFaults();
    expect((await stack.client.wait(wanted.requestId)).status.status).toBe('ordered');
  });

  it.each([
    ['moves while it is read', 'moving-list'],
    ['shows a row twice', 'row-twice'],
    ['is announced and not given', 'no-list'],
  ])('a list that %s says nothing of what is not in it', async (_what, kind) => {
    await stack.portal.settings({ unaskedPageSize: 2 });
    const newLicense = { kind: 'new', partner: { company: 'Northern Clinics' } } as const;
    const contact = { billingContact: { company: 'Reseller Public Sector' } };
    for (const wanted of [await request(contact), await request({ ...contact, license: newLicense })]) {
      for (const endpoint of ['products', 'partners', 'billing-contacts']) {
        await stack.portal.fault({ endpoint, kind, times: 30 });
      }
      await stack.client.start(wanted);
      await until('a lookup that has failed', async () => {
        const { remarks, status } = await stack.client.status(wanted.requestId);
        expect(status.status).toBe('looking-up');
        return remarks.some((line) => /holds no list|does not hold still/.test(line));
      });
      await stack.portal.clearFaults();
      expect((await stack.client.wait(wanted.requestId)).status.status).toBe('ordered');
    }
  });
});

it('a person’s order number is not refused because something in front of the vendor does not find it', async () => {
  const wanted = await request();
  await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'after' });
  await stack.portal.fault({ endpoint: 'order-list', kind: 'short-list', times: null });
  expect(await buy(wanted)).toMatchObject({ status: 'waiting-for-decision' });
  const [order] = await ordersOf(wanted);
  await stack.portal.fault({ endpoint: 'order-details', kind: 'html', httpStatus: 404, times: 2 });
  await stack.client.decide(wanted.requestId, { verb: 'settle', created: order!.orderNo, by: 'Ann' });
  expect((await stack.client.wait(wanted.requestId)).status).toMatchObject({
    status: 'ordered',
    order: { orderNo: order!.orderNo },
  });
});

it.each([
  ['Canceled', 'refused'],
  ['COMPLETED', 'ordered'],
])('an order that is "%s" in the end is %s', async (orderStatus, status) => {
  const wanted = await request();
  await stack.portal.fault({ endpoint: 'orders', kind: 'order-status', status: 'pending' });
  await stack.client.start(wanted);
  await until('confirming', async () => {
    const report = await stack.client.status(wanted.requestId);
    return report.status.status === 'confirming';
  });
  const [order] = await ordersOf(wanted);
  await stack.portal.setOrderStatus(order!.orderNo, orderStatus);
  expect((await stack.client.wait(wanted.requestId)).status.status).toBe(status);
});
