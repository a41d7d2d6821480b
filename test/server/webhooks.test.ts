import { WorkflowNotFoundError } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import type { DealNotification } from '../../domain/deal';
import { TestStack } from '../support/stack';
import { until } from '../support/until';
import { serve, type ServerForTests } from './running-server';
import { listening, PATH_TOKEN, PROOF, won } from './sender';

let stack: TestStack;
let server: ServerForTests;

beforeAll(async () => {
  stack = await TestStack.start();
  const acknowledging = listening('4711', { contentType: 'text/xml', body: '<Ack>true</Ack>' });
  const accounts = {
    shop: listening('9001234'),
    'other-shop': listening('9009999'),
    salesforce: acknowledging,
  };
  server = await serve(stack, { tokens: ['a-token-of-the-api'], accounts });
});
afterAll(async () => {
  await server.close();
  await stack.stop();
});

const dealId = () => randomUUID().slice(0, 8);
const send = (body: object | string, headers: Record<string, string> = PROOF, path = '/webhooks/shop') =>
  server.call('POST', path, { headers, body });

/** Every word that the run of a deal was given, the first at its start. */
async function notified(deal: string): Promise<DealNotification[]> {
  const { events = [] } = await stack.temporal.workflow.getHandle(`deal:${deal}`).fetchHistory();
  const signals = (events ?? []).flatMap(
    ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.input?.payloads?.[0]?.data ?? [],
  );
  return signals.map((data) => JSON.parse(Buffer.from(data).toString()) as DealNotification);
}

it('word of a won deal begins the run of the deal, with neither a token nor a name of this machine', async () => {
  const id = dealId();
  const taken = await send(won(id));
  expect(taken).toMatchObject({ status: 200, json: { taken: 1, irrelevant: 0, unreadable: 0 } });
  expect(await notified(`hubspot:9001234:${id}`)).toEqual([
    { source: 'shop', deal: `hubspot:9001234:${id}`, by: 'webhook' },
  ]);
});

