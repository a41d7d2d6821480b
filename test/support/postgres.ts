import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askPostgres, layOutPostgres } from '../../dev/cluster/postgres-server';
import { freePort } from '../../dev/stack/free-port';
import { required } from './required';
import { until } from './until';

/** A throw-away Postgres cluster on this machine. */
export interface PostgresForTests {
  /** Address as its superuser. */
  url: string;
  stop(): Promise<void>;
}

/** Starts a real Postgres with a fresh cluster: as the user postgres when root tests, who may not run it. */
export async function startPostgres(): Promise<PostgresForTests> {
  const folder = mkdtempSync(join(tmpdir(), 'wonce-postgres-'));
  const { command, args, url } = layOutPostgres(
    required('WONCE_TEST_POSTGRES_BIN'),
    folder,
    await freePort(),
  );
  const server = spawn(command, args, { stdio: 'ignore', cwd: '/' });
  await until('Postgres to answer', () => answers(url), 60_000);
  return {
    url,
    async stop() {
      server.kill('SIGQUIT');
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return askPostgres(url).then(
    () => true,
    () => false,
  );
}
