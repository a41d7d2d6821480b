import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';

/** A secret where none may be. */
export interface Leak {
  /** What the secret is for. */
  secret: string;
  file: string;
  /** What stands around it. */
  context: string;
}

/**
 * Tokens that are issued while tests run: those of the fake portal, of an OpenID provider and of the page's sessions have the
 * shape of a JSON Web Token, those of the fake Salesforce that of its session ids.
 */
const ISSUED = String.raw`eyJ[A-Za-z0-9_-]{24,}\.[A-Za-z0-9_+/-]{24,}|00D[A-Za-z0-9]{10,15}![A-Za-z0-9_.-]{24,}`;

/**
 * Searches all files of a folder for secrets, in every way that they may be written (as they are, in JSON, in an address, in
 * base64 or hexadecimal), and for anything that looks like a token that was issued.
 *
 * @param secrets each with what it is for
 */
export function findSecrets(folder: string, secrets: ReadonlyMap<string, string>): Leak[] {
  const written = new Map<string, string>();
  for (const [secret, name] of secrets) waysToWrite(secret).forEach((way) => written.set(way, name));
  const known = written.size === 0 ? [] : grep(folder, '-F', [...written.keys()]);
  const issued = grep(folder, '-E', [ISSUED]);
  return [
    ...known.map(({ match, ...hit }) => leak(hit, written.get(match) ?? 'a secret')),
    ...issued.map((hit) => leak(hit, 'a token that was issued')),
  ];
}

interface Hit {
  file: string;
  /** Bytes from the beginning of the file. */
  offset: number;
}

function leak({ file, offset }: Hit, secret: string): Leak {
  return { secret, file, context: around(file, offset) };
}

function waysToWrite(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const ways = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString('hex'),
  ];
  const inGroups = inBase64(bytes);
  const inAddresses = inGroups.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [...new Set([...ways, ...inGroups, ...inAddresses])];
}

/** What is common to every base64 of a text that has the secret in it: it may begin at any of three places of a group. */
function inBase64(secret: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), secret])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and the last characters depend on what stands beside the secret.
    return text.slice(before === 0 ? 0 : before + 1, -1);
  });
}

/** All places that match one of the patterns; grep ends with 1 where there are none. */
function grep(folder: string, kind: '-F' | '-E', patterns: readonly string[]): (Hit & { match: string })[] {
  const args = ['-r', '-a', '-o', '-b', '-H', '-Z', kind, '-f', '-', folder];
  const { status, stdout, stderr } = spawnSync('grep', args, {
    input: patterns.join('\n'),
    encoding: 'latin1',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status === 1) return [];
  // 2 when a file went while it was read: what there was, was searched.
  if (status === null || (status > 1 && stdout === '')) throw new Error(`grep failed (${status}): ${stderr}`);
  return stdout.trim().split('\n').map(hitOf);
}

function hitOf(line: string): Hit & { match: string } {
  const [file = '', rest = ''] = line.split('\0');
  const [, offset, match] = /^(\d+):([^]*)$/.exec(rest) ?? [];
  return { file, offset: Number(offset), match: match ?? '' };
}

function around(file: string, offset: number): string {
  const [before, length] = [120, 240];
  const bytes = Buffer.alloc(length);
  const handle = openSync(file, 'r');
  try {
    const read = readSync(handle, bytes, 0, length, Math.max(0, offset - before));
    return bytes
      .subarray(0, read)
      .toString('latin1')
      .replace(/[^\x20-\x7e]+/g, ' ');
  } finally {
    closeSync(handle);
  }
}
