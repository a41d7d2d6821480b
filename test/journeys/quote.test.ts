import { randomUUID } from 'node:crypto';
import type { PurchaseRequest } from '../../domain/request';
import { fingerprintOf } from '../../validation/fingerprint';
import { serve, type ServerForTests } from '../server/running-server';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';

let stack: TestStack;
let server: ServerForTests;

beforeAll(async () => {
  stack = await TestStack.start();
  await stack.startWorker();
  server = await serve(stack);
});
afterAll(async () => {
  await server.close();
  await stack.stop();
});

async function request(change: Partial<PurchaseRequest> = {}): Promise<PurchaseRequest> {
  const requestId = `quote-${randomUUID().slice(0, 8)}`;
  const serialNumber = `3651E5${randomUUID().slice(0, 6).toUpperCase()}`;
  await stack.portal.addProducts([serialNumber]);
  const license = { kind: 'existing', serialNumber } as const;
  return { ...tutorialRequest(requestId), license, poNumber: requestId, ...change };
}

const kinds = async ({ requestId }: PurchaseRequest) =>
  (await stack.ledger.events(requestId)).map(({ kind }) => kind);

it('a quote orders nothing, is kept, and what is bought then is that body, character for character', async () => {
  const wanted = await request();
  const quote = await stack.client.quote(wanted, 'a test');
  expect(await stack.portal.ordersWithPo(wanted.requestId)).toEqual([]);
  expect((await stack.client.status(wanted.requestId)).status).toMatchObject({
    status: 'quoted',
    attempts: 0,
  });
  expect(await kinds(wanted)).toEqual(['quoted']);

  await stack.client.start(wanted);
  expect((await stack.client.wait(wanted.requestId)).status.status).toBe('ordered');
  const [order, ...more] = await stack.portal.ordersWithPo(wanted.requestId);
  expect(more).toEqual([]);
  expect(order!.body).toBe(quote.body);
  expect(await kinds(wanted)).toEqual(['quoted', 'accepted', 'attempt-started', 'attempt-created']);
  expect((await stack.client.audit(wanted.requestId)).verification.ok).toBe(true);
});

it('when the vendor’s lists have changed since, what was quoted is not ordered, and nothing else is', async () => {
  const wanted = await request();
  const quote = await stack.client.quote(wanted);
  // As if the vendor's lists had been others when it was quoted.
  await stack.ledger.recordQuote({
    ...{ request: wanted, fingerprint: fingerprintOf(wanted), workflowId: `purchase:${wanted.requestId}` },
    ...{ actor: 'a test', quote: { ...quote, body: quote.body.replace('"billingId":3', '"billingId":4') } },
  });
  await stack.client.start(wanted);
  const { status } = await stack.client.wait(wanted.requestId);
  expect(status).toMatchObject({ status: 'refused', reason: { code: 'LedgerQuoteOutdated' } });
  expect(await stack.portal.ordersWithPo(wanted.requestId)).toEqual([]);
});

it('what is not clear, or cannot be bought, is no quote, and says what to do', async () => {
  const two = await request({ license: { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } } });
  await expect(stack.client.quote(two)).rejects.toMatchObject({
    code: 'QuoteRefused',
    message: expect.stringMatching(/PartnerAmbiguous.*3076915454489739267/) as string,
  });
  const unknown = await request({ plan: 'Golden' });
  await expect(stack.client.quote(unknown)).rejects.toMatchObject({
    code: 'QuoteRefused',
    message: expect.stringContaining('PlanNotFound') as string,
  });
  expect(await stack.ledger.find(two.requestId)).toBeUndefined();
});

it('quoted again it is the newest quote that counts; a purchase is not quoted any more', async () => {
  const wanted = await request();
  await stack.client.quote(wanted);
  await stack.client.quote(wanted);
  expect(await kinds(wanted)).toEqual(['quoted', 'quoted']);
  await expect(stack.client.quote({ ...wanted, years: 3 })).rejects.toMatchObject({
    code: 'RequestConflict',
  });
  await stack.client.start(wanted);
  await stack.client.wait(wanted.requestId);
  await expect(stack.client.quote(wanted)).rejects.toMatchObject({
    code: 'QuoteRefused',
    message: expect.stringContaining('LedgerPurchaseBegun') as string,
  });
});

it('an order that changes a PBX is quoted with what a person would be asked, and holds nothing up', async () => {
  const bought = await request();
  await stack.client.start(bought);
  await stack.client.wait(bought.requestId);
  const { license } = bought;
  const wanted: PurchaseRequest = {
    ...{ requestId: `quote-${randomUUID().slice(0, 8)}`, operation: 'switch-plan', license },
    ...{ plan: 'Enterprise', years: 2, billingContact: { email: 'accounts@reseller.example' } },
  };
  const { doubts, body } = await stack.client.quote(wanted);
  expect(doubts.join(' ')).toMatch(/takes effect when the running plan expires/);
  expect(body).toContain('switch_plan');
  expect(await stack.ledger.find(wanted.requestId)).toMatchObject({ status: 'quoted' });
});

it('by HTTP: a quote, and what refuses one', async () => {
  const wanted = await request();
  const quoted = await server.call('POST', '/quotes', { body: wanted });
  expect(quoted.status).toBe(200);
  expect(quoted.json).toMatchObject({ requestId: wanted.requestId, doubts: [] });
  const refused = await server.call('POST', '/quotes', {
    body: await request({ plan: 'Golden', services: [] }),
  });
  expect(refused.status).toBe(422);
  expect(refused.json).toMatchObject({ code: 'QuoteRefused' });
});
