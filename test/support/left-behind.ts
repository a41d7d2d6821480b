import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECRET_SETTINGS } from '../../config/secret-files';
import { findSecrets, type Leak } from './secret-search';

/*
 * What the processes of a test run leave behind (what they say, their databases, command lines) and the secrets that they were
 * given: after the run it is searched, and no secret may stand in it. It is kept in the folder WONCE_TEST_LEFT_BEHIND; where
 * that is not set, nothing is.
 */

/** Shorter ones are no secrets: settings that are refused, and words that stand anywhere. */
const LEAST_LENGTH = 12;

/** Where something is kept until the run is over. */
export function keptFile(name: string): string | undefined {
  const folder = process.env.WONCE_TEST_LEFT_BEHIND;
  if (folder === undefined) return undefined;
  mkdirSync(join(folder, 'kept'), { recursive: true });
  return join(folder, 'kept', name);
}

/** Keeps what a process has said. */
export function keepOutput(of: string, text: string): void {
  append(keptFile(`output-${of}`), text);
}

/** Searches a folder with logs or a database before it goes, for what is known until then. */
export function searchBeforeItGoes(path: string): void {
  const leaks = listFile('leaks');
  if (leaks === undefined || !existsSync(path)) return;
  for (const leak of findSecrets(path, notedSecrets())) append(leaks, `${JSON.stringify(leak)}\n`);
}

/** All that was found: before folders went, and now in what was kept. */
export function allLeaks(): Leak[] {
  const kept = keptFile('');
  if (kept === undefined) return [];
  return [...(linesOf('leaks') as Leak[]), ...findSecrets(kept, notedSecrets())];
}

/** Notes the secrets of an environment that a process is started with. */
export function noteSecrets(env: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (isSecret(name)) secretsIn(name, value).forEach((secret) => noteSecret(name, secret));
  }
}

/** The secrets that were noted, each with the setting that it is of. */
export function notedSecrets(): Map<string, string> {
  return new Map((linesOf('secrets') as [string, string][]).map(([name, secret]) => [secret, name]));
}

function noteSecret(name: string, secret: string): void {
  if (secret.length >= LEAST_LENGTH) append(listFile('secrets'), `${JSON.stringify([name, secret])}\n`);
}

function isSecret(name: string): boolean {
  // Those of the CRMs have the names that deals.yaml gives them.
  return SECRET_SETTINGS.some((known) => known === name) || /_(SECRET|TOKEN|PASSWORD)$/.test(name);
}

/** Settings of several secrets have commas between them, and before a colon what each is called by. */
function secretsIn(name: string, value: string): string[] {
  if (name === 'DATABASE_URL') return [passwordIn(value)];
  if (name === 'WONCE_NOTICES') return [];
  if (!/_(TOKENS|PEOPLE|KEYS)$/.test(name)) return [value];
  return value.split(',').map((part) => part.slice(part.lastIndexOf(':') + 1).trim());
}

function passwordIn(address: string): string {
  return URL.canParse(address) ? decodeURIComponent(new URL(address).password) : '';
}

function listFile(name: string): string | undefined {
  const folder = process.env.WONCE_TEST_LEFT_BEHIND;
  return folder === undefined ? undefined : join(folder, name);
}

function linesOf(name: string): unknown[] {
  const file = listFile(name);
  if (file === undefined || !existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as unknown);
}

function append(file: string | undefined, text: string): void {
  if (file !== undefined) appendFileSync(file, text);
}
