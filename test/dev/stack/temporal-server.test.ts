import { Client, Connection } from '@temporalio/client';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporal } from '../../../dev/stack/find-temporal';
import { freePort } from '../../../dev/stack/free-port';
import { temporalArguments, waitForTemporal } from '../../../dev/stack/temporal-server';
import { plainTarget } from '../../../config/temporal-connection';
import { cleanEnvironment, RunningProcess } from '../../support/processes';

let folder: string;
const servers: RunningProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-server-'));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()));
  rmSync(folder, { recursive: true, force: true });
});

const databaseFile = () => join(folder, 'temporal.db');

async function start(port: number, file = databaseFile()): Promise<RunningProcess> {
  const { TEMPORAL_ADDRESS: _, ...env } = process.env;
  const found = await findTemporal(env, (line) => process.stderr.write(`${line}\n`));
  if (found.kind !== 'binary') throw new Error('Expected a temporal command.');
  const args = temporalArguments({ port, databaseFile: file, namespace: 'orders' });
  const server = new RunningProcess(
    spawn(found.path, args, { env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  servers.push(server);
  return server;
}

/** The namespace's purchases, by a client of its own. */
async function withClient<Result>(address: string, act: (client: Client) => Promise<Result>) {
  const connection = await Connection.connect(plainTarget(address, 'orders').connection);
  try {
    return await act(new Client({ connection, namespace: 'orders' }));
  } finally {
    await connection.close();
  }
}

it('it serves this machine only, keeps a durable database, and loads tasks without its usual throttle', () => {
  const line = temporalArguments({ port: 7, uiPort: 8, databaseFile: '/x.db', namespace: 'n' }).join(' ');
  for (const part of [
    'server start-dev --ip 127.0.0.1 --port 7',
    '--ui-port 8',
    '--db-filename /x.db',
    '--namespace n',
    '--sqlite-pragma journal_mode=wal',
    '--sqlite-pragma synchronous=1',
    '--dynamic-config-value history.transferProcessorMaxPollRPS=2000',
    '--dynamic-config-value history.timerProcessorMaxPollRPS=2000',
    '--dynamic-config-value history.visibilityProcessorMaxPollRPS=2000',
    '--dynamic-config-value matching.numTaskqueueReadPartitions=1',
    '--dynamic-config-value matching.numTaskqueueWritePartitions=1',
    '--dynamic-config-value system.enableActivityEagerExecution=true',
    '--dynamic-config-value history.hostLevelCacheMaxSize=2000',
  ]) {
    expect(line).toContain(part);
  }
  expect(line).not.toContain('--headless');
});

it('without a port for it there is no web UI', () => {
  expect(temporalArguments({ port: 7, databaseFile: '/x.db', namespace: 'n' })).toContain('--headless');
});

it('a run that was acknowledged is there after kill -9 of the server', async () => {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const first = await start(port);
  await waitForTemporal(plainTarget(address, 'orders'), 90_000);
  const runId = await withClient(address, async (client) => {
    const handle = await client.workflow.start('any', { taskQueue: 'nobody', workflowId: 'kept' });
    return handle.firstExecutionRunId;
  });
  await first.kill();
  expect(existsSync(databaseFile())).toBe(true);
  await start(port);
  await waitForTemporal(plainTarget(address, 'orders'), 90_000);
  const kept = await withClient(address, (client) => client.workflow.getHandle('kept').describe());
  expect(kept).toMatchObject({ runId, status: { name: 'RUNNING' } });
});

it('two servers run side by side on one machine', async () => {
  const ports = [await freePort(), await freePort()];
  await Promise.all(ports.map((port) => start(port, join(folder, `${port}.db`))));
  await Promise.all(ports.map((port) => waitForTemporal(plainTarget(`127.0.0.1:${port}`, 'orders'), 90_000)));
  expect(servers.map(({ hasEnded }) => hasEnded)).toEqual([false, false]);
});

it('waiting for a server that is not there ends with its address and the last failure', async () => {
  const address = `127.0.0.1:${await freePort()}`;
  await expect(waitForTemporal(plainTarget(address, 'orders'), 100)).rejects.toThrow(
    new RegExp(`server at ${address} does not answer for the namespace "orders" after 0\\.1 s \\(.+\\)`),
  );
});

it('waiting for a namespace that the server does not have ends with its name', async () => {
  const port = await freePort();
  await start(port);
  await waitForTemporal(plainTarget(`127.0.0.1:${port}`, 'orders'), 90_000);
  await expect(waitForTemporal(plainTarget(`127.0.0.1:${port}`, 'elsewhere'), 500)).rejects.toThrow(
    /namespace "elsewhere".*not found/i,
  );
});
