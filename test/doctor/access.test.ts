import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rowsAsTable } from '../../cli/doctor-in-words';
import { TOKEN_PATH } from '../../portal/access-token';
import { isWell } from '../../doctor/row';
import { ReadOnlyTransport } from '../../doctor/vendor-api/read-only-transport';
import { listening, portOf } from '../portal/vendor';
import { AccountForTests } from './account';
import { differences, rowOf } from './by-what';

const NOT = 'different, not handled';
const PAGE = '<html><body>Sign in to the network</body></html>';

let account: AccountForTests;
beforeAll(async () => {
  account = await AccountForTests.start();
});
afterAll(() => account.close());
const servers: http.Server[] = [];
afterEach(async () => {
  // Of a test that failed, too: an open server would keep the run from ending.
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await account.control.clearFaults();
});

/** A server that answers every call alike. */
async function answering(handle: http.RequestListener, make: () => http.Server = () => http.createServer()) {
  const calls: string[] = [];
  const server = make();
  servers.push(server);
  server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
    calls.push(`${request.method} ${request.url}`);
    handle(request, response);
  });
  await listening(server);
  return { port: portOf(server), calls, close: () => new Promise((resolve) => server.close(resolve)) };
}

/** Signed by itself. @param days that it is valid, below 0 if it has expired */
function madeCertificate(folder: string, days: string): { key: Buffer; cert: Buffer } {
  const [key, request, cert] = ['key.pem', 'request.pem', 'cert.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
  const asked = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key];
  openssl('req', '-new', ...asked, '-subj', '/CN=127.0.0.1', '-out', request);
  openssl('x509', '-req', '-in', request, '-signkey', key, '-days', days, '-out', cert);
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

const html: http.RequestListener = (_request, response) =>
  response.writeHead(200, { 'Content-Type': 'text/html', Connection: 'close' }).end(PAGE);

it('a portal that answers HTML everywhere is told as such, once, and nothing crashes', async () => {
  const server = await answering(html);
  const rows = await account.check({ url: `http://127.0.0.1:${server.port}` });
  await server.close();
  const token = rowOf(rows, 'token');
  expect(token).toMatchObject({
    verdict: NOT,
    seen: expect.stringMatching(/HTTP 200, an HTML page of 48/) as string,
  });
  expect(token.next).toMatch(/a proxy, a firewall, a page for maintenance/);
  expect(rows.filter(({ verdict }) => verdict === NOT)).toEqual([token]);
  expect(rowOf(rows, 'orders: list')).toMatchObject({ verdict: 'not checked', seen: 'there is no token' });
  expect(server.calls).toEqual([`POST ${TOKEN_PATH}`]);
});

it('HTML in the place of every answer but the token is told at each endpoint', async () => {
  for (const endpoint of ['partners', 'order-list', 'products', 'plans', 'billing-contacts']) {
    await account.control.fault({ endpoint, kind: 'html', times: null });
  }
  const rows = await account.check();
  for (const what of [
    'partners: list',
    'orders: list',
    'PBXs: list',
    'products: list',
    'plans: for a new license',
  ]) {
    expect(rowOf(rows, what)).toMatchObject({
      verdict: NOT,
      seen: expect.stringMatching(/an HTML page/) as string,
    });
  }
});

it('a wrong client secret is told as that, with where to look', async () => {
  const row = rowOf(await account.check({ clientSecret: 'planted-secret' }), 'token');
  expect(row).toMatchObject({
    verdict: NOT,
    seen: expect.stringMatching(/credentials are turned down: refused \(401/) as string,
  });
  expect(row.next).toMatch(/PORTAL_CLIENT_ID and PORTAL_CLIENT_SECRET .*System > API.*IP restriction/);
  expect(JSON.stringify(row)).not.toContain('planted-secret');
});

it.each([
  ['out of order', { kind: 'server-error' }, /refused \(500/, /It may pass/],
  ['slow down', { kind: 'rate-limit' }, /refused \(429/, /It may pass/],
  ['a redirect', { kind: 'redirect' }, /HTTP 302, a redirect to another path/, /Set PORTAL_URL/],
  ['broken JSON', { kind: 'broken-json' }, /HTTP 200, no JSON/, /Check PORTAL_URL/],
  ['hung up', { kind: 'cut' }, /no answer \(ECONNRESET\)/, /IP restriction/],
  [
    'a name that nobody knows',
    { kind: 'refuse', httpStatus: 418, code: 'teapot' },
    /refused \(418: teapot\)/,
    /Send the report/,
  ],
])('the token endpoint is %s: told apart from all else', async (_name, fault, seen, next) => {
  await account.control.fault({ endpoint: 'token', times: null, ...fault });
  const row = rowOf(await account.check(), 'token');
  expect([row.verdict, row.seen, row.next]).toEqual([
    NOT,
    expect.stringMatching(seen),
    expect.stringMatching(next),
  ]);
});

it('where nobody listens, and where the name is not known, it says which of the two', async () => {
  const gone = await answering(html);
  await gone.close();
  const nobody = await account.check({ url: `http://127.0.0.1:${gone.port}` });
  expect(rowOf(nobody, 'token')).toMatchObject({ verdict: NOT, seen: 'no answer (ECONNREFUSED)' });
  const unknown = await account.check({ url: 'http://no-such-host.invalid' });
  expect(rowOf(unknown, 'token').next).toMatch(/name is not known here|may reach PORTAL_URL/);
});

it('to an http:// address of another machine nothing is sent', async () => {
  const server = await answering(html);
  const rows = await account.check({ url: `http://127.0.0.1:${server.port}`, isPrivate: false });
  await server.close();
  expect(rowOf(rows, 'address')).toMatchObject({ verdict: NOT });
  expect(rowOf(rows, 'token')).toMatchObject({ verdict: 'not checked' });
  expect(server.calls).toEqual([]);
  expect(isWell(rows)).toBe(false);
});

describe('an https:// address', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wonce-doctor-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function tlsRows(days: string) {
    const { key, cert } = madeCertificate(folder, days);
    const server = await answering(html, () => https.createServer({ key, cert }));
    const rows = await account.check({ url: `https://127.0.0.1:${server.port}` });
    await server.close();
    return rows;
  }

  it('whose certificate is not trusted: why, until when it is valid, and nothing is sent there', async () => {
    const rows = await tlsRows('30');
    const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    expect(rowOf(rows, 'TLS')).toMatchObject({
      verdict: NOT,
      seen: `not trusted (DEPTH_ZERO_SELF_SIGNED_CERT); valid until ${until}`,
    });
    expect(rowOf(rows, 'TLS').next).toMatch(/NODE_EXTRA_CA_CERTS/);
    expect(rowOf(rows, 'token')).toMatchObject({
      verdict: NOT,
      next: expect.stringMatching(/row "TLS"/) as string,
    });
  });

  it('whose certificate has expired: since when', async () => {
    const rows = await tlsRows('-1');
    expect(rowOf(rows, 'TLS')).toMatchObject({
      verdict: NOT,
      seen: expect.stringMatching(/^expired: valid until 20/) as string,
    });
  });

  it('that speaks no TLS', async () => {
    const server = await answering(html);
    const rows = await account.check({ url: `https://127.0.0.1:${server.port}` });
    await server.close();
    expect(rowOf(rows, 'TLS')).toMatchObject({
      verdict: NOT,
      seen: expect.stringMatching(/^no TLS \(/) as string,
    });
  });
});

it('a long token call tells nothing wrong of the clock', async () => {
  const before = await account.check();
  await account.control.settings({ latencyMs: 100 });
  const after = await account.check();
  await account.control.settings({ latencyMs: 0 });
  expect(differences(after, before)).toEqual({});
});

it('of an account without orders and PBXs it says what could not be checked, and why', async () => {
  const empty = '{"count":0,"pageNo":1,"pageSize":25,"total":0,"totalPage":0,"results":[]}';
  const result = (path: string) => {
    if (path.includes('/oauth/token'))
      return '{"expiresIn":"1800","refreshToken":"r","token":"t","tokenHead":"Bearer "}';
    if (/page|instance_product_list/.test(path)) return empty;
    if (path.includes('_list')) return '[]';
    return '{}';
  };
  const server = await answering((request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(
      `{"code":"success","detailMessage":"","requestId":"${'a'.repeat(32)}","result":${result(request.url!)},"status":200}`,
    );
  });
  const rows = await account.check({ url: `http://127.0.0.1:${server.port}` });
  await server.close();
  expect(rowOf(rows, 'orders: poNumber in the list').seen).toBe('the account has no orders yet');
  expect(rowOf(rows, 'PBX: auto-renewal').seen).toBe('the account has no PBX yet');
  expect(rowOf(rows, 'partners: list').verdict).toBe('as expected');
  expect(rowOf(rows, 'billing contacts: list')).toMatchObject({
    verdict: NOT,
    next: expect.stringMatching(/add one/) as string,
  });
  expect(rowOf(rows, 'refusals: a token that is none')).toMatchObject({
    verdict: NOT,
    seen: expect.stringMatching(/a success/) as string,
  });
});

it('the table fits 80 columns, and says what to do where something is to be done', async () => {
  const table = rowsAsTable([
    ...(await account.check({ clientSecret: 'wrong' })),
    ...(await account.check()),
    { subject: 'crm', what: 'x'.repeat(120), verdict: NOT, seen: 'y'.repeat(200), next: 'z' },
  ]);
  expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(table).toMatch(/^Partner Portal\n {2}address {32,}as expected\n/);
  expect(table).toMatch(/Next: Compare PORTAL_CLIENT_ID/);
  expect(table.replace(/\s+/g, ' ')).toMatch(
    / \d+ as expected, \d+ different and handled, 2 different and not handled, \d+ not checked\.$/,
  );
});

it('whatever it is told to send, an order is not sent', async () => {
  const server = await answering(html);
  const transport = new ReadOnlyTransport(`http://127.0.0.1:${server.port}`);
  const call = { path: '/order/openapi/order/v1/save', deadlineMs: 1_000, maxBytes: 1_000 };
  const nothing = { errorCode: 'NOT_A_READ', neverConnected: true };
  expect(await transport.call({ ...call, method: 'POST', body: '{}' })).toEqual(nothing);
  expect(await transport.call({ ...call, method: 'POST' })).toEqual(nothing);
  expect(await transport.call({ ...call, method: 'GET', body: '{}' })).toEqual(nothing);
  transport.close();
  await server.close();
  expect(server.calls).toEqual([]);
});
