import { referenceOf } from '../../src/orders/reference';
import { DealsStack } from '../support/deals-stack';
import { startTemporal, type TemporalForTests } from '../support/temporal';
import { until } from '../support/until';

let temporal: TemporalForTests;
let deals: DealsStack;

// A server that suggests continue-as-new after few events, as any does after some thousand.
beforeAll(async () => {
  temporal = await startTemporal({ 'limit.historyCount.suggestContinueAsNew': '40' });
  deals = await DealsStack.start({}, { temporalAddress: temporal.address });
});
afterEach(() => deals.stack.portal.clearFaults());
afterAll(async () => {
  await deals.stop();
  await temporal.stop();
});

const runOf = async (deal: string) =>
  (await deals.stack.temporal.workflow.getHandle(`deal:${deal}`).describe()).runId;

/** A deal whose purchase cannot begin its order for so long that the deal's run has continued as new. */
async function stayedWith() {
  await deals.stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  const { requestId } = await deals.reaches(deal, 'requested');
  const first = await runOf(deal);
  await until('continue-as-new', async () => {
    await deals.tellOfPipedrive(id);
    return (await runOf(deal)) !== first;
  });
  expect(await deals.status(deal)).toMatchObject({ status: 'requested', requestId });
  return { id, deal, requestId: requestId! };
}

const ordersOf = (requestId: string) => deals.stack.portal.ordersWithPo(referenceOf({ requestId }));

it('a deal that is lost after weeks of waiting for its order is still not bought', async () => {
  const { id, deal, requestId } = await stayedWith();
  await deals.crm.put('pipedrive', 'deals', id, { status: 'lost', custom_fields: {} });
  await deals.tellOfPipedrive(id, { data: { id, status: 'lost' }, previous: { status: 'won' } });
  expect((await deals.purchaseOf(requestId)).status).toBe('cancelled');
  await deals.stack.portal.clearFaults();
  await deals.rests(deal);
  expect(await ordersOf(requestId)).toHaveLength(0);
  const kinds = (await deals.stack.ledger.deals.events(deal)).map(({ kind }) => kind);
  expect(kinds).toContain('lost-before-order');
});

it('a deal whose order begins after weeks is bought once, and its run ends', async () => {
  const { id, deal, requestId } = await stayedWith();
  await deals.stack.portal.clearFaults();
  expect((await deals.purchaseOf(requestId)).status).toBe('ordered');
  await deals.tellOfPipedrive(id);
  expect(await deals.rests(deal)).toMatchObject({ status: 'requested', requestId });
  expect(await ordersOf(requestId)).toHaveLength(1);
});
