import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, saysPortIsTaken } from '../../../dev/stack/free-port';
import { temporalArguments } from '../../../dev/stack/temporal-server';
import { cleanEnvironment, RunningProcess, spawnProcess } from '../../support/processes';
import { required } from '../../support/required';

async function taken() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as { port: number }).port };
}

it('the preferred port is taken when it is free', async () => {
  const { server, port } = await taken();
  server.close();
  await once(server, 'close');
  expect(await freePort(port)).toBe(port);
});

it('another one when it is not', async () => {
  const { server, port } = await taken();
  const other = await freePort(port);
  expect(other).toBeGreaterThan(0);
  expect(other).not.toBe(port);
  server.close();
});

describe('a port that is lost between its probe and its use is told apart, whichever part loses it', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wonce-port-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const server = { DATABASE_URL: 'postgres://u@127.0.0.1:1/w', TEMPORAL_ADDRESS: '127.0.0.1:1' };
  it.each<[string, (port: string) => RunningProcess]>([
    ['temporal', (port) => temporalOn(Number(port))],
    [
      'ui-guard',
      (port) =>
        spawnProcess('server/temporal-ui-guard.js', {
          UI_GUARD_PORT: port,
          UI_GUARD_FOR: 'http://127.0.0.1:1',
        }),
    ],
    ['fake portal', (port) => spawnProcess('dev/fake-portal/main.js', { FAKE_PORTAL_PORT: port })],
    ['fake CRMs', (port) => spawnProcess('dev/fake-crms/main.js', { FAKE_CRMS_PORT: port })],
    ['server', (port) => spawnProcess('server/main.js', { ...server, WONCE_PORT: port })],
  ])('%s', async (_name, start) => {
    const other = await taken();
    try {
      const losing = start(String(other.port));
      await losing.endedWith(1);
      expect(saysPortIsTaken(losing.output)).toBe(true);
    } finally {
      other.server.close();
    }
  });

  function temporalOn(port: number): RunningProcess {
    const ports = { port, uiPort: 0, databaseFile: join(folder, 'temporal.db'), namespace: 'default' };
    const binary = required('WONCE_TEST_TEMPORAL_BINARY');
    return new RunningProcess(spawn(binary, temporalArguments(ports), { env: cleanEnvironment() }));
  }
});
