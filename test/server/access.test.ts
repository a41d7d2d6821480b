import { request as httpRequest } from 'node:http';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { serve, type ServerForTests } from './running-server';
import { listening, PROOF, won } from './sender';

const TOKENS = ['planted-first-token', 'planted-second-token'];

let stack: TestStack;
let withTokens: ServerForTests;
let withoutTokens: ServerForTests;

beforeAll(async () => {
  stack = await TestStack.start();
  const accounts = { shop: listening('9001234') };
  withTokens = await serve(stack, { tokens: TOKENS, accounts });
  withoutTokens = await serve(stack, { accounts });
});
afterAll(async () => {
  await withTokens.close();
  await withoutTokens.close();
  await stack.stop();
});

const OF_API: [string, string][] = [
  ['GET', '/purchases'],
  ['POST', '/purchases'],
  ['GET', '/purchases/any'],
  ['GET', '/purchases/any/audit'],
  ['POST', '/purchases/any/decisions'],
];
const OPEN: [string, string][] = [
  ['GET', '/healthz'],
  ['GET', '/readyz'],
  ['GET', '/openapi.json'],
];

/** fetch sets the Host header itself. */
function statusWithHost(
  url: string,
  method: string,
  path: string,
  host: string,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'content-type': 'application/json', ...PROOF };
    const call = httpRequest(`${url}${path}`, { method, headers, setHost: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('error', reject).end(method === 'POST' ? JSON.stringify(won('deal-by-name')) : undefined);
  });
}

describe('where there are tokens', () => {
  it.each(OF_API)('%s %s wants one of them', async (method, path) => {
    const body = method === 'POST' ? { body: { verb: 'cancel', by: 'Ann' } } : {};
    for (const authorization of [
      '',
      'Bearer',
      'Bearer wrong',
      `Basic ${TOKENS[0]}`,
      `Bearer ${TOKENS[0]}x`,
    ]) {
      const headers = authorization === '' ? {} : { authorization };
      const refused = await withTokens.call(method, path, { ...body, headers });
      expect(refused).toMatchObject({ status: 401, json: { code: 'Unauthorised' } });
      expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
    for (const token of TOKENS) {
      const headers = { authorization: `Bearer ${token}` };
      expect((await withTokens.call(method, path, { ...body, headers })).status).not.toBe(401);
    }
  });

  it.each(OPEN)('%s %s wants none', async (method, path) => {
    expect((await withTokens.call(method, path)).status).toBe(200);
  });

  it('the name by which the server is called does not matter', async () => {
    expect(await statusWithHost(withTokens.url, 'GET', '/purchases', 'wonce.example')).toBe(401);
  });
});

describe('where there are no tokens', () => {
  it.each(OF_API)('%s %s answers to names of this machine alone', async (method, path) => {
    const statusOf = (host: string) => statusWithHost(withoutTokens.url, method, path, host);
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1:8080',
      '',
    ]) {
      expect(await statusOf(host)).toBe(403);
    }
    for (const host of ['localhost:8080', 'LOCALHOST', '127.0.0.1', '[::1]:8080']) {
      expect(await statusOf(host)).not.toBe(403);
    }
  });

  it('webhooks answer to any name: they come through a proxy', async () => {
    expect(await statusWithHost(withoutTokens.url, 'POST', '/webhooks/shop', 'hooks.example')).toBe(200);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'text/plain; x=application/json', ''])(
    'a body of the type "%s", as a web page can send it unasked, buys nothing',
    async (type) => {
      for (const path of ['/purchases', '/purchases/any/decisions']) {
        const body = JSON.stringify(tutorialRequest('from-a-web-page'));
        const answer = await withoutTokens.call('POST', path, { headers: { 'content-type': type }, body });
        expect(answer).toMatchObject({ status: 415, json: { code: 'NotJson' } });
      }
      expect((await withoutTokens.call('GET', '/purchases/from-a-web-page')).status).toBe(404);
    },
  );
});

describe('a path', () => {
  it.each([
    ['PUT', '/purchases', 'GET, HEAD, POST'],
    ['DELETE', '/purchases/any', 'GET, HEAD'],
    ['OPTIONS', '/purchases', 'GET, HEAD, POST'],
    ['GET', '/webhooks/shop/token', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['PROPFIND', '/openapi.json', 'GET, HEAD'],
  ])('called by a method that it has not (%s %s) says which it has', async (method, path, allow) => {
    const answer = await withoutTokens.call(method, path);
    expect(answer).toMatchObject({ status: 405, json: { code: 'MethodNotAllowed' } });
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it.each(['/purchases/a/b', '/webhooks', '/.env'])('that there is not (%s) is told so', async (path) => {
    const answer = await withoutTokens.call('GET', path);
    expect(answer).toMatchObject({ status: 404, json: { code: 'UnknownPath' } });
  });

  it('that is badly written is refused', async () => {
    const answer = await withoutTokens.call('GET', '/purchases/%zz');
    expect(answer).toMatchObject({ status: 400, json: { code: 'MalformedHttp' } });
  });

  it('is there for those who ask for the head alone', async () => {
    const { status, headers } = await fetch(`${withoutTokens.url}/healthz`, { method: 'HEAD' });
    expect(status).toBe(200);
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

it('neither tokens nor proofs nor bodies are logged', async () => {
  const authorization = `Bearer ${TOKENS[0]}`;
  const body = {
    ...tutorialRequest('logged'),
    poNumber: 'planted-po',
    billingContact: { email: 'planted@x.example' },
  };
  await withTokens.call('POST', '/purchases', { headers: { authorization }, body });
  await withTokens.call('POST', '/purchases', { headers: { authorization }, body: '{"planted-broken' });
  await withTokens.call('POST', '/webhooks/shop', { headers: PROOF, body: '{"planted-broken' });
  await withTokens.call('GET', '/purchases?planted-query=1', { headers: { authorization } });
  expect(withTokens.log()).toContain('"path":"/purchases"');
  expect(withTokens.log()).not.toContain('planted');
});
