import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../dev/stack/free-port';
import type { Report } from '../../doctor/report';
import { API_TOKENS, DealsStack, SECRETS } from '../support/deals-stack';
import { wonceWith } from '../support/npm-start';
import { listening, portOf } from '../portal/vendor';
import { spawnProcess, type RunningProcess } from '../support/processes';
import { rowOf } from '../doctor/by-what';

const NOT = 'different, not handled';

/** What the vendor documents for reading, and the token. */
const READS = /^(GET|POST \/auth\/openapi\/v1\/oauth\/token$)/;

let deals: DealsStack;
let server: RunningProcess;
let env: Record<string, string>;
let folder: string;

beforeAll(async () => {
  deals = await DealsStack.start();
  // What no record has is no field of the fake's, and an error.
  await deals.crm.put('salesforce', 'sobjects', 'Opportunity', { fields: ['Serial__c'] });
  folder = mkdtempSync(join(tmpdir(), 'wonce-doctor-'));
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  env = { ...deals.serverEnv, ...deals.workerEnv, WONCE_PUBLIC_URL: url, WONCE_PORT: port };
  server = spawnProcess('server/main.js', env);
  await server.saw(/server listening on/);
});
afterAll(async () => {
  await server.kill();
  await deals.stop();
  rmSync(folder, { recursive: true });
});

async function doctor(more: Record<string, string> = {}, ...args: string[]) {
  const { code, stdout, stderr } = await wonceWith({ ...env, ...more }, 'doctor', '--json', ...args);
  return { code, stderr, report: JSON.parse(stdout) as Report };
}

it('looks at everything, by reads alone: no order, nothing in the ledger, and nothing that is secret in its report', async () => {
  const before = (await deals.stack.portal.requests()).length;
  const file = join(folder, 'report.json');
  const { code, stderr, report } = await doctor({}, '--report', file);
  const bad = report.rows.filter(({ verdict }) => verdict === NOT);
  expect(bad).toEqual([]);
  expect(code).toBe(0);
  expect([...new Set(report.rows.map(({ subject }) => subject))]).toEqual([
    'settings',
    'portal',
    'temporal',
    'ledger',
    'crm',
    'webhooks',
  ]);
  expect(stderr).toMatch(/^settings\nportal\nportal: token\n/);

  const calls = (await deals.stack.portal.requests()).slice(before);
  expect(calls.length).toBeGreaterThan(10);
  expect(calls.filter(({ method, path }) => !READS.test(`${method} ${path}`))).toEqual([]);
  expect(calls.filter(({ endpoint }) => endpoint === 'unknown' || endpoint === 'orders')).toEqual([]);
  expect(await deals.stack.portal.orders()).toEqual([]);
  expect((await deals.stack.ledger.deals.page({})).deals).toEqual([]);

  const text = readFileSync(file, 'utf8');
  expect(JSON.parse(text)).toEqual(report);
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(report.settings).toEqual(
    expect.arrayContaining(['DATABASE_URL', 'PORTAL_CLIENT_SECRET', 'WONCE_TASK_QUEUE']),
  );
  const secrets = [
    ...Object.values({ ...SECRETS, ...API_TOKENS }),
    deals.token,
    'fake-portal-secret',
    deals.stack.databaseUrl,
    deals.stack.taskQueue,
  ];
  for (const secret of secrets) expect(text + stderr).not.toContain(secret);
});

it('every source takes what is rightly signed and turns down what is not', async () => {
  const { report } = await doctor({}, '--only', 'webhooks');
  expect(rowOf(report.rows, 'public address')).toMatchObject({
    verdict: 'as expected',
    seen: 'it leads to this server',
  });
  const signatures = report.rows.filter(({ what }) => what.endsWith(' signature'));
  expect(signatures).toHaveLength(8);
  expect(signatures.filter(({ verdict }) => verdict !== 'as expected')).toEqual([]);
  // Whoever listened to a message that says nothing would have heard of a deal.
  expect((await deals.stack.ledger.deals.page({})).deals).toEqual([]);
});

