import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
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
export function startPostgres(): Promise<PostgresForTests> {
  return serveFrom(mkdtempSync(join(tmpdir(), 'wonce-postgres-')));
}

/** Starts a hot standby of a server: it answers, and takes no writes. @param primary address as its superuser */
export function startStandby(primary: string): Promise<PostgresForTests> {
  const folder = mkdtempSync(join(tmpdir(), 'wonce-standby-'));
  const asPostgres = userInfo().uid === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
  if (asPostgres.length > 0) execFileSync('chown', ['postgres', folder]);
  const program = join(required('WONCE_TEST_POSTGRES_BIN'), 'pg_basebackup');
  const args = ['-d', primary, '-D', join(folder, 'data'), '--write-recovery-conf', '--checkpoint=fast'];
  const [command = '', ...rest] = [...asPostgres, program, ...args];
  execFileSync(command, rest, { stdio: 'pipe', cwd: '/' });
  return serveFrom(folder);
}

async function serveFrom(folder: string): Promise<PostgresForTests> {
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
