import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTemporal } from '../../doctor/temporal';
import { rowOf } from '../doctor/by-what';
import { apiKeyFront } from '../support/api-key-front';
import { Authority, type Certificate } from '../support/certificates';
import { wonceWith } from '../support/npm-start';
import { startPgBouncer, type PgBouncerForTests } from '../support/pgbouncer';
import { spawnProcess } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { required } from '../support/required';
import { TestStack } from '../support/stack';
import { tlsFront, type TlsFront } from '../support/tls-front';

const NOT = 'different, not handled';
const KEY = 'planted-api-key';

let stack: TestStack;
let bouncer: PgBouncerForTests;
let folder: string;
let authority: Authority;
let client: Certificate;
const fronts: Record<string, TlsFront> = {};

beforeAll(async () => {
  [stack, bouncer] = await Promise.all([TestStack.start(), startPgBouncer('transaction')]);
  folder = mkdtempSync(join(tmpdir(), 'wonce-tls-'));
  authority = new Authority(join(folder, 'ca'));
  const other = new Authority(join(folder, 'other'), 'Another authority');
  client = authority.issue('client', 'DNS:client.example');
  const server = authority.issue('server', 'IP:127.0.0.1');
  const address = required('WONCE_TEST_TEMPORAL_ADDRESS');
  const front = (certificate: Certificate, clientsOf?: string) =>
    tlsFront(address, { certificate, ...(clientsOf !== undefined && { clientsOf }) });
  Object.assign(fronts, {
    tls: await front(server),
    mutual: await front(server, authority.cert),
    // A name that this machine does not have: by TEMPORAL_TLS_SERVER_NAME alone.
    named: await front(authority.issue('named', 'DNS:temporal.example')),
    expired: await front(authority.issue('expired', 'IP:127.0.0.1', { days: -1 })),
    foreignClients: await front(server, other.cert),
    key: await apiKeyFront(address, { certificate: server, key: KEY }),
  });
});
afterAll(async () => {
  await Promise.all(Object.values(fronts).map((front) => front.stop()));
  await stack.stop();
  await bouncer.stop();
  rmSync(folder, { recursive: true });
});

const ca = () => ({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: authority.cert });
const asClient = () => ({
  TEMPORAL_TLS_CLIENT_CERT_PATH: client.cert,
  TEMPORAL_TLS_CLIENT_KEY_PATH: client.key,
});

/** A profile of Temporal's own file that says the same as the variables. */
function profile(): Record<string, string> {
  const file = join(folder, 'temporal.toml');
  const lines = [
    '[profile.house]',
    `address = "${fronts.mutual!.address}"`,
    'namespace = "default"',
    '[profile.house.tls]',
    `server_ca_cert_path = "${authority.cert}"`,
    `client_cert_path = "${client.cert}"`,
    `client_key_path = "${client.key}"`,
  ];
  writeFileSync(file, lines.join('\n'));
  return { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'house', TEMPORAL_ADDRESS: '' };
}

const WAYS: [string, () => Record<string, string>][] = [
  ['TLS with an authority of the house', () => ({ TEMPORAL_ADDRESS: fronts.tls!.address, ...ca() })],
  [
    "TLS by another name than the address'",
    () => ({
      TEMPORAL_ADDRESS: fronts.named!.address,
      ...ca(),
      TEMPORAL_TLS_SERVER_NAME: 'temporal.example',
    }),
  ],
  [
    'TLS with a certificate of the client',
    () => ({ TEMPORAL_ADDRESS: fronts.mutual!.address, ...ca(), ...asClient() }),
  ],
  ['the same by a profile', profile],
  ['an API key', () => ({ TEMPORAL_ADDRESS: fronts.key!.address, ...ca(), TEMPORAL_API_KEY: KEY })],
];

