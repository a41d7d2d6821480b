import { once } from 'node:events';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serverSettings } from '../../config/server-settings';
import { Refusals } from '../../server/refusals';
import { TestStack } from '../support/stack';
import { serve, type ServerForTests } from './running-server';
import { listening, PROOF } from './sender';

const TOKEN = 'planted-token-of-the-api';

let stack: TestStack;
let provider: Server;
let straight: ServerForTests;
let behindProxy: ServerForTests;

beforeAll(async () => {
  stack = await TestStack.start();
  provider = createServer((_request, response) => response.writeHead(503).end()).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  const openId = {
    ...{ clientId: 'wonce', clientSecret: 'a-secret', allowed: ['@reseller.example'] },
    issuer: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`,
  };
  const options = { tokens: [TOKEN], accounts: { shop: listening('9001234') }, openId };
  straight = await serve(stack, options);
  behindProxy = await serve(stack, { ...options, trustProxy: ['127.0.0.1'] });
});
afterAll(async () => {
  await Promise.all([straight.close(), behindProxy.close()]);
  provider.close();
  await stack.stop();
});

const webhook = (server: ServerForTests, headers: Record<string, string>) =>
  server.call('POST', '/webhooks/shop', { headers, body: {} });
const from = (address: string) => ({ 'x-forwarded-for': address });

it('of a burst of 1,000 genuine webhooks from one address none is refused, while some that are not come with it', async () => {
  const forged = Array.from({ length: 60 }, () => webhook(straight, { 'x-proof': 'wrong' }));
  const statuses: number[] = [];
  for (let sent = 0; sent < 1_000; sent += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => webhook(straight, PROOF)));
    statuses.push(...answers.map(({ status }) => status));
  }
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  const refused = (await Promise.all(forged)).map(({ status }) => status);
  expect(refused.filter((status) => status !== 401 && status !== 429)).toEqual([]);
});

it('wrong tokens are limited, and the right one gets in meanwhile, from the same address too', async () => {
  const wrong = Array.from({ length: 80 }, () =>
    behindProxy.call('GET', '/purchases', {
      headers: { authorization: 'Bearer wrong', ...from('192.0.2.7') },
    }),
  );
  const right = { authorization: `Bearer ${TOKEN}` };
  const list = (headers: Record<string, string>) => behindProxy.call('GET', '/purchases', { headers });
  expect((await list({ ...right, ...from('192.0.2.7') })).status).toBe(200);
  expect((await list({ ...right, ...from('192.0.2.8') })).status).toBe(200);
  const answers = await Promise.all(wrong);
  const limited = answers.filter(({ status }) => status === 429);
  expect(limited.length).toBeGreaterThan(0);
  for (const { headers, json } of limited) {
    expect([json.code, Number(headers.get('retry-after'))]).toEqual(['TooManyRefused', 2]);
  }
});

it('where a proxy is trusted, each address has a count of its own; where none is, what is said of it counts for nothing', async () => {
  const timeOf = async (server: ServerForTests, address: string) => {
    const begun = Date.now();
    expect((await webhook(server, { 'x-proof': 'wrong', ...from(address) })).status).toBe(401);
    return Date.now() - begun;
  };
  const many = (server: ServerForTests) =>
    Promise.all(
      Array.from({ length: 20 }, () => webhook(server, { 'x-proof': 'wrong', ...from('198.51.100.1') })),
    );
  await Promise.all([many(behindProxy), many(straight)]);
  expect(await timeOf(behindProxy, '198.51.100.1')).toBeGreaterThan(1_500);
  expect(await timeOf(behindProxy, '198.51.100.2')).toBeLessThan(1_000);
  expect(await timeOf(straight, '198.51.100.2')).toBeGreaterThan(1_500);
});

it('whoever begins or ends sign-ins one after the other is told to wait; from another address people sign in', async () => {
  const begin = (path: string, address: string) => statusOf(behindProxy.url, path, from(address));
  for (const path of ['/sign-in/openid', '/sign-in/callback?code=x']) {
    const answers = await Promise.all(Array.from({ length: 80 }, () => begin(path, '203.0.113.5')));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
    expect(answers.find(({ status }) => status === 429)!.retryAfter).toBeGreaterThan(0);
    expect((await begin(path, '203.0.113.6')).status).not.toBe(429);
  }
});

it('what was counted is forgotten after a while', async () => {
  const refusals = new Refusals();
  const now = jest.spyOn(Date, 'now');
  const took = async () => {
    const begun = performance.now();
    await refusals.wait({ ip: '192.0.2.1' }, 'api');
    return performance.now() - begun;
  };
  for (let count = 0; count < 10; count += 1) await took();
  expect(await took()).toBeGreaterThan(90);
  now.mockReturnValue(Date.now() + 10 * 60_000 + 1);
  expect(await took()).toBeLessThan(90);
  now.mockRestore();
});

it.each(['10.0.0.7', '10.0.0.7, 10.1.0.0/16', '::1', 'fd00::/8', 'loopback,uniquelocal'])(
  'WONCE_TRUST_PROXY may be %j',
  (WONCE_TRUST_PROXY) => {
    const settings = serverSettings({ DATABASE_URL: 'postgres://u@h/d', WONCE_TRUST_PROXY });
    expect(settings.trustProxy).toEqual(WONCE_TRUST_PROXY.split(/, ?/));
  },
);

it.each(['true', '1', '10.0.0.0/33', 'proxy.example', '10.0.0.7/a', '*'])(
  'WONCE_TRUST_PROXY may not be %j: whoever calls could say that he comes from anywhere',
  (WONCE_TRUST_PROXY) => {
    const settings = () => serverSettings({ DATABASE_URL: 'postgres://u@h/d', WONCE_TRUST_PROXY });
    expect(settings).toThrow(/WONCE_TRUST_PROXY: expected addresses or networks of your proxies/);
  },
);

/** As a browser goes, which is told where to sign in: redirects are not followed. */
function statusOf(
  url: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; retryAfter: number }> {
  return new Promise((resolve, reject) => {
    const call = httpRequest(`${url}${path}`, { headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode!, retryAfter: Number(response.headers['retry-after'] ?? 0) });
    });
    call.on('error', reject).end();
  });
}
