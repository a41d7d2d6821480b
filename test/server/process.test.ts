import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { cleanEnvironment, DIST, ROOT, RunningProcess, spawnProcess } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { callAt } from './running-server';

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

async function startProcess(
  env: Record<string, string> = {},
): Promise<{ process: RunningProcess; url: string }> {
  const process = spawnProcess('server/main.js', { ...stack.env(), WONCE_PORT: '0', ...env });
  const [, url] = await process.saw(/server listening on (http:\/\/[^\s"]+)/);
  return { process, url: url! };
}

it('names every setting that is missing or wrong, at once, and shows no value', async () => {
  const server = spawnProcess('server/main.js', {
    WONCE_PORT: 'planted',
    WONCE_API_TOKENS: 'planted',
    WONCE_PUBLIC_URL: 'planted',
    WONCE_DEALS_FILE: 'planted.yaml',
  });
  await server.endedWith(1);
  expect(server.output).toMatch(/SettingsInvalid/);
  for (const name of [
    'WONCE_PORT',
    'WONCE_API_TOKENS',
    'WONCE_PUBLIC_URL',
    'DATABASE_URL',
    'WONCE_DEALS_FILE',
  ]) {
    expect(server.output).toContain(name);
  }
  expect(server.output).not.toContain('planted');
});

it.each(['0.0.0.0', '::', '192.0.2.1', 'wonce.example'])(
  'on %s, which others reach, it does not start without tokens, and says so in one line',
  async (host) => {
    const server = spawnProcess('server/main.js', { ...stack.env(), WONCE_PORT: '0', WONCE_HOST: host });
    await server.endedWith(1);
    expect(server.output.trim().split('\n')).toHaveLength(1);
    expect(server.output).toMatch(/^wonce server cannot run: ApiTokensMissing: .*WONCE_API_TOKENS/);
  },
);

it('on 0.0.0.0 with tokens it starts, and shows none', async () => {
  const tokens = 'planted-token-of-16-characters,another-planted-token';
  const { process } = await startProcess({ WONCE_HOST: '0.0.0.0', WONCE_API_TOKENS: tokens });
  expect(await process.stop()).toBe(0);
  expect(process.output).not.toContain('planted');
});

it('says when its address is taken, and ends', async () => {
  const { process, url } = await startProcess();
  const second = spawnProcess('server/main.js', { ...stack.env(), WONCE_PORT: new URL(url).port });
  await second.endedWith(1);
  expect(second.output).toMatch(/AddressNotUsable: .*EADDRINUSE.*WONCE_PORT/);
  await process.stop();
});

it('starts without Temporal and without the ledger', async () => {
  const env = { TEMPORAL_ADDRESS: '127.0.0.1:1', DATABASE_URL: 'postgres://u:planted@127.0.0.1:1/w' };
  const { process, url } = await startProcess(env);
  const answer = await callAt(url, 'GET', '/readyz');
  expect(answer).toMatchObject({ status: 503, json: { temporal: 'away', ledger: 'away' } });
  expect(await process.stop()).toBe(0);
  expect(process.output).not.toContain('planted');
});

it('is run by the command, and serves', async () => {
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'wonce.js'), 'server'], {
    env: { ...cleanEnvironment(), ...stack.env(), WONCE_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const server = new RunningProcess(child);
  const [, url] = await server.saw(/server listening on (http:\/\/[^\s"]+)/);
  const answer = await callAt(url!, 'POST', '/purchases', { body: tutorialRequest('by-command') });
  expect(answer.status).toBe(202);
  expect(await server.stop()).toBe(0);
});

it.each(['SIGTERM', 'SIGINT'] as const)('%s: a request that has begun is finished', async (signal) => {
  const { process, url } = await startProcess();
  const { hostname, port } = new URL(url);
  const body = JSON.stringify(tutorialRequest(`in-flight-${signal}`));
  const socket = connect(Number(port), hostname);
  let said = '';
  socket.on('data', (data: Buffer) => (said += data.toString()));
  // Idle ones must not be waited for.
  const idle = connect(Number(port), hostname);
  await once(idle, 'connect');
  socket.write(
    `POST /purchases HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
      `Expect: 100-continue\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
  );
  // The request is with the server: it asks for the body.
  await once(socket, 'data');
  process.child.kill(signal);
  await process.saw(/server stopping/);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  socket.write(body);
  await once(socket, 'close');
  expect(said).toMatch(/HTTP\/1\.1 202 /);
  await process.endedWith(0);
  expect(process.output).toMatch(/server stopped/);
  expect((await stack.client.status(`in-flight-${signal}`)).status.status).toBe('looking-up');
});

it('goes when its supervisor is gone', async () => {
  const child = spawn(process.execPath, [join(DIST, 'server', 'main.js')], {
    env: { ...cleanEnvironment(), ...stack.env(), WONCE_PORT: '0', WONCE_PARENT_STDIN: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const server = new RunningProcess(child);
  await server.saw(/server listening on/);
  child.stdin.end();
  await server.endedWith(0);
});
