import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { askPostgres } from '../../dev/cluster/postgres-server';
import { freePort } from '../../dev/stack/free-port';
import { required } from './required';
import { until } from './until';

/** A PgBouncer in front of the run's Postgres. */
export interface PgBouncerForTests {
  /** The address of a database behind it, by its address without. */
  urlOf(databaseUrl: string): string;
  stop(): Promise<void>;
}

/** As PgBouncer calls them: how long a connection to Postgres belongs to a client. */
export type PoolMode = 'session' | 'transaction' | 'statement';

/** @param more lines of its section `pgbouncer` */
export async function startPgBouncer(
  mode: PoolMode,
  more: readonly string[] = [],
): Promise<PgBouncerForTests> {
  const postgres = new URL(required('WONCE_TEST_POSTGRES_URL'));
  const folder = mkdtempSync(join(tmpdir(), 'wonce-pgbouncer-'));
  const port = await freePort();
  const [users, settings] = [join(folder, 'users.txt'), join(folder, 'pgbouncer.ini')];
  writeFileSync(users, '"postgres" ""\n');
  writeFileSync(
    settings,
    [
      `[databases]\n* = host=127.0.0.1 port=${postgres.port}`,
      `[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =`,
      `auth_type = trust\nauth_file = ${users}\npool_mode = ${mode}\nquery_wait_timeout = 20`,
      // Few, so that whoever counts on having the same one again is soon wrong.
      ...['default_pool_size = 4', 'server_round_robin = 1', ...more],
    ].join('\n'),
  );
  const asUser = letPostgresRead(folder);
  const [command, ...args] = [...asUser, required('WONCE_TEST_PGBOUNCER'), settings];
  const server = spawn(command, args, { stdio: 'ignore', cwd: '/' });
  const urlOf = (databaseUrl: string) => {
    const url = new URL(databaseUrl);
    url.port = String(port);
    return url.href;
  };
  await until('PgBouncer to answer', () =>
    askPostgres(urlOf(postgres.href)).then(
      () => true,
      () => false,
    ),
  );
  return {
    urlOf,
    async stop() {
      server.kill('SIGKILL');
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** It does not run as root either. */
function letPostgresRead(folder: string): string[] {
  if (userInfo().uid !== 0) return [];
  const id = (option: string) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  chownSync(folder, id('-u'), id('-g'));
  chmodSync(folder, 0o755);
  return ['setpriv', '--reuid', 'postgres', '--regid', 'postgres', '--clear-groups', '--'];
}
