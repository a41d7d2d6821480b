import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../dev/stack/free-port';
import type { Report } from '../../doctor/report';
import { checkOutboundProxy } from '../../config/outbound';
import { rowOf } from '../doctor/by-what';
import { Authority } from '../support/certificates';
import { startProxy, type ConnectProxy } from '../support/connect-proxy';
import { FakeCrms } from '../support/fake-crms';
import { NoticeReceiver } from '../support/notice-receiver';
import { cleanEnvironment, ROOT, RunningProcess } from '../support/processes';
import { tlsFront, type TlsFront } from '../support/tls-front';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
/** Names of the other side: in no DNS, so that only the proxy leads there. */
const HOSTS = ['api.hubspot.example', 'api.pipedrive.example', 'acme.salesforce.example'];
const NAMES = [...HOSTS, 'notices.example', 'accounts.example', 'portal.example'];

let folder: string;
let authority: Authority;
let crms: FakeCrms;
let fronts: TlsFront[];
let receiver: NoticeReceiver;
let provider: Server;
let byOtherName: Server;
let toCrms: string;
const proxies: ConnectProxy[] = [];

const addressOf = (url: string) => new URL(url).host;

const listenerOf = (server: Server) => `127.0.0.1:${(server.address() as AddressInfo).port}`;

/** The fakes answer by names of this machine alone: this passes calls of other names on. */
function byItsOwnName(url: string): Server {
  return createServer((incoming, answer) => {
    const { method, headers } = incoming;
    const call = httpRequest(`${url}${incoming.url}`, {
      method,
      headers: { ...headers, host: addressOf(url) },
    });
    call.on('response', (came) => {
      answer.writeHead(came.statusCode!, came.headers);
      came.pipe(answer);
    });
    incoming.pipe(call);
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-proxy-'));
  authority = new Authority(join(folder, 'ca'));
  crms = await FakeCrms.start();
  await crms.put('salesforce', 'sobjects', 'Opportunity', { fields: ['Serial__c'] });
  receiver = await NoticeReceiver.start(SECRET);
  provider = createServer((_request, response) => {
    const issuer = 'https://accounts.example';
    const endpoints = { authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ issuer, ...endpoints, jwks_uri: `${issuer}/keys` }));
  }).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  byOtherName = byItsOwnName(crms.url).listen(0, '127.0.0.1');
  await once(byOtherName, 'listening');
  const certificate = authority.issue('elsewhere', NAMES.map((name) => `DNS:${name}`).join(','));
  const front = (address: string) => tlsFront(address, { certificate, protocol: 'http/1.1' });
  fronts = await Promise.all([
    front(listenerOf(byOtherName)),
    front(addressOf(receiver.url)),
    front(listenerOf(provider)),
  ]);
  toCrms = fronts[0]!.address;
  const section = (name: string, of: string, more: string) =>
    `  ${name}:\n    ${of}\n    since: 2026-01-01T00:00:00Z\n    ${more}\n    license:\n      serialNumber: { deal: serial__c }\n` +
    "      plan: { skus: { YS-ULT: Ultimate } }\n      years: 1\n      billingContact: { billingContactId: '1' }\n";
  writeFileSync(
    join(folder, 'deals.yaml'),
    'sources:\n' +
      section(
        'hub',
        "crm: hubspot\n    account: '9001234'\n    secrets: [S]\n    accessToken: HUBSPOT_TOKEN",
        'api: https://api.hubspot.example',
      ) +
      section(
        'pipe',
        "crm: pipedrive\n    account: '77'\n    user: wonce\n    secrets: [S]\n    apiToken: PIPEDRIVE_API_TOKEN",
        'api: https://api.pipedrive.example',
      ) +
      section(
        'force',
        'crm: salesforce\n    account: 00D000000000077EAA\n    secrets: [S]\n    clientId: SALESFORCE_CLIENT\n    clientSecret: SALESFORCE_CLIENT_SECRET',
        'api: https://acme.salesforce.example',
      ).replace('serial__c', 'Serial__c'),
  );
});
afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
});
afterAll(async () => {
  await Promise.all(fronts.map((front) => front.stop()));
  for (const server of [provider, byOtherName]) {
    server.closeAllConnections();
    server.close();
  }
  await receiver.stop();
  await crms.stop();
  rmSync(folder, { recursive: true });
});

