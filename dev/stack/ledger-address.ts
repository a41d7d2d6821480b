import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { privateFolder } from './private-folder';

/** Who clients of the embedded ledger are: a role that owns nothing. */
export const APPLICATION = 'wonce_app';
export const OWNER = 'postgres';

/** What a Postgres client looks for in the folder that it is given for a host. */
const socketName = (port: number) => `.s.PGSQL.${port}`;
export const USUAL_PORT = 5432;

/** Linux keeps 108 bytes for the path of a socket, macOS 104; the last one is its end. */
const LONGEST_PATH = process.platform === 'linux' ? 107 : 103;

/**
 * The folder for the ledger's socket, which is closed to all other users: the ledger's own, or where that one's path is
 * too long for a socket, one with a short name among the temporary files, always the same.
 *
 * @throws FolderNotPrivate, or an Error when the temporary files are too far down as well
 */
export async function socketFolder(ledgerFolder: string, env: NodeJS.ProcessEnv): Promise<string> {
  const own = resolve(ledgerFolder);
  if (fits(own)) return own;
  const name = `wonce-${createHash('sha256').update(own).digest('hex').slice(0, 16)}`;
  const short = join(env.XDG_RUNTIME_DIR || tmpdir(), name);
  if (!fits(short)) {
    throw new Error(
      `${own} is too long a path for a Unix socket, and so is ${short}. Choose a shorter one with WONCE_DATA_DIR.`,
    );
  }
  await privateFolder(short);
  return short;
}

function fits(folder: string): boolean {
  return Buffer.byteLength(socketPath(folder, USUAL_PORT)) <= LONGEST_PATH;
}

export function socketPath(folder: string, port: number): string {
  return join(folder, socketName(port));
}

/** The address of a ledger behind a socket, as `pg`, `psql` and DATABASE_URL have it. */
export function ledgerUrl(folder: string, user: string, port: number): string {
  const host = encodeURIComponent(folder).replaceAll('%2F', '/');
  return `postgres:///postgres?host=${host}&user=${user}${port === USUAL_PORT ? '' : `&port=${port}`}`;
}