it.each([
  ['hubspot', { HUBSPOT_SECRET: 'another-client-secret-of-the-app' }],
  ['pipedrive', { PIPEDRIVE_PASSWORD: 'another-long-password' }],
  ['salesforce', { SALESFORCE_SECRET: 'another-long-secret-of-the-flow' }],
  ['standard-webhooks', { SHOP_SECRET: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
])('a secret of %s that is not the server’s is told at that source alone', async (crm, other) => {
  const { code, report } = await doctor(other, '--only', 'webhooks');
  const bad = report.rows.filter(({ verdict }) => verdict === NOT);
  expect(bad.map(({ what }) => what)).toEqual([`${deals.source(crm)}: right signature`]);
  expect(code).toBe(1);
});

describe('another address', () => {
  let other: Server;
  afterEach(() => new Promise((resolve) => other.close(resolve)));

  async function answering(text: string, status = 200): Promise<string> {
    other = createServer((_request, response) =>
      response.writeHead(status, { Connection: 'close' }).end(text),
    );
    await listening(other);
    return `http://127.0.0.1:${portOf(other)}`;
  }

  it.each([
    ['of something else', '<html></html>', /HTTP 200, not the answer of a Wonce server/],
    [
      'of another server',
      '{"status":"alive","id":"9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"}',
      /another server than that of this machine/,
    ],
  ])('%s is told', async (_name, text, seen) => {
    const { report } = await doctor({ WONCE_PUBLIC_URL: await answering(text) }, '--only', 'webhooks');
    expect(rowOf(report.rows, 'public address')).toMatchObject({
      verdict: NOT,
      seen: expect.stringMatching(seen) as string,
    });
  });

  it('of a portal that answers HTML everywhere is told as such, without a crash or a stack', async () => {
    const url = await answering('<html><body>Sign in to the network</body></html>');
    const { code, stdout, stderr } = await wonceWith(
      { ...env, PORTAL_URL: url },
      'doctor',
      '--only',
      'portal',
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/token +different, not handled\n +HTTP 200, an HTML page/);
    expect(stdout + stderr).not.toMatch(/^\s+at |Error:/m);
    expect(stderr).toBe('portal\nportal: token\n');
  });

  it('that takes messages of anybody is told', async () => {
    const text = '{"status":"alive","id":"9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"}';
    const { report } = await doctor({ WONCE_PUBLIC_URL: await answering(text) }, '--only', 'webhooks');
    expect(rowOf(report.rows, `${deals.source('hubspot')}: wrong signature`)).toMatchObject({
      verdict: NOT,
      seen: 'HTTP 200',
    });
  });

  it('at which nobody listens is told, and where no server runs here', async () => {
    const url = await answering('');
    await new Promise((resolve) => other.close(resolve));
    const { report } = await doctor(
      { WONCE_PUBLIC_URL: url, WONCE_PORT: new URL(url).port },
      '--only',
      'webhooks',
    );
    expect(rowOf(report.rows, 'public address').seen).toMatch(/does not lead to the server \(ECONNREFUSED\)/);
    expect(rowOf(report.rows, 'server')).toMatchObject({
      verdict: 'not checked',
      next: expect.stringMatching(/wonce server/) as string,
    });
  });
});

it('at each CRM it says which rights fail, and which account', async () => {
  await deals.crm.fault('hubspot', { kind: 'unauthorised', times: null, path: '/line_items/' });
  const { report, code } = await doctor({}, '--only', 'crm');
  await deals.crm.clearFaults('hubspot');
  expect(rowOf(report.rows, deals.source('hubspot'))).toMatchObject({
    verdict: NOT,
    seen: 'fails: crm.objects.line_items.read (CrmUnauthorised)',
    next: expect.stringMatching(/may not read these/) as string,
  });
  for (const crm of ['pipedrive', 'salesforce']) {
    expect(rowOf(report.rows, deals.source(crm)).verdict).toBe('as expected');
  }
  expect(rowOf(report.rows, deals.source('standard-webhooks')).verdict).toBe('not checked');
  expect(code).toBe(1);
});

it.each(['PIPEDRIVE_API_TOKEN', 'HUBSPOT_TOKEN', 'SALESFORCE_CLIENT_SECRET'])(
  'a wrong %s is told at its account',
  async (name) => {
    const { report } = await doctor({ [name]: 'planted-wrong-token' }, '--only', 'crm');
    const bad = report.rows.filter(({ verdict }) => verdict === NOT);
    expect(bad).toMatchObject([
      {
        seen: expect.stringMatching(/^fails: .*CrmUnauthorised/) as string,
        next: expect.stringMatching(/Compare the token/) as string,
      },
    ]);
    expect(JSON.stringify(report)).not.toContain('planted-wrong-token');
  },
);

it('a setting that is missing is told by its name, and what needs it', async () => {
  const { report, code } = await doctor({ PORTAL_CLIENT_SECRET: '' }, '--only', 'settings,portal');
  expect(rowOf(report.rows, 'worker').seen).toMatch(/PORTAL_CLIENT_SECRET: expected the Client Secret/);
  expect(rowOf(report.rows, 'address').seen).toBe('not set: PORTAL_CLIENT_SECRET');
  expect(code).toBe(1);
});

it('prints a table; wrong use is 2, and so is a report that cannot be written', async () => {
  const { code, stdout } = await wonceWith(env, 'doctor', '--only', 'temporal,ledger');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Temporal\n {2}server +as expected\n[\s\S]*\nLedger\n {2}database +as expected\n/);
  const wrong = await wonceWith(env, 'doctor', '--only', 'vendor');
  expect([wrong.code, wrong.stdout]).toEqual([2, '']);
  const unwritten = await wonceWith(
    env,
    'doctor',
    '--only',
    'settings',
    '--report',
    join(folder, 'no', 'such'),
  );
  expect(unwritten.code).toBe(2);
  expect(unwritten.stdout).toMatch(/^Settings\n/);
});
