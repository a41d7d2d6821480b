import { referenceOf } from '../../src/orders/reference';
import { DealsStack, LICENCE } from '../support/deals-stack';
import { until } from '../support/until';

let deals: DealsStack;

beforeAll(async () => {
  deals = await DealsStack.start();
});
afterAll(() => deals.stop());

const ordersOf = (requestId: string) => deals.stack.portal.ordersWithPo(referenceOf({ requestId }));

it('a deal that is won is read back and ordered, once, however often it is told of', async () => {
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  await Promise.all([1, 2, 3].map(() => deals.tellOfPipedrive(id)));
  const { requestId } = await deals.reaches(deal, 'requested');
  expect(requestId).toBe(`${deal}:1`);
  const { status } = await deals.stack.client.wait(requestId!);
  expect(status.status).toBe('ordered');
  expect(await deals.rests(deal)).toMatchObject({ status: 'requested', requestId });
  // And a late one, when the run has ended.
  await deals.tellOfPipedrive(id);
  await until('the late word to be heard', async () => {
    const kinds = (await deals.stack.ledger.deals.events(deal)).map(({ kind }) => kind);
    return kinds.filter((kind) => kind === 'heard').length > 1;
  });
  expect(await deals.rests(deal)).toMatchObject({ status: 'requested', requestId });
  expect(await ordersOf(requestId!)).toHaveLength(1);
  expect(await deals.stack.ledger.deals.verify(deal)).toMatchObject({ ok: true });
});

it('a deal that is not won any more when it is read back buys nothing', async () => {
  const id = await deals.pipedriveDeal({ status: 'lost', won_time: null });
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'not-won');
  expect(await deals.rests(deal)).toMatchObject({ status: 'not-won' });
});

it('a deal that is gone buys nothing, and says so', async () => {
  const id = await deals.pipedriveDeal({ is_deleted: true });
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  expect(await deals.reaches(deal, 'not-won')).toMatchObject({ reason: { code: 'DealGone' } });
});

it('a deal without line items waits, says what is missing, and goes on when the CRM has them', async () => {
  const id = await deals.pipedriveDeal({}, []);
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  const { missing } = await deals.reaches(deal, 'incomplete');
  expect(missing?.map(({ field }) => field)).toContain('plan');
  for (const product of LICENCE) await deals.addProduct(id, product);
  // Any word of the deal makes it look again at once; without one it does so by itself.
  await deals.tellOfPipedrive(id, { data: { id, status: 'won' }, previous: { products_count: 0 } });
  const { requestId } = await deals.reaches(deal, 'requested');
  expect((await deals.stack.client.wait(requestId!)).status.status).toBe('ordered');
});

it('a deal that nobody tells of again looks by itself whether what was missing is there', async () => {
  const id = await deals.pipedriveDeal({}, []);
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  await deals.reaches(deal, 'incomplete');
  for (const product of LICENCE) await deals.addProduct(id, product);
  await deals.reaches(deal, 'requested', 60_000);
});

it('"one hundred" is no quantity: nothing is guessed, and a person fills it in', async () => {
  const wonAt = '2026-11-24T10:00:00Z';
  const lineItems = [{ sku: 'YS-ULT', quantity: 'one hundred' }];
  await tellOfShop({ dealId: 'A-7', wonAt, fields: { serial: '3651E1292455' }, lineItems });
  const deal = deals.key('standard-webhooks', 'A-7');
  const { missing } = await deals.reaches(deal, 'incomplete');
  expect(missing).toEqual([
    { field: 'extensions', problem: expect.stringContaining('one hundred') as string },
  ]);
  const handle = deals.stack.temporal.workflow.getHandle(`deal:${deal}`);
  const wrong = { fill: { extensions: 'a hundred' }, by: 'ann' };
  await expect(handle.executeUpdate('fill', { args: [wrong] })).rejects.toThrow();
  await handle.executeUpdate('fill', { args: [{ fill: { extensions: 100 }, by: 'ann', why: 'she asked' }] });
  const { requestId } = await deals.reaches(deal, 'requested');
  expect((await deals.stack.client.wait(requestId!)).status.status).toBe('ordered');
  const decided = (await deals.stack.ledger.deals.events(deal)).find(({ kind }) => kind === 'decision');
  expect(decided).toMatchObject({ actor: 'ann', data: { verb: 'fill', why: 'she asked' } });
});

async function tellOfShop(data: object, type = 'deal.won') {
  return deals.crm.deliver('standard-webhooks', {
    to: `${deals.url}/webhooks/${deals.source('shop')}`,
    secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    body: { type, timestamp: new Date().toISOString(), data },
  });
}