it('word that comes twice, to two servers at the same moment, reaches one run', async () => {
  const id = dealId();
  const other = await serve(stack, { accounts: { shop: listening('9001234') } });
  const answers = await Promise.all(
    [server, other].map((each) => each.call('POST', '/webhooks/shop', { headers: PROOF, body: won(id) })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(await notified(`hubspot:9001234:${id}`)).toHaveLength(2);
  await other.close();
});

it('one deal id of two accounts is two deals', async () => {
  const id = dealId();
  await send(won(id));
  await send(won(id), PROOF, '/webhooks/other-shop');
  expect(await notified(`hubspot:9001234:${id}`)).toHaveLength(1);
  expect(await notified(`hubspot:9009999:${id}`)).toHaveLength(1);
});

it('a change of a deal is told to the run that waits for it, and begins none', async () => {
  const [waiting, unknown] = [dealId(), dealId()];
  await send(won(waiting));
  const changed = { events: [waiting, unknown].map((id) => ({ dealId: id, kind: 'changed' })) };
  expect((await send(changed)).json).toMatchObject({ taken: 2 });
  expect(await notified(`hubspot:9001234:${waiting}`)).toHaveLength(2);
  await expect(notified(`hubspot:9001234:${unknown}`)).rejects.toThrow();
  await expect(
    stack.temporal.workflow.getHandle(`deal:hubspot:9001234:${unknown}`).describe(),
  ).rejects.toBeInstanceOf(WorkflowNotFoundError);
});

it('a batch of a hundred with one that cannot be read: the others are kept, and it is logged', async () => {
  const ids = Array.from({ length: 99 }, dealId);
  // A machine that is too slow for so many says so before the sender gives up, which sends again.
  let times = 0;
  const answer = await until('the batch to be taken', async () => {
    times += 1;
    const begun = Date.now();
    const one = await send({ ...won(...ids), irrelevant: 3, unreadable: ['event 57: no objectId'] });
    expect(Date.now() - begun).toBeLessThan(5_000);
    return one.status !== 503 && one;
  });
  expect(answer).toMatchObject({ status: 200, json: { taken: 99, irrelevant: 3, unreadable: 1 } });
  for (const id of ids) {
    const { length } = await notified(`hubspot:9001234:${id}`);
    expect(length).toBeGreaterThanOrEqual(1);
    expect(length).toBeLessThanOrEqual(times);
  }
  expect(server.log()).toContain('event 57: no objectId');
});

it('the content of a deal goes along, of senders that cannot be asked', async () => {
  const id = dealId();
  const content = { dealId: id, isWon: true, fields: { plan: 'Ultimate' }, company: {}, lineItems: [] };
  await send({ events: [{ dealId: id, kind: 'won', content }] });
  expect(await notified(`hubspot:9001234:${id}`)).toMatchObject([{ content }]);
});

it('a change that has the deal itself begins a run: its sender cannot be asked, and may tell of the win later', async () => {
  const id = dealId();
  const content = { dealId: id, isWon: false, fields: {}, company: {}, lineItems: [] };
  await send({ events: [{ dealId: id, kind: 'changed', content }] });
  expect(await notified(`hubspot:9001234:${id}`)).toMatchObject([{ content }]);
});

it('a sender that wants certain words gets them', async () => {
  const answer = await send(won(dealId()), PROOF, '/webhooks/salesforce');
  expect(answer.headers.get('content-type')).toMatch(/^text\/xml/);
  expect(answer).toMatchObject({ status: 200, text: '<Ack>true</Ack>' });
});

it.each<[string, Record<string, string>, string]>([
  ['no proof', {}, '/webhooks/shop'],
  ['a wrong proof', { 'x-proof': 'wrong' }, '/webhooks/shop'],
  ['a wrong token in the path', {}, '/webhooks/shop/wrong-path-token'],
  ["the API's token", { authorization: 'Bearer a-token-of-the-api' }, '/webhooks/shop'],
])('a message with %s is refused, and told nothing', async (_what, headers, path) => {
  const answer = await send(won(dealId()), headers, path);
  expect(answer).toMatchObject({ status: 401, json: { code: 'NotAuthentic' } });
  expect(answer.json).not.toHaveProperty('detail');
});

it('a refused message is logged by source and code', async () => {
  await send(won(dealId()), {});
  const lines = server
    .log()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(lines).toContainEqual(expect.objectContaining({ source: 'shop', code: 'NotAuthentic' }));
});

it('the token in the path proves a message, and is never logged', async () => {
  const answer = await send(won(dealId()), {}, `/webhooks/shop/${PATH_TOKEN}`);
  expect(answer.status).toBe(200);
  await send(won(dealId()), {}, '/webhooks/shop/wrong-path-token');
  expect(server.log()).toContain('/webhooks/:source/:token');
  expect(server.log()).not.toMatch(/path-token/);
});

it('an authentic message in which nothing can be read is told so', async () => {
  const answer = await send('not json');
  expect(answer).toMatchObject({ status: 422, json: { code: 'MessageUnreadable' } });
});

it('a source that there is not is told apart, and its name is not logged', async () => {
  const answer = await send(won(dealId()), PROOF, '/webhooks/planted-name');
  expect(answer).toMatchObject({ status: 404, json: { code: 'UnknownSource' } });
  expect(server.log()).not.toContain('planted-name');
});

it.each([
  'text/xml; charset=UTF-8',
  'application/x-www-form-urlencoded',
  'text/plain',
  'application/cloudevents+json',
])('a body of the type %s reaches its reader byte for byte', async (type) => {
  const answer = await send(JSON.stringify(won(dealId())), { ...PROOF, 'content-type': type });
  expect(answer).toMatchObject({ status: 200, json: { taken: 1 } });
});
