import { randomUUID } from 'node:crypto';
import { withApprovals } from '../support/approval-rules';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';
import { serve, type ServerForTests } from './running-server';

const [OURS, THEIRS] = ['a-long-token-of-ours', 'a-long-token-of-theirs'];

let stack: TestStack;
let server: ServerForTests;

beforeAll(async () => {
  stack = await TestStack.start();
  await stack.startWorker(withApprovals('{ name: by the API, source: [api], people: 2 }'));
  server = await serve(stack, { tokens: [OURS, THEIRS] });
});
afterAll(async () => {
  await server.close();
  await stack.stop();
});

const post = (path: string, token: string, body: object) =>
  server.call('POST', path, { body, headers: { authorization: `Bearer ${token}` } });

async function waiting() {
  const requestId = `approve-api-${randomUUID().slice(0, 8)}`;
  const request = { ...tutorialRequest(requestId), poNumber: requestId };
  await post('/purchases', OURS, request);
  const question = await until('the question', async () => {
    const { status } = await stack.client.status(requestId);
    return status.status === 'waiting-for-approval' && status.question;
  });
  const decide = (token: string, body: object) =>
    post(`/purchases/${requestId}/decisions`, token, { about: question.id, ...body });
  return { requestId, request, decide };
}

it('two approve with a token that has not asked, and the answers say how far it has come', async () => {
  const { requestId, decide } = await waiting();
  const own = await decide(OURS, { verb: 'approve', by: 'Ben' });
  expect(own).toMatchObject({
    status: 409,
    json: {
      code: 'DecisionRefused',
      detail: expect.stringMatching(/whoever asked for the order does not approve it/) as string,
    },
  });
  const first = await decide(THEIRS, { verb: 'approve', by: 'Ben' });
  expect(first).toMatchObject({
    status: 200,
    json: { status: 'waiting-for-approval', question: { approval: { people: 2, given: [{ by: 'Ben' }] } } },
  });
  // One token is one person, whatever name it gives.
  expect(await decide(THEIRS, { verb: 'approve', by: 'Cleo' })).toMatchObject({ status: 409 });
  expect(await stack.portal.ordersWithPo(requestId)).toEqual([]);
  await stack.client.decide(requestId, { verb: 'approve', by: 'Cleo', via: 'wonce command, cleo@desk' });
  expect((await stack.client.wait(requestId)).status).toMatchObject({ status: 'ordered' });
});

it('one rejects: nothing is ordered', async () => {
  const { requestId, decide } = await waiting();
  expect(await decide(THEIRS, { verb: 'reject', by: 'Ben', why: 'too dear' })).toMatchObject({ status: 200 });
  await until('the end', async () => (await stack.ledger.find(requestId))?.status === 'refused');
  expect(await decide(THEIRS, { verb: 'approve', by: 'Ben' })).toMatchObject({
    status: 409,
    json: { code: 'NothingWaits' },
  });
});

it('a quote says that its order has to be approved', async () => {
  const requestId = `approve-api-${randomUUID().slice(0, 8)}`;
  const quote = await post('/quotes', OURS, tutorialRequest(requestId));
  expect(quote.json.doubts).toEqual(['It has to be approved: by the API (2 people).']);
});

it.each([
  [{ verb: 'approve' }],
  [{ verb: 'approve', by: 'Ben', id: 'x' }],
  [{ verb: 'approve', by: 'Ben', via: 'page' }],
  [{ verb: 'approved', by: 'Ben' }],
  [{ verb: 'reject', by: ' ' }],
])('%j is no decision', async (body) => {
  const { decide } = await waiting();
  expect(await decide(THEIRS, body)).toMatchObject({ status: 422, json: { code: 'DecisionInvalid' } });
});
