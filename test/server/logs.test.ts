import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { serve, type ServerForTests } from './running-server';
import { listening, PROOF, won } from './sender';

let stack: TestStack;
let server: ServerForTests;
beforeAll(async () => {
  stack = await TestStack.start();
  server = await serve(stack, { accounts: { shop: listening('9001234') } });
});
afterAll(async () => {
  await server.close();
  await stack.stop();
});

function lines(): Record<string, unknown>[] {
  return server
    .log()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const ofCall = ({ headers }: { headers: Headers }) =>
  lines().filter(({ callId }) => callId === headers.get('x-request-id'));

it('each line about a purchase has its request id, beside the id of the call', async () => {
  const requestId = 'server-logs-1';
  const body = tutorialRequest(requestId);
  const calls = [
    await server.call('POST', '/purchases', { body }),
    await server.call('GET', `/purchases/${requestId}`),
    await server.call('POST', '/purchases', { body: { ...body, years: 3 } }),
    await server.call('POST', `/purchases/${requestId}/decisions`, { body: { verb: 'choose', by: 'Ann' } }),
  ];
  expect(calls.map(({ status }) => status)).toEqual([202, 200, 409, 422]);
  for (const call of calls) {
    expect(ofCall(call).length).toBeGreaterThan(0);
    for (const line of ofCall(call)) expect(line).toMatchObject({ requestId });
  }
  expect(ofCall(calls[2]!)).toContainEqual(
    expect.objectContaining({ msg: 'problem', code: 'RequestConflict' }),
  );
});

it('what was put in a path and is no purchase is in no line: it may be anything', async () => {
  const call = await server.call('GET', '/purchases/planted-in-a-path');
  expect(call.status).toBe(404);
  expect(ofCall(call)).toHaveLength(2);
  expect(server.log()).not.toContain('planted-in-a-path');
});

it('the line of a webhook names the deals that were taken', async () => {
  const call = await server.call('POST', '/webhooks/shop', { headers: PROOF, body: won('logs-1', 'logs-2') });
  expect(ofCall(call)).toContainEqual(
    expect.objectContaining({
      msg: 'webhook taken',
      source: 'shop',
      deals: ['hubspot:9001234:logs-1', 'hubspot:9001234:logs-2'],
    }),
  );
});
