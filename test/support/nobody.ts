import { execFile } from 'node:child_process';
import { chownSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Debian's user `nobody`: somebody else on this machine. */
const NOBODY = 65_534;

const isRoot = process.getuid?.() === 0;

/** What of a folder others may read, write or enter, itself included. */
export function openToOthers(path: string): string[] {
  const entry = lstatSync(path);
  const inside = entry.isDirectory()
    ? readdirSync(path).flatMap((name) => openToOthers(join(path, name)))
    : [];
  return (entry.mode & 0o077) === 0 || entry.isSymbolicLink() ? inside : [path, ...inside];
}

/** A command that connects to the Unix socket which follows; it fails when it cannot. */
export const CONNECT = `'${process.execPath}' -e 'require("net").connect(process.argv[1]).on("connect", () => process.exit()).on("error", () => process.exit(1))'`;

/**
 * Runs commands, separated by "; ", as somebody else. Only root can become one; for others the modes of the files, which
 * are looked at as well, have to do.
 *
 * @returns how many of the commands failed
 */
export async function asNobody(commands: string): Promise<number> {
  const list = commands.split('; ');
  if (!isRoot) return list.length;
  const counted = list.map((command) => `(${command}) >&2 || failed=$((failed + 1))`).join('\n');
  const script = `failed=0\n${counted}\necho $failed`;
  const options = { uid: NOBODY, gid: NOBODY, cwd: '/', env: { PATH: process.env.PATH } };
  const { stdout } = await promisify(execFile)('sh', ['-c', script], options);
  return Number(stdout);
}

/** Gives a file to somebody else, which only root can. */
export function mayGiveAway(path: string): boolean {
  if (isRoot) chownSync(path, NOBODY, NOBODY);
  return isRoot;
}
