import { Client, Connection } from '@temporalio/client';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as call } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort } from '../../dev/stack/free-port';
import { hiddenUiPort, temporalArguments, waitForTemporal } from '../../dev/stack/temporal-server';
import { PURCHASE_WORKFLOW } from '../../domain/workflow-ids';
import { plainTarget } from '../../config/temporal-connection';
import { cleanEnvironment, RunningProcess, spawnProcess } from '../support/processes';
import { required } from '../support/required';
import { until } from '../support/until';

let folder: string;
let temporal: RunningProcess;
let guard: RunningProcess;
let ports: { grpc: number; http: number; ui: number; guard: number };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-ui-'));
  const [grpc, http, ui] = [await freePort(), await freePort(), await hiddenUiPort()];
  const databaseFile = join(folder, 'temporal.db');
  const args = temporalArguments({ port: grpc, uiPort: ui, databaseFile, namespace: 'default' });
  const binary = required('WONCE_TEST_TEMPORAL_BINARY');
  temporal = new RunningProcess(
    spawn(binary, [...args, '--http-port', String(http)], { env: cleanEnvironment() }),
  );
  await waitForTemporal(plainTarget(`127.0.0.1:${grpc}`, 'default'), 120_000);
  guard = spawnProcess('server/temporal-ui-guard.js', { UI_GUARD_FOR: `http://127.0.0.1:${ui}` });
  const [, guardPort] = await guard.saw(/ui-guard listening on http:\/\/127\.0\.0\.1:(\d+)/);
  ports = { grpc, http, ui, guard: Number(guardPort) };
  // It has to find the server, which answers earlier.
  const asked = () => ask(ui, '127.0.0.1', '/api/v1/namespaces').catch(() => undefined);
  await until('the UI', async () => (await asked())?.status === 200);
});
afterAll(async () => {
  await guard.stop();
  await temporal.kill();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  status: number;
  body: string;
  cookie: string;
}

/** As a browser that calls an address by some name. */
function ask(
  port: number,
  host: string,
  path: string,
  post?: { body: object; headers: Record<string, string> },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'content-type': 'application/json', ...post?.headers };
    const options = { host: '127.0.0.1', port, path, method: post === undefined ? 'GET' : 'POST', headers };
    const asked = call(options, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => (body += text));
      const [cookie = ''] = (answer.headers['set-cookie'] ?? [''])[0]!.split(';');
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body, cookie }));
    });
    asked.on('error', reject).end(post && JSON.stringify(post.body));
  });
}

const start = (id: string) => `/api/v1/namespaces/default/workflows/${id}`;
const purchase = { workflowType: { name: PURCHASE_WORKFLOW }, taskQueue: { name: 'nobody-works-here' } };

/** With the cookie that the UI hands out, and back in a header: all that the UI asks for. */
async function startsPurchase(port: number, host: string, id: string, origin: string): Promise<number> {
  const { cookie } = await ask(port, host, '/api/v1/namespaces');
  const headers = { origin, cookie, 'x-csrf-token': cookie.replace('_csrf=', '') };
  return (await ask(port, host, start(id), { body: purchase, headers })).status;
}

async function exists(id: string): Promise<boolean> {
  const connection = await Connection.connect(plainTarget(`127.0.0.1:${ports.grpc}`, 'default').connection);
  const run = new Client({ connection }).workflow.getHandle(id).describe();
  const found = await run.then(
    () => true,
    () => false,
  );
  await connection.close();
  return found;
}

it.each(['127.0.0.1', 'localhost'])('the UI works through its guard, called as %s', async (name) => {
  const host = `${name}:${ports.guard}`;
  expect((await ask(ports.guard, host, '/')).body).toMatch(/<html/);
  expect(await startsPurchase(ports.guard, host, `by-${name}`, `http://${host}`)).toBe(200);
  expect(await exists(`by-${name}`)).toBe(true);
});

it('a web page that makes its own name point to this machine reads nothing and starts nothing', async () => {
  const host = `rebound.example:${ports.guard}`;
  expect(await ask(ports.guard, host, '/api/v1/namespaces')).toMatchObject({
    status: 403,
    body: 'The Temporal UI answers only to localhost, 127.0.0.1 and [::1].\n',
    cookie: '',
  });
  expect(await startsPurchase(ports.guard, host, 'rebound', `http://${host}`)).toBe(403);
  // With a cookie of the real UI, too.
  const { cookie } = await ask(ports.guard, `127.0.0.1:${ports.guard}`, '/api/v1/namespaces');
  const headers = { cookie, 'x-csrf-token': cookie.replace('_csrf=', '') };
  const stolen = await ask(ports.guard, host, start('rebound'), { body: purchase, headers });
  expect(stolen.status).toBe(403);
  expect(await exists('rebound')).toBe(false);
});

it('a page of another origin changes nothing', async () => {
  const host = `127.0.0.1:${ports.guard}`;
  for (const origin of ['https://elsewhere.example', 'http://127.0.0.1:1', 'null']) {
    expect(await startsPurchase(ports.guard, host, 'cross-site', origin)).toBe(403);
  }
  expect(await exists('cross-site')).toBe(false);
});

it('what the guard is for: the UI itself takes a purchase by any name, so it listens where no browser calls', async () => {
  expect(await startsPurchase(ports.ui, 'rebound.example', 'unguarded', 'http://rebound.example')).toBe(200);
  // fetch() keeps the same list of ports as browsers do.
  await expect(fetch(`http://127.0.0.1:${ports.ui}/`)).rejects.toMatchObject({
    cause: { message: 'bad port' },
  });
});

it('no other port of the server takes a purchase by HTTP', async () => {
  const post = { body: purchase, headers: {} };
  for (const host of ['rebound.example', `127.0.0.1:${ports.http}`]) {
    expect(await ask(ports.http, host, start('by-http'), post)).toMatchObject({ status: 403 });
    await expect(ask(ports.grpc, host, start('by-http'), post)).rejects.toThrow();
  }
  expect(await exists('by-http')).toBe(false);
});

it.each(['/\f', '/\u00ff'])(
  'a path that Node takes and does not send, %j, does not end the guard',
  async (path) => {
    const socket = connect(ports.guard, '127.0.0.1');
    socket.end(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`, 'latin1');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 \d/);
    expect((await ask(ports.guard, 'localhost', '/')).status).toBe(200);
  },
);

it('a UI that does not answer is said to, and the guard goes on', async () => {
  const lonely = spawnProcess('server/temporal-ui-guard.js', { UI_GUARD_FOR: 'http://127.0.0.1:1' });
  const [, port] = await lonely.saw(/listening on http:\/\/127\.0\.0\.1:(\d+)/);
  for (let n = 0; n < 2; n++) expect((await ask(Number(port), 'localhost', '/')).status).toBe(502);
  await lonely.stop();
});
