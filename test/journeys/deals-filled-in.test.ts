import { decideInDealRun } from '../../client/send-decision';
import type { DealStatus, FilledIn } from '../../domain/deal';
import { DealsStack, SERIAL_FIELD } from '../support/deals-stack';
import { until } from '../support/until';

let deals: DealsStack;

beforeAll(async () => {
  deals = await DealsStack.start({ pipedrive: 'wonAgain: buy' });
});
afterAll(() => deals.stop());
afterEach(() => deals.stack.portal.clearFaults());

/** A deal of the tutorial's license, of so many extensions. */
async function notifiedDeal(
  quantity: number,
): Promise<{ id: number; deal: string; sell: (quantity: number) => unknown }> {
  const id = await deals.pipedriveDeal({}, []);
  const sell = async (sold: number) => {
    await deals.crm.put('pipedrive', 'products', id, { name: 'Ultimate', code: 'YS-ULT' });
    await deals.crm.put('pipedrive', 'deal_products', id, { deal_id: id, product_id: id, quantity: sold });
  };
  await sell(quantity);
  await deals.tellOfPipedrive(id);
  return { id, deal: deals.key('pipedrive', id), sell };
}

const fill = (deal: string, what: FilledIn) =>
  deals.stack.client.deals.decide(deal, { verb: 'fill', fill: what, by: 'ann' });
const buy = (deal: string) => deals.stack.client.deals.decide(deal, { verb: 'buy', by: 'ann' });

async function bought(requestId: string) {
  await deals.purchaseOf(requestId);
  return (await deals.stack.ledger.find(requestId))?.request;
}

it('what a person filled in for one win is not bought again with the next', async () => {
  await deals.stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
  const { id, deal, sell } = await notifiedDeal(0.5);
  await deals.reaches(deal, 'incomplete');
  await fill(deal, { extensions: 100 });
  await deals.reaches(deal, 'requested');

  const record = {
    status: 'won',
    won_time: '2027-03-01T10:00:00Z',
    custom_fields: { [SERIAL_FIELD]: '3651E1292455' },
  };
  await deals.crm.put('pipedrive', 'deals', id, record);
  await sell(200);
  await deals.tellOfPipedrive(id);
  await deals.stack.portal.clearFaults();
  expect(await bought(`${deal}:1`)).toMatchObject({ extensions: 100 });
  expect(await bought(`${deal}:2`)).toMatchObject({ extensions: 200 });
});

it('what a person fills in after a purchase was refused is bought when they say buy', async () => {
  const refusal = { kind: 'refuse', httpStatus: 200, code: 'parameter_validation_failed' };
  await deals.stack.portal.fault({ endpoint: 'orders', ...refusal });
  const { deal } = await notifiedDeal(100);
  await deals.reaches(deal, 'requested');
  expect((await deals.purchaseOf(`${deal}:1`)).status).toBe('refused');
  await deals.rests(deal);

  await fill(deal, { extensions: 30 });
  await deals.rests(deal);
  await fill(deal, { years: 3 });
  await deals.rests(deal);
  await buy(deal);
  expect(await bought(`${deal}:2`)).toMatchObject({ extensions: 30, years: 3 });
});

it('of what a person fills in for one field the last word is bought, also when they said it before', async () => {
  const id = await deals.pipedriveDeal({}, []);
  const deal = deals.key('pipedrive', id);
  await deals.crm.fault('pipedrive', { kind: 'server-error', times: null, path: `/deals/${id}` });
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'reading');
  for (const extensions of [100, 200, 100]) {
    const { temporal } = deals.stack;
    const status = await temporal.workflow.getHandle(`deal:${deal}`).query<DealStatus>('status');
    await decideInDealRun(temporal, status, {
      verb: 'fill',
      fill: { plan: 'Ultimate', extensions },
      by: 'ann',
    });
  }
  await deals.crm.clearFaults('pipedrive');
  expect(await bought(`${deal}:1`)).toMatchObject({ extensions: 100 });
});

it('a person says which operation a deal is, and that is ordered', async () => {
  const id = await deals.pipedriveDeal({}, []);
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'incomplete');
  await fill(deal, { operation: 'switch-plan' });
  const { missing } = (await deals.stack.client.deals.show(deal)).status;
  expect(missing?.map(({ field }) => field)).toEqual(['plan']);
  // Of a PBX that has Ultimate the vendor offers no switch to it.
  await fill(deal, { plan: 'Enterprise', years: 2 });
  await deals.reaches(deal, 'requested');
  const order = { operation: 'switch-plan', plan: 'Enterprise', years: 2 };
  const { request } = (await deals.stack.client.deals.show(deal)).status;
  expect(request).toMatchObject(order);
  expect(request).not.toHaveProperty('extensions');
  await until('the purchase to begin', async () => deals.stack.ledger.find(`${deal}:1`));
  expect((await deals.stack.ledger.find(`${deal}:1`))?.request).toMatchObject(order);
});