async function proxy(options: Omit<Parameters<typeof startProxy>[0], 'leadsTo'> & { leadsTo?: string }) {
  const started = await startProxy({ leadsTo: toCrms, ...options });
  proxies.push(started);
  return started;
}

/** A process of the product; certificates of an authority of one's own are read when it begins, and no later. */
async function run(args: string[], env: Record<string, string>): Promise<string> {
  const process_ = new RunningProcess(
    spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...cleanEnvironment(), NODE_EXTRA_CA_CERTS: authority.cert, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  await process_.ended();
  return process_.output;
}

async function doctor(subject: string, env: Record<string, string>): Promise<Report['rows']> {
  const output = await run(['bin/wonce.js', 'doctor', '--json', '--only', subject], {
    WONCE_DEALS_FILE: join(folder, 'deals.yaml'),
    WONCE_DATA_DIR: folder,
    ...{ HUBSPOT_TOKEN: 'hubspot-token', PIPEDRIVE_API_TOKEN: 'pipedrive-token' },
    ...{ SALESFORCE_CLIENT: 'salesforce-client', SALESFORCE_CLIENT_SECRET: 'salesforce-secret' },
    ...env,
  });
  // What it looks at goes to standard error, before.
  return (JSON.parse(output.slice(output.indexOf('{'))) as Report).rows;
}

describe('the CRMs', () => {
  it('are asked through the proxy of HTTPS_PROXY, each of them, and it is given its user and password', async () => {
    const through = await proxy({ wants: 'wonce:p@ss:w%rd' });
    const HTTPS_PROXY = through.url.replace('//', '//wonce:p%40ss%3Aw%25rd@');
    const rows = await doctor('crm', { HTTPS_PROXY });
    for (const source of ['hub', 'pipe', 'force']) {
      expect(rowOf(rows, source)).toMatchObject({ verdict: 'as expected', next: '' });
    }
    expect([...new Set(through.asked)].sort()).toEqual(HOSTS.map((host) => `${host}:443`).sort());
  });

  it.each([
    ['wants a password', { wants: 'wonce:right' }, /wants a user and password, or takes not these \(407\)/],
    ['lets nobody through', { refuses: 403 }, /lets nobody through to it \(403\)/],
  ])('are not mistaken for a proxy that %s: what it objects to is told', async (_what, options, seen) => {
    const through = await proxy(options);
    const rows = await doctor('crm', { HTTPS_PROXY: through.url.replace('//', '//wonce:planted@') });
    for (const source of ['hub', 'pipe', 'force']) {
      expect(rowOf(rows, source)).toMatchObject({
        verdict: 'different, not handled',
        seen: expect.stringMatching(seen) as string,
        next: expect.stringMatching(/HTTPS_PROXY/) as string,
      });
    }
    expect(JSON.stringify(rows)).not.toMatch(/planted|127\.0\.0\.1/);
  });

  it('a proxy that is not there is told apart from a CRM that is not there', async () => {
    const HTTPS_PROXY = `http://127.0.0.1:${await freePort()}`;
    const rows = await doctor('crm', { HTTPS_PROXY });
    expect(rowOf(rows, 'hub').seen).toMatch(/the proxy of HTTPS_PROXY cannot be reached \(ECONNREFUSED\)/);
  });

  it('one that opens TLS is told by what it shows, with how its authority is made known', async () => {
    const through = await proxy({});
    const rows = await doctor('crm', { HTTPS_PROXY: through.url, NODE_EXTRA_CA_CERTS: '' });
    for (const source of ['hub', 'pipe', 'force']) {
      expect(rowOf(rows, source)).toMatchObject({
        verdict: 'different, not handled',
        seen: expect.stringMatching(/cannot be reached \(UNABLE_TO_VERIFY_LEAF_SIGNATURE at /) as string,
        next: expect.stringMatching(/NODE_EXTRA_CA_CERTS=FILE/) as string,
      });
    }
  });

  it('NO_PROXY is reached straight', async () => {
    const through = await proxy({});
    const rows = await doctor('crm', { HTTPS_PROXY: through.url, NO_PROXY: '.example' });
    expect(through.asked).toEqual([]);
    expect(rowOf(rows, 'hub').seen).toMatch(/CrmUnreachable/);
  });
});

it('the vendor is never asked through a proxy, whatever HTTPS_PROXY says: one that repeats an order buys twice', async () => {
  const through = await proxy({});
  const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY'];
  const rows = await doctor('portal', {
    ...Object.fromEntries(names.map((name) => [name, through.url])),
    NODE_USE_ENV_PROXY: '1',
    PORTAL_URL: 'https://portal.example',
    PORTAL_CLIENT_ID: 'any',
    PORTAL_CLIENT_SECRET: 'any-secret',
  });
  expect(rowOf(rows, 'token').verdict).toBe('different, not handled');
  expect(through.asked).toEqual([]);
});

it('notices go through it', async () => {
  const secret = { WONCE_NOTICES_SECRET: SECRET };
  const through = await proxy({ leadsTo: fronts[1]!.address });
  const send = `
    const { NoticeSender } = require('./dist/notices/notice-sender');
    const at = { id: 'a', kind: 'signed', url: 'https://notices.example/one', host: 'notices.example' };
    const notice = { id: 'msg_1', type: 'purchase.waiting', address: 'a', data: { requestId: 'proxied-1' }, foundAt: new Date() };
    new NoticeSender([at], process.env.WONCE_NOTICES_SECRET).send(notice, 1).then(() => console.log('taken'), (e) => console.log(e.message));`;
  expect(await run(['-e', send], { HTTPS_PROXY: through.url, ...secret })).toContain('taken');
  expect(through.asked).toEqual(['notices.example:443']);
  const [received] = receiver.at('/one', 'proxied-1');
  expect(receiver.verified(received!)).toMatchObject({ type: 'purchase.waiting' });
  const refusing = await proxy({ refuses: 502 });
  expect(await run(['-e', send], { HTTPS_PROXY: refusing.url, ...secret })).toMatch(
    /notices\.example did not answer a notice \(the proxy of HTTPS_PROXY lets nobody through to it \(502\)\)/,
  );
});

it('the provider of OpenID Connect is asked through it', async () => {
  const through = await proxy({ leadsTo: fronts[2]!.address });
  const begin = `
    const { OpenIdSignIn } = require('./dist/server/page/openid');
    const settings = { issuer: 'https://accounts.example', clientId: 'wonce', clientSecret: 'x', allowed: [] };
    new OpenIdSignIn(settings, 'https://wonce.example/sign-in/callback').begin('/').then(({ url }) => console.log(url), console.log);`;
  expect(await run(['-e', begin], { HTTPS_PROXY: through.url })).toMatch(
    /^https:\/\/accounts\.example\/auth\?/m,
  );
  expect(through.asked).toEqual(['accounts.example:443']);
});

it.each(['socks5://proxy:1080', 'http://', '/etc/proxy'])('a proxy that is none (%s) is refused', (value) => {
  expect(() => checkOutboundProxy({ HTTPS_PROXY: value })).toThrow(/^HTTPS_PROXY is no address of a proxy/);
});

it.each(['', 'http://proxy:3128', 'https://u:p@proxy.example', 'proxy:3128'])(
  '%j is one, or none',
  (value) => {
    expect(() => checkOutboundProxy({ HTTPS_PROXY: value })).not.toThrow();
  },
);
