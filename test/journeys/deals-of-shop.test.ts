import { referenceOf } from '../../validation/reference';
import { DealsStack, SECRETS } from '../support/deals-stack';
import { wonceWith, unwrapped } from '../support/npm-start';
import { until } from '../support/until';

let deals: DealsStack;

beforeAll(async () => {
  deals = await DealsStack.start();
});
afterAll(() => deals.stop());
afterEach(() => deals.stack.portal.clearFaults());

const wonce = (...args: string[]) => wonceWith(deals.stack.env(), ...args);

interface Told {
  type?: 'deal.won' | 'deal.changed' | 'deal.lost';
  timestamp?: string;
  quantity?: number;
}

/** The shop tells of a deal of the tutorial's license. */
function tellOf(dealId: string, wonAt: string, told: Told = {}) {
  const { type = 'deal.won', timestamp = new Date().toISOString(), quantity = 100 } = told;
  const lineItems = [
    { sku: 'YS-ULT', quantity },
    { sku: 'YS-DR', quantity: 1 },
  ];
  return deals.crm.deliver('standard-webhooks', {
    to: `${deals.url}/webhooks/${deals.source('standard-webhooks')}`,
    secrets: [SECRETS.SHOP_SECRET],
    body: { type, timestamp, data: { dealId, wonAt, fields: { serial: '3651E1292455' }, lineItems } },
  });
}

it('a buy of a deal whose sender cannot be asked counts when the deal is sent again', async () => {
  const deal = deals.key('standard-webhooks', 'early-1');
  await tellOf('early-1', '2025-06-01T10:00:00Z');
  await deals.reaches(deal, 'dismissed');
  await deals.rests(deal);

  const said = await wonce('deals', 'buy', deal, '--by', 'ann');
  expect(said).toMatchObject({ code: 3, stderr: 'Decided.\n' });
  expect(unwrapped(said.stdout)).toMatch(/^missing +deal: .*send it again/m);
  expect(unwrapped(said.stdout)).toMatch(/^next +let its sender send it again$/m);

  await tellOf('early-1', '2025-06-01T10:00:00Z');
  const { requestId } = await deals.reaches(deal, 'requested');
  expect((await deals.purchaseOf(requestId!)).status).toBe('ordered');
  expect(await deals.stack.portal.ordersWithPo(referenceOf({ requestId: `${deal}:1` }))).toHaveLength(1);
});

it('a deal of such a sender whose purchase was refused is bought when a person says so and it is sent again', async () => {
  const refusal = { kind: 'refuse', httpStatus: 200, code: 'parameter_validation_failed' };
  await deals.stack.portal.fault({ endpoint: 'orders', ...refusal });
  const deal = deals.key('standard-webhooks', 'refused-1');
  await tellOf('refused-1', '2026-06-01T10:00:00Z');
  await deals.reaches(deal, 'requested');
  expect((await deals.purchaseOf(`${deal}:1`)).status).toBe('refused');
  await deals.rests(deal);

  await deals.stack.client.deals.decide(deal, { verb: 'buy', by: 'ann' });
  expect(await deals.status(deal)).toMatchObject({ status: 'incomplete' });
  await tellOf('refused-1', '2026-06-01T10:00:00Z');
  expect((await deals.purchaseOf(`${deal}:2`)).status).toBe('ordered');
});

it('an older message that comes again after a newer one does not count', async () => {
  const deal = deals.key('standard-webhooks', 'late-1');
  await tellOf('late-1', '2026-06-01T10:00:00Z', { timestamp: '2026-06-01T10:00:01Z' });
  await deals.purchaseOf(`${deal}:1`);
  await deals.rests(deal);

  const again = '2026-07-01T10:00:00Z';
  await tellOf('late-1', again, { timestamp: '2026-07-01T10:00:01Z' });
  await deals.reaches(deal, 'waiting-for-decision');
  await tellOf('late-1', again, {
    timestamp: '2026-07-01T12:05:00+02:00',
    quantity: 200,
    type: 'deal.changed',
  });
  await tellOf('late-1', again, { timestamp: '2026-07-01T10:00:01Z' });
  await until('all to be delivered', async () =>
    (await deals.crm.deliveries('standard-webhooks')).every(({ state }) => state === 'delivered'),
  );
  await deals.shows(deal, ({ request }) => request?.extensions === 200);
  await deals.stack.client.deals.decide(deal, { verb: 'buy', by: 'ann' });
  await deals.purchaseOf(`${deal}:2`);
  expect((await deals.stack.ledger.find(`${deal}:2`))?.request).toMatchObject({ extensions: 200 });
});

