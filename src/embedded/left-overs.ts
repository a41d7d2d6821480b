import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf } from './process-identity';

/** A process of the stack, as it is written down for the next start. */
export interface KnownProcess {
  name: string;
  pid: number;
  identity: string | undefined;
}

const STOP_PATIENCE_MS = 5_000;

/** Writes down which processes run, so that the next start finds what a killed supervisor left. */
export async function rememberProcesses(folder: string, processes: KnownProcess[]): Promise<void> {
  await writeFile(fileIn(folder), JSON.stringify(processes, null, 2));
}

/**
 * Ends processes that an earlier start left running because its supervisor was killed. Only those that are really
 * the same: process number and time of start match.
 */
export async function stopLeftOvers(folder: string, progress: (line: string) => void): Promise<void> {
  const alive = (await rememberedProcesses(folder)).filter(isAlive);
  for (const left of alive) {
    progress(`Ending ${left.name} (process ${left.pid}), left by a start that was killed.`);
    process.kill(left.pid, 'SIGTERM');
  }
  const deadline = Date.now() + STOP_PATIENCE_MS;
  while (alive.some(isAlive) && Date.now() < deadline) await delay(50);
  alive.filter(isAlive).forEach((left) => process.kill(left.pid, 'SIGKILL'));
  while (alive.some(isAlive)) await delay(20);
  await rm(fileIn(folder), { force: true });
}

async function rememberedProcesses(folder: string): Promise<KnownProcess[]> {
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
