import { freshPostgres } from '../ledger/databases';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';
import { wayTo, type WayTo } from '../support/way-to';
import { serve } from './running-server';
import { listening, PROOF, won } from './sender';

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

/** What a test has opened, to be closed however it ends. */
const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function serveFor(options: Parameters<typeof serve>[1]) {
  const server = await serve(stack, options);
  opened.push(() => server.close());
  return server;
}

async function openWayTo(target: string): Promise<WayTo> {
  const way = await wayTo(target);
  opened.push(() => way.leave());
  return way;
}

it('without Temporal: it starts, says so, keeps nothing it cannot keep, and takes it on the retry', async () => {
  const way = await openWayTo(stack.temporalAddress);
  await way.leave();
  const accounts = { shop: listening('9001234') };
  const server = await serveFor({ accounts, temporalAddress: way.address });
  const webhook = () => server.call('POST', '/webhooks/shop', { headers: PROOF, body: won('from-outage') });
  const purchase = () => server.call('POST', '/purchases', { body: tutorialRequest('from-outage') });

  expect((await server.call('GET', '/healthz')).status).toBe(200);
  expect(await server.call('GET', '/readyz')).toMatchObject({
    status: 503,
    json: { code: 'NotReady', temporal: 'away', ledger: 'answers' },
  });
  const begun = Date.now();
  const refused = await webhook();
  expect(Date.now() - begun).toBeLessThan(5_000);
  expect(refused).toMatchObject({ status: 503, json: { code: 'TemporalUnreachable' } });
  expect(refused.headers.get('retry-after')).toBe('5');
  expect(await purchase()).toMatchObject({ status: 503, json: { code: 'TemporalUnreachable' } });
  // Whether there is such a purchase is not known: "no" would be a lie.
  expect((await server.call('GET', '/purchases/from-outage')).status).toBe(503);
  const decision = { body: { verb: 'cancel', by: 'Ann' } };
  expect((await server.call('POST', '/purchases/from-outage/decisions', decision)).status).toBe(503);
  expect((await server.call('GET', '/purchases')).status).toBe(200);

  await way.comeBack();
  await until('readiness', async () => (await server.call('GET', '/readyz')).status === 200);
  expect((await webhook()).status).toBe(200);
  expect((await purchase()).status).toBe(202);
  const run = await stack.temporal.workflow.getHandle('deal:hubspot:9001234:from-outage').describe();
  expect(run.status.name).toBe('RUNNING');
});

it('with a Temporal that takes calls and answers none: a batch is refused within the time of its sender', async () => {
  const way = await openWayTo(stack.temporalAddress);
  const accounts = { shop: listening('9001234') };
  const server = await serveFor({ accounts, temporalAddress: way.address });
  const deals = Array.from({ length: 250 }, (_, index) => `silent-${index}`);
  const begun = Date.now();
  const refused = await server.call('POST', '/webhooks/shop', { headers: PROOF, body: won(...deals) });
  expect(Date.now() - begun).toBeLessThan(5_000);
  expect(refused.status).toBe(503);
});

it('without the ledger: nothing is bought, webhooks are kept', async () => {
  const accounts = { shop: listening('9001234') };
  const databaseUrl = 'postgres://wonce:planted-password@127.0.0.1:1/ledger';
  const server = await serveFor({ accounts, databaseUrl });
  expect(await server.call('GET', '/readyz')).toMatchObject({
    status: 503,
    json: { temporal: 'answers', ledger: 'away' },
  });
  const refused = [
    await server.call('POST', '/purchases', { body: tutorialRequest('no-ledger') }),
    await server.call('GET', '/purchases'),
    await server.call('GET', '/purchases/no-ledger'),
    await server.call('GET', '/purchases/no-ledger/audit'),
  ];
  for (const answer of refused) {
    expect(answer).toMatchObject({ status: 503, json: { code: 'LedgerUnavailable' } });
    expect(answer.text).not.toContain('planted-password');
  }
  const taken = await server.call('POST', '/webhooks/shop', { headers: PROOF, body: won('no-ledger') });
  expect(taken.status).toBe(200);
  expect(server.log()).not.toContain('planted-password');
});

it('a ledger whose tables no worker has made yet is away, and behind', async () => {
  const database = await freshPostgres();
  opened.push(() => database.drop());
  const server = await serveFor({ databaseUrl: database.url });
  expect(await server.call('GET', '/readyz')).toMatchObject({ status: 503, json: { ledger: 'behind' } });
  expect(await server.call('GET', '/purchases')).toMatchObject({
    status: 503,
    json: { code: 'LedgerUnavailable' },
  });
});