// Of an account of its own, so that no worker of another way takes its tasks.
it.each(WAYS)(
  'by %s worker, server and command buy, with the ledger behind PgBouncer',
  async (_name, env) => {
    const id = `connections-${WAYS.findIndex(([name]) => name === _name)}`;
    const all = {
      ...stack.env(),
      ...env(),
      WONCE_TASK_QUEUE: `${stack.taskQueue}-${id}`,
      DATABASE_URL: bouncer.urlOf(stack.databaseUrl),
    };
    const [worker, server] = [
      spawnProcess('worker/main.js', all),
      spawnProcess('server/main.js', { ...all, WONCE_PORT: '0' }),
    ];
    try {
      await worker.saw(/worker ready/);
      const [, url] = await server.saw(/server listening on (http:\/\/[^"\s]+)/);
      const request = { ...tutorialRequest(id), poNumber: id };
      const body = JSON.stringify(request);
      const headers = { 'content-type': 'application/json' };
      expect((await fetch(`${url}/purchases`, { method: 'POST', headers, body })).status).toBe(202);
      const waited = await wonceWith(all, 'wait', id);
      expect([waited.code, waited.stdout]).toEqual([0, expect.stringMatching(/ordered/)]);
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      expect(await stack.portal.ordersWithPo(id)).toHaveLength(1);
      const rows = await checkTemporal(all, all.WONCE_TASK_QUEUE);
      expect(
        rows.filter(({ verdict }) => verdict !== 'as expected' && verdict !== 'different, handled'),
      ).toEqual([]);
      expect(worker.output + server.output).not.toContain(KEY);
    } finally {
      await Promise.all([worker.stop(), server.stop()]);
    }
  },
);

const FAILURES: [string, () => Record<string, string>, RegExp, RegExp][] = [
  [
    'an authority that is not known',
    () => ({ TEMPORAL_ADDRESS: fronts.tls!.address, TEMPORAL_TLS: 'true' }),
    /certificate is of an authority that is not known here/,
    /TEMPORAL_TLS_SERVER_CA_CERT_PATH/,
  ],
  [
    'a certificate of another name',
    () => ({ TEMPORAL_ADDRESS: fronts.named!.address, ...ca() }),
    /certificate is of another name/,
    /TEMPORAL_TLS_SERVER_NAME/,
  ],
  [
    'a certificate that has expired',
    () => ({ TEMPORAL_ADDRESS: fronts.expired!.address, ...ca() }),
    /certificate has expired/,
    /clock/,
  ],
  [
    'no certificate of the client where one is wanted',
    () => ({ TEMPORAL_ADDRESS: fronts.mutual!.address, ...ca() }),
    /wants a certificate from whoever calls/,
    /TEMPORAL_TLS_CLIENT_CERT_PATH/,
  ],
  [
    'a certificate of the client by another authority',
    () => ({ TEMPORAL_ADDRESS: fronts.foreignClients!.address, ...ca(), ...asClient() }),
    /does not take the certificate that is shown to it/,
    /of the authority that this server trusts/,
  ],
  [
    'a key of another certificate',
    () => ({
      TEMPORAL_ADDRESS: fronts.mutual!.address,
      ...ca(),
      ...asClient(),
      TEMPORAL_TLS_CLIENT_KEY_PATH: join(folder, 'ca', 'server.key'),
    }),
    /key is not that of the certificate/,
    /belong together/,
  ],
  [
    'a file that is no certificate',
    () => ({ TEMPORAL_ADDRESS: fronts.tls!.address, TEMPORAL_TLS_SERVER_CA_CERT_PATH: __filename }),
    /of an authority that is not known here|is no PEM/,
    /TEMPORAL_TLS_SERVER_CA_CERT_PATH/,
  ],
  [
    'TLS where there is none',
    () => ({ TEMPORAL_ADDRESS: stack.temporalAddress, TEMPORAL_TLS: 'true' }),
    /answers without TLS/,
    /TEMPORAL_TLS=false/,
  ],
  [
    'no TLS where there is one',
    () => ({ TEMPORAL_ADDRESS: fronts.tls!.address }),
    /answers by TLS alone/,
    /TEMPORAL_TLS=true/,
  ],
  [
    'an API key that is wrong',
    () => ({ TEMPORAL_ADDRESS: fronts.key!.address, ...ca(), TEMPORAL_API_KEY: 'planted-wrong' }),
    /does not take the API key \(UNAUTHENTICATED\)/,
    /TEMPORAL_API_KEY/,
  ],
  [
    'no API key where one is wanted',
    () => ({ TEMPORAL_ADDRESS: fronts.key!.address, ...ca() }),
    /lets nobody in \(UNAUTHENTICATED\)/,
    /TEMPORAL_API_KEY/,
  ],
  [
    'half of a pair',
    () => ({ TEMPORAL_ADDRESS: fronts.mutual!.address, TEMPORAL_TLS_CLIENT_CERT_PATH: client.cert }),
    /CLIENT_CERT_… is set and TEMPORAL_TLS_CLIENT_KEY_… is not/,
    /connections\.md/,
  ],
];

it.each(FAILURES)('the doctor tells %s, without addresses and keys', async (_what, env, seen, next) => {
  const rows = await checkTemporal(env(), stack.taskQueue);
  expect(rowOf(rows, 'server')).toMatchObject({
    verdict: NOT,
    seen: expect.stringMatching(seen) as string,
    next: expect.stringMatching(next) as string,
  });
  expect(JSON.stringify(rows)).not.toMatch(/planted|127\.0\.0\.1|\/tmp/);
});

it('a server that speaks, and is no Temporal, is told as well', async () => {
  const other = createServer((_request, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const rows = await checkTemporal({ TEMPORAL_ADDRESS: `127.0.0.1:${port}` }, stack.taskQueue);
  other.close();
  expect(rowOf(rows, 'server')).toMatchObject({
    verdict: NOT,
    seen: 'what answers is no Temporal (UNIMPLEMENTED)',
  });
});
