import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
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
  const bin = required('WONCE_TEST_POSTGRES_BIN');
  const folder = mkdtempSync(join(tmpdir(), 'wonce-postgres-'));
  const asPostgres = userInfo().uid === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
  if (asPostgres.length > 0) execFileSync('chown', ['postgres', folder]);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const run = (command: string, args: string[]) =>
    [...asPostgres, join(bin, command), ...args] as [string, ...string[]];

  const [initdb, ...initArgs] = run('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8']);
  execFileSync(initdb, initArgs, { stdio: 'pipe', cwd: '/' });
  const port = await freePort();
  const [postgres, ...args] = run('postgres', [
    ...['-D', data, '-p', String(port), '-h', '127.0.0.1'],
    ...['-c', 'unix_socket_directories=', '-c', 'max_connections=200'],
  ]);
  const server = spawn(postgres, args, { stdio: 'ignore', cwd: '/' });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await until('Postgres to answer', () => answers(url), 60_000);
  return {
    url,
    async stop() {
      // To the server itself: behind runuser, the child is not it.
      const [pid] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
      process.kill(Number(pid), 'SIGQUIT');
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
