import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporal } from '../../dev/stack/find-temporal';
import { freePort } from '../../dev/stack/free-port';
import { temporalArguments, waitForTemporal } from '../../dev/stack/temporal-server';
import { searchBeforeItGoes } from './left-behind';
import { plainTarget } from '../../config/temporal-connection';

/** A real Temporal server with a database in a file. */
export interface TemporalForTests {
  address: string;
  binary: string;
  /** A file of SQLite, with others beside it. */
  databaseFile: string;
  /** SIGSTOP: the server stops where it is. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** @param dynamicConfig of the server, beside that of the product */
export async function startTemporal(dynamicConfig: Record<string, string> = {}): Promise<TemporalForTests> {
  // TEMPORAL_ADDRESS is passed over: tests end and freeze servers, so they take none that is somebody's.
  const { TEMPORAL_ADDRESS: _, ...env } = process.env;
  const found = await findTemporal(env, (line) => process.stderr.write(`${line}\n`));
  if (found.kind !== 'binary') throw new Error('Expected a temporal command.');
  const folder = mkdtempSync(join(tmpdir(), 'wonce-temporal-'));
  const port = await freePort();
  const options = { port, databaseFile: join(folder, 'temporal.db'), namespace: 'default' };
  const more = Object.entries(dynamicConfig).flatMap(([key, value]) => [
    '--dynamic-config-value',
    `${key}=${value}`,
  ]);
  const server = spawn(found.path, [...temporalArguments(options), ...more], { stdio: 'ignore' });
  const address = `127.0.0.1:${port}`;
  await waitForTemporal(plainTarget(address, 'default'), 120_000);
  return {
    address,
    binary: found.path,
    databaseFile: options.databaseFile,
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    async stop() {
      server.kill('SIGKILL');
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
      searchBeforeItGoes(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
