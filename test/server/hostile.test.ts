import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { TestStack } from '../support/stack';
import { serve, type ServerForTests } from './running-server';
import { listening, PROOF } from './sender';

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

const JSON_HEADERS = 'Host: localhost\r\nContent-Type: application/json\r\n';

/** A bare connection, and all that came on it until it ended. */
function talk(): { socket: Socket; ended: Promise<string> } {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let said = '';
  socket.on('data', (data: Buffer) => (said += data.toString()));
  // The server may end what we are still sending.
  socket.on('error', () => undefined);
  return { socket, ended: once(socket, 'close').then(() => said) };
}

function problemIn(said: string): unknown {
  return JSON.parse(said.slice(said.indexOf('\r\n\r\n') + 4));
}

it.each(['/purchases/%00', '/purchases/a%00/audit', '/purchases?after=1~%00'])(
  'an address with a NUL is refused before the ledger is asked: %s',
  async (path) => {
    const { status, json } = await server.call('GET', path);
    expect([status, json.code]).toEqual([400, 'MalformedHttp']);
  },
);

it.each(['/orders?q=%00', '/search?q=a%00b', '/deals/hubspot%3A1%3A%00'])(
  'on the page, too: %s',
  async (path) => {
    const answer = await fetch(`${server.url}${path}`);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('MalformedHttp')]);
  },
);

it('a compressed form of the page is refused', async () => {
  const headers = { 'content-encoding': 'gzip', 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await fetch(`${server.url}/sign-in`, { method: 'POST', headers, body: 'token=a' });
  expect([answer.status, await answer.text()]).toEqual([415, expect.stringContaining('BodyEncoded')]);
});

it.each(['/purchases', '/webhooks/shop'])('10 MB to %s are refused before they are read', async (path) => {
  const { socket, ended } = talk();
  socket.write(`POST ${path} HTTP/1.1\r\n${JSON_HEADERS}Content-Length: ${10 * 1024 * 1024}\r\n\r\n`);
  const said = await ended;
  expect(said).toMatch(/^HTTP\/1\.1 413 /);
  expect(problemIn(said)).toMatchObject({ code: 'BodyTooLarge' });
});

it('an endless body without a length is refused at 1 MB', async () => {
  const { socket, ended } = talk();
  socket.write(`POST /webhooks/shop HTTP/1.1\r\n${JSON_HEADERS}Transfer-Encoding: chunked\r\n\r\n`);
  const chunk = Buffer.alloc(64 * 1024, 'a');
  let sent = 0;
  const sendOn = () => {
    while (!socket.destroyed && sent < 1024 * 1024 + chunk.length) {
      sent += chunk.length;
      socket.write(
        Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
      );
    }
  };
  socket.once('connect', sendOn);
  expect(await ended).toMatch(/^HTTP\/1\.1 413 /);
});

it('what is compressed is refused, and not inflated', async () => {
  const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024));
  for (const path of ['/purchases', '/webhooks/shop']) {
    for (const encoding of ['gzip', 'br', 'identity, gzip']) {
      const headers = { ...PROOF, 'content-encoding': encoding };
      const answer = await server.call('POST', path, { headers, body: bomb });
      expect(answer).toMatchObject({ status: 415, json: { code: 'BodyEncoded' } });
    }
  }
});

it('a body that says it is as it is, is taken', async () => {
  const headers = { ...PROOF, 'content-encoding': 'identity' };
  expect((await server.call('POST', '/webhooks/shop', { headers, body: {} })).status).toBe(200);
});

it('headers beyond 16 kB are refused', async () => {
  const { socket, ended } = talk();
  socket.write(`GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`);
  const said = await ended;
  expect(said).toMatch(/^HTTP\/1\.1 431 /);
  expect(problemIn(said)).toMatchObject({ code: 'HeadersTooLarge' });
});

it('what is no HTTP is refused', async () => {
  const { socket, ended } = talk();
  socket.write('EHLO localhost\r\n\r\n');
  const said = await ended;
  expect(said).toMatch(/^HTTP\/1\.1 400 /);
  expect(problemIn(said)).toMatchObject({ code: 'MalformedHttp' });
});

it.each([
  ['headers', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: '],
  ['a body', `POST /webhooks/shop HTTP/1.1\r\n${JSON_HEADERS}Content-Length: 1000\r\n\r\n`],
])('whoever sends %s a byte at a time is hung up on', async (_what, beginning) => {
  const { socket, ended } = talk();
  socket.write(beginning);
  const drip = setInterval(() => socket.write('a'), 200);
  const begun = Date.now();
  const said = await ended;
  clearInterval(drip);
  expect(said).toMatch(/^HTTP\/1\.1 408 /);
  expect(problemIn(said)).toMatchObject({ code: 'RequestTooSlow' });
  expect(Date.now() - begun).toBeLessThan(20_000);
});

it('others are served meanwhile and afterwards', async () => {
  const silent = Array.from({ length: 50 }, () => talk());
  expect((await server.call('GET', '/healthz')).status).toBe(200);
  silent.forEach(({ socket }) => socket.destroy());
});
