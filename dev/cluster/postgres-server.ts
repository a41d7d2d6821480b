import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';

/** How a Postgres server on this machine is run, and where it is reached. */
export interface PostgresServer {
  command: string;
  args: string[];
  port: number;
  /** Address as its superuser. */
  url: string;
}

const SUPERUSER = 'postgres';

/**
 * Where the data of a folder's Postgres belongs: in it; but root's Postgres runs as the user postgres, who cannot look
 * into a private folder of root, and has its data where Debian keeps such.
 */
export function postgresFolder(folder: string): string {
  if (userInfo().uid !== 0) return join(folder, 'postgres');
  const name = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 12);
  return join('/var/lib/postgresql', `wonce-${name}`);
}

/**
 * Makes a Postgres server's folder, when it is not there, for whoever may run one: root may not, and runs it as the user
 * postgres.
 *
 * @param programs the folder of Postgres' programs
 * @param folder made with its parents; other users have no access
 */
export function layOutPostgres(programs: string, folder: string, port: number): PostgresServer {
  const isRoot = userInfo().uid === 0;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (isRoot) chownSync(folder, idOf('-u'), idOf('-g'));
  // setpriv becomes what it runs: a signal to it reaches Postgres.
  const asUser = isRoot
    ? ['setpriv', '--reuid', SUPERUSER, '--regid', SUPERUSER, '--clear-groups', '--']
    : [];
  const run = (program: string, args: string[]) => {
    const [command, ...rest] = [...asUser, join(programs, program), ...args];
    return { command: command!, args: rest };
  };
  const data = join(folder, 'data');
  if (!existsSync(join(data, 'PG_VERSION'))) {
    const init = run('initdb', ['-D', data, '-U', SUPERUSER, '-A', 'trust', '-E', 'UTF8']);
    execFileSync(init.command, init.args, { stdio: 'pipe', cwd: '/' });
  }
  const settings = ['unix_socket_directories=', 'max_connections=200'].flatMap((setting) => ['-c', setting]);
  return {
    ...run('postgres', ['-D', data, '-p', String(port), '-h', '127.0.0.1', ...settings]),
    port,
    url: `postgres://${SUPERUSER}@127.0.0.1:${port}/postgres`,
  };
}

function idOf(option: '-u' | '-g'): number {
  return Number(execFileSync('id', [option, SUPERUSER], { encoding: 'utf8' }));
}

/** Rejects while the server does not answer. */
export async function askPostgres(url: string): Promise<void> {
  await onPostgres(url, (client) => client.query('select 1'));
}

/** Makes a database when it is not there. */
export async function wantDatabase(url: string, name: string): Promise<void> {
  await onPostgres(url, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  });
}

async function onPostgres(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A server that ends while it is asked tells so by an event as well.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