it('a loss that overtakes the win it undoes is not forgotten: nothing is bought', async () => {
  const deal = deals.key('standard-webhooks', 'overtaken-1');
  const wonAt = '2026-06-01T10:00:00Z';
  await tellOf('overtaken-1', wonAt, { type: 'deal.lost', timestamp: '2026-06-02T10:00:00Z' });
  await deals.reaches(deal, 'not-won');
  await deals.rests(deal);
  await tellOf('overtaken-1', wonAt, { timestamp: '2026-06-01T10:00:01Z' });
  await deals.notified(deal, 2);
  expect(await deals.rests(deal)).toMatchObject({ status: 'not-won' });
  expect(await deals.stack.ledger.deals.wins(deal)).toEqual([]);

  // Won once more, and told of after that.
  await tellOf('overtaken-1', '2026-06-03T10:00:00Z', { timestamp: '2026-06-03T10:00:01Z' });
  expect((await deals.purchaseOf(`${deal}:1`)).status).toBe('ordered');
});

it('a loss that ends a run is not forgotten either when the win is told of again', async () => {
  const deal = deals.key('standard-webhooks', 'overtaken-2');
  const wonAt = '2026-06-01T10:00:00Z';
  await tellOf('overtaken-2', wonAt, { timestamp: '2026-06-01T10:00:01Z', quantity: 0.5 });
  await deals.reaches(deal, 'incomplete');
  await tellOf('overtaken-2', wonAt, { type: 'deal.lost', timestamp: '2026-06-02T10:00:00Z' });
  await deals.reaches(deal, 'not-won');
  await deals.rests(deal);
  await tellOf('overtaken-2', wonAt, { timestamp: '2026-06-01T10:00:01Z' });
  await deals.notified(deal, 2);
  expect(await deals.rests(deal)).toMatchObject({ status: 'not-won' });
});

it('a change that overtakes the win it changes is bought as the change says', async () => {
  const deal = deals.key('standard-webhooks', 'overtaken-3');
  const wonAt = '2026-06-01T10:00:00Z';
  const changed = { type: 'deal.changed', timestamp: '2026-06-02T10:00:00Z', quantity: 200 } as const;
  await tellOf('overtaken-3', wonAt, changed);
  expect((await deals.purchaseOf(`${deal}:1`)).status).toBe('ordered');
  await tellOf('overtaken-3', wonAt, { timestamp: '2026-06-01T10:00:01Z' });
  expect(await deals.rests(deal)).toMatchObject({ requestId: `${deal}:1` });
  expect((await deals.stack.ledger.find(`${deal}:1`))?.request).toMatchObject({ extensions: 200 });
  expect(await deals.stack.ledger.deals.wins(deal)).toHaveLength(1);
});

it('what is no word of the deal in a signal that was typed by hand changes nothing', async () => {
  const deal = deals.key('standard-webhooks', 'typed-1');
  await tellOf('typed-1', '2026-06-01T10:00:00Z', { quantity: 0.5 });
  await deals.reaches(deal, 'incomplete');
  const run = deals.stack.temporal.workflow.getHandle(`deal:${deal}`);
  await run.signal('notify', { content: { isWon: true } });
  await run.signal('notify', { content: 'won' });
  await tellOf('typed-1', '2026-06-01T10:00:00Z');
  expect((await deals.purchaseOf(`${deal}:1`)).status).toBe('ordered');
});
