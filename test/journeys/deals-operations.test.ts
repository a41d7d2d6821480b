import { randomUUID } from 'node:crypto';
import type { GivenPbx } from '../../dev/fake-portal/pbx-control';
import { referenceOf } from '../../validation/reference';
import { DealsStack, SECRETS } from '../support/deals-stack';
import { until } from '../support/until';

/** Which operation a deal is, by the SKUs of a shop and by HubSpot's deal type. */
const SHOP = `operation: { skus: { YS-REN: renew, YS-UP: switch-plan, YS-EXT: expand, YS-SVC: add-service, YS-TRY: trial } }
      serialNumber: { deal: serial }
      partner: { company: { deal: customer } }
      plan: { deal: plan }
      extensions: { deal: extensions }
      addExtensions: { skus: [YS-EXT] }
      services: { skus: { YS-DR: Disaster Recovery, YS-SVC: Hotel PMS } }
      years: { deal: years }
      billingContact: { billingContactId: '3197218168379846218' }`;
const HUBSPOT = `operation: { deal: dealtype, words: { newbusiness: purchase, existingbusiness: renew } }
      serialNumber: { deal: serial, required: true }
      plan: { skus: { YS-ULT: Ultimate } }
      years: 1
      billingContact: { billingContactId: '3197218168379846218' }`;

let deals: DealsStack;

beforeAll(async () => {
  deals = await DealsStack.start(
    {},
    {
      licenses: { 'standard-webhooks': SHOP, hubspot: HUBSPOT },
      worker: { WONCE_OPERATIONS: 'expand,add-service' },
    },
  );
});
afterAll(() => deals.stop());

async function pbx(change: Partial<GivenPbx> = {}): Promise<string> {
  const serialNumber = `3651E8${randomUUID().slice(0, 6).toUpperCase()}`;
  const ultimate = { product: 12, plan: 'Ultimate', extensions: 100, services: [], years: 1 } as const;
  await deals.stack.portal.setPbx({ serialNumber, ...ultimate, services: [], ...change });
  return serialNumber;
}

/** A shop's signed message of a deal that was won. @returns its key */
async function won(fields: Record<string, string>, skus: Record<string, number>): Promise<string> {
  const dealId = `life-${randomUUID().slice(0, 8)}`;
  const lineItems = Object.entries(skus).map(([sku, quantity]) => ({ sku, quantity: String(quantity) }));
  const data = { dealId, wonAt: '2026-11-24T09:00:00Z', fields, lineItems };
  await deals.crm.deliver('standard-webhooks', {
    to: `${deals.url}/webhooks/${deals.source('standard-webhooks')}`,
    secrets: [SECRETS.SHOP_SECRET],
    body: { type: 'deal.won', timestamp: new Date().toISOString(), data },
  });
  return deals.key('standard-webhooks', dealId);
}

/** Waits for the order of a deal's win, and confirms it where it asks. */
async function orderOf(deal: string) {
  const { requestId } = await deals.reaches(deal, 'requested');
  const asked = await deals.purchaseOf(requestId!);
  if (asked.status === 'waiting-for-choice') {
    await deals.stack.client.decide(requestId!, { verb: 'choose', id: 'order', by: 'Ann' });
  }
  const status = await deals.purchaseOf(requestId!);
  expect(status).toMatchObject({ status: 'ordered', attempts: 1 });
  const orders = await deals.stack.portal.ordersWithPo(referenceOf({ requestId: requestId! }));
  expect(orders).toHaveLength(1);
  return { asked: asked.status, body: orders[0]!.body };
}

it.each<
  [
    string,
    Record<string, string>,
    Record<string, number>,
    Partial<GivenPbx>,
    string,
    RegExp,
    Partial<GivenPbx>,
  ]
>([
  [
    'renewal',
    { plan: 'Ultimate', extensions: '100', years: '2' },
    { 'YS-REN': 1, 'YS-DR': 1 },
    { services: ['Disaster Recovery'] },
    'ordered',
    /"operationType":"renew_plan"/,
    { extensions: 100 },
  ],
  [
    'switch',
    { plan: 'Ultimate', years: '1' },
    { 'YS-UP': 1 },
    { plan: 'Enterprise' },
    'waiting-for-choice',
    /"operationType":"switch_plan"/,
    { plan: 'Ultimate' },
  ],
  [
    'expansion',
    { plan: 'Ultimate', years: '1' },
    { 'YS-EXT': 20 },
    {},
    'waiting-for-choice',
    /"quantity":20,"purchaseType":"purchase"/,
    { extensions: 120 },
  ],
  [
    'service',
    { plan: 'Ultimate', years: '1' },
    { 'YS-SVC': 1 },
    {},
    'waiting-for-choice',
    /"operationType":"purchase_service"/,
    { extensions: 100 },
  ],
])('a signed deal becomes a %s', async (_what, fields, skus, has, first, body, after) => {
  const serialNumber = await pbx(has);
  const order = await orderOf(await won({ serial: serialNumber, ...fields }, skus));
  expect(order).toEqual({ asked: first, body: expect.stringMatching(body) as string });
  expect(order.body).toContain(`"productNo":"${serialNumber}"`);
  expect(await deals.stack.portal.pbx(serialNumber)).toMatchObject(after);
});

it('a signed deal becomes a trial', async () => {
  const { body } = await orderOf(
    await won({ plan: 'Ultimate', customer: 'Harbour Hotels' }, { 'YS-TRY': 1 }),
  );
  expect(body).toContain('"operationType":"trial_plan"');
  expect(body).not.toContain('billingId');
});

it("a deal of HubSpot's existing business becomes a renewal", async () => {
  const serialNumber = await pbx();
  const { body } = await orderOf(await hubspotDeal({ dealtype: 'existingbusiness', serial: serialNumber }));
  expect(body).toContain('"operationType":"renew_plan"');
  expect(body).toContain('"quantity":100,');
});

it('a deal whose operation is not clear waits with the choices, and goes on when a person says it', async () => {
  const serialNumber = await pbx();
  const deal = await hubspotDeal({ dealtype: 'something_else', serial: serialNumber });
  const { missing } = await deals.reaches(deal, 'incomplete');
  expect(missing).toMatchObject([
    { field: 'operation', problem: expect.stringMatching(/newbusiness|purchase/) as string },
  ]);
  expect(await deals.stack.portal.orders(({ body }) => body.includes(serialNumber))).toEqual([]);
  await deals.stack.client.deals.decide(deal, { verb: 'fill', fill: { operation: 'renew' }, by: 'Ann' });
  const { body } = await orderOf(deal);
  expect(body).toContain('"operationType":"renew_plan"');
});

async function hubspotDeal(properties: Record<string, string>): Promise<string> {
  const [id, itemId] = [String(Date.now()), String(Date.now() + 1)];
  await deals.crm.put('hubspot', 'line_items', itemId, {
    properties: { hs_sku: 'YS-ULT', name: 'YS-ULT', quantity: '100' },
  });
  await deals.crm.put('hubspot', 'deals', id, {
    properties: { dealstage: 'closedwon', hs_is_closed_won: 'true', ...properties },
    propertiesWithHistory: { dealstage: [{ value: 'closedwon', timestamp: '2026-11-24T09:00:00Z' }] },
    associations: { line_items: [itemId] },
  });
  await deals.tellOf('hubspot', id);
  await until('the deal', () => deals.status(deals.key('hubspot', id)));
  return deals.key('hubspot', id);
}
