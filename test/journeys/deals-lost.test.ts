import { referenceOf } from '../../validation/reference';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { DealsStack, SECRETS } from '../support/deals-stack';
import { until } from '../support/until';

let deals: DealsStack;

beforeAll(async () => {
  deals = await DealsStack.start();
});
afterEach(() => deals.stack.portal.clearFaults());
afterAll(() => deals.stop());

const ordersOf = (requestId: string) => deals.stack.portal.ordersWithPo(referenceOf({ requestId }));
const kindsOf = async (deal: string) => (await deals.stack.ledger.deals.events(deal)).map(({ kind }) => kind);

/** A won deal whose purchase waits, because the vendor asks to slow down for an hour. */
async function slowedDown() {
  await deals.stack.portal.fault({ endpoint: 'orders', kind: 'rate-limit', retryAfterSeconds: 3_600 });
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  const { requestId } = await deals.reaches(deal, 'requested');
  await until('an attempt that sent nothing', async () => {
    const attempt = await deals.stack.ledger.latestAttempt(requestId!);
    return attempt?.outcome === 'not-created';
  });
  return { id, deal, requestId: requestId! };
}

async function lose(id: number): Promise<void> {
  await deals.crm.put('pipedrive', 'deals', id, { status: 'lost', custom_fields: {} });
  await deals.tellOfPipedrive(id, { data: { id, status: 'lost' }, previous: { status: 'won' } });
}

it('a deal that is lost while its order waits, after an attempt that sent nothing, is not bought', async () => {
  const { id, deal, requestId } = await slowedDown();
  await deals.tellOfPipedrive(id);
  await lose(id);
  expect((await deals.purchaseOf(requestId)).status).toBe('cancelled');
  await deals.rests(deal);
  expect(await ordersOf(requestId)).toHaveLength(0);
  expect(await kindsOf(deal)).toContain('lost-before-order');
});

it('a deal that is deleted while its order waits is not bought', async () => {
  const { id, deal, requestId } = await slowedDown();
  await deals.crm.put('pipedrive', 'deals', id, { is_deleted: true });
  await deals.tellOfPipedrive(id);
  expect((await deals.purchaseOf(requestId)).status).toBe('cancelled');
  await deals.rests(deal);
});

it('a deal that is lost while its order waits is not bought either when its run had been ended before', async () => {
  const { id, deal, requestId } = await slowedDown();
  await deals.stack.temporal.workflow.getHandle(`deal:${deal}`).terminate();
  await deals.tellOfPipedrive(id);
  await deals.notified(deal, 2);
  await lose(id);
  expect((await deals.purchaseOf(requestId)).status).toBe('cancelled');
  await deals.rests(deal);
});

it('word of a loss alone cancels the purchase that waits, also when no run stays with it', async () => {
  const { id, deal, requestId } = await slowedDown();
  await deals.stack.temporal.workflow.getHandle(`deal:${deal}`).terminate();
  await lose(id);
  await deals.stack.client.deals.list({});
  await deals.tellOfPipedrive(id);
  expect((await deals.purchaseOf(requestId)).status).toBe('cancelled');
});

it('a deal that is lost before the purchase that was decided on has begun is not won', async () => {
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  const source = deals.source('pipedrive');
  // As a step leaves it whose worker died before it answered.
  await deals.stack.ledger.deals.recordNotification({ source, deal, by: 'webhook' }, 'test');
  const win = { deal, requestId: `${deal}:1`, after: 0, wonAt: new Date().toISOString() };
  const decided = { kind: 'requested', status: 'requested', actor: 'test', id: `lost-step-${deal}` } as const;
  await deals.stack.ledger.deals.addWin({ ...win, ...decided });
  await deals.crm.put('pipedrive', 'deals', id, { status: 'lost', custom_fields: {} });
  await deals.tellOfPipedrive(id);
  await deals.notified(deal, 2);
  expect(await deals.rests(deal)).toMatchObject({ status: 'not-won' });
  expect(await deals.status(deal)).toMatchObject({ status: 'not-won' });
  expect(await kindsOf(deal)).toEqual(['notified', 'requested', 'notified', 'not-won']);
});

it('a sender that cannot be asked loses a deal while its order waits: it is not bought', async () => {
  await deals.stack.portal.fault({ endpoint: 'orders', kind: 'rate-limit', retryAfterSeconds: 3_600 });
  const id = await deals.wonDeal('standard-webhooks');
  const deal = deals.key('standard-webhooks', id);
  await deals.tellOf('standard-webhooks', id);
  const { requestId } = await deals.reaches(deal, 'requested');
  await until('an attempt', () => deals.stack.ledger.latestAttempt(requestId!));
  await deals.crm.deliver('standard-webhooks', {
    to: `${deals.url}/webhooks/${deals.source('standard-webhooks')}`,
    secrets: [SECRETS.SHOP_SECRET],
    body: { type: 'deal.lost', timestamp: new Date().toISOString(), data: { dealId: id } },
  });
  expect((await deals.purchaseOf(requestId!)).status).toBe('cancelled');
});

it('a deal that is lost while nobody knows whether the order was made is not ordered again', async () => {
  await deals.stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'before' });
  const id = await deals.pipedriveDeal();
  const deal = deals.key('pipedrive', id);
  await deals.tellOfPipedrive(id);
  const { requestId } = await deals.reaches(deal, 'requested');
  await until('the question', async () => (await deals.stack.ledger.find(requestId!))?.question);
  await lose(id);
  await until('the loss in the ledger', async () => (await kindsOf(deal)).includes('lost-after-order-begun'));
  await until('the purchase to say so', async () => {
    const { status } = await deals.stack.client.status(requestId!);
    return status.cancellationRequested;
  });
  const again = { verb: 'settle', notCreated: 'order-again', by: 'Ann' } as const;
  await deals.stack.client.decide(requestId!, again).catch(() => undefined);
  await deals.stack.temporal.workflow
    .getHandle(purchaseWorkflowIdOf(requestId!))
    .result()
    .catch(() => undefined);
  expect(await deals.stack.client.status(requestId!)).toMatchObject({ status: { status: 'cancelled' } });
  expect(await ordersOf(requestId!)).toHaveLength(0);
});
