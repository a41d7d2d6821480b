import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf } from './process-identity';

/** A process of the stack, as it is written down for the next start. */
export interface KnownProcess {
  name: string;
  pid: number;
  identity: string | undefined;
  /** How long it may take to end, in ms: a worker finishes an order in flight. Not in lists of earlier versions. */
  graceMs?: number;
}

const USUAL_GRACE_MS = 10_000;

let drafts = 0;

/** Writes down which processes run, so that the next start finds what a killed supervisor left. */
export async function rememberProcesses(folder: string, processes: KnownProcess[]): Promise<void> {
  const file = fileIn(folder);
  // Moved into place whole: a list torn by a kill would hide what is to be found.
  const draft = `${file}.${drafts++}`;
  await writeFile(draft, JSON.stringify(processes, null, 2));
  await rename(draft, file);
}

/**
 * Ends processes that an earlier start left running because its supervisor was killed. Only those that are really
 * the same: process number and time of start match.
 */
export async function stopLeftOvers(folder: string, progress: (line: string) => void): Promise<void> {
  const alive = (await rememberedProcesses(folder)).filter(isAlive);
  await Promise.all(alive.map((left) => end(left, progress)));
  await rm(fileIn(folder), { force: true });
}

async function end(left: KnownProcess, progress: (line: string) => void): Promise<void> {
  progress(`Ending ${left.name} (process ${left.pid}), left by a start that was killed.`);
  signal(left, 'SIGTERM');
  const deadline = Date.now() + (left.graceMs ?? USUAL_GRACE_MS);
  while (isAlive(left) && Date.now() < deadline) await delay(50);
  if (isAlive(left)) signal(left, 'SIGKILL');
  while (isAlive(left)) await delay(20);
}

function signal({ pid }: KnownProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // Gone in the meantime, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The processes that run, as they were written down last. */
export async function rememberedProcesses(folder: string): Promise<KnownProcess[]> {
  try {
    return JSON.parse(await readFile(fileIn(folder), 'utf8')) as KnownProcess[];
  } catch {
    return [];
  }
}

function isAlive({ pid, identity }: KnownProcess): boolean {
  const now = identityOf(pid);
  return now !== undefined && now === identity;
}

function fileIn(folder: string): string {
  return join(folder, 'processes.json');
}
