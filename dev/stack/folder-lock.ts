import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { identityOf } from './process-identity';
import type { ErrorCode } from '../../domain/error-catalogue';

/** Another process that is alive uses the folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
  readonly code = 'FolderInUse' satisfies ErrorCode;

  constructor(
    folder: string,
    readonly pid: number,
  ) {
    super(
      `${folder} is in use by process ${pid}. Stop it first, or choose another folder with WONCE_DATA_DIR.`,
    );
  }
}

/** It cannot be told whether the process that holds a folder still lives: the lock would hold nobody off. */
export class ProcessTimesUnknown extends Error {
  override readonly name = 'ProcessTimesUnknown';
  readonly code = 'ProcessTimesUnknown' satisfies ErrorCode;

  constructor(folder: string) {
    super(
      `${folder} cannot be locked: this machine does not tell when a process was started (/proc on Linux, elsewhere ` +
        'the command ps). Install ps, or on Windows run Wonce in WSL.',
    );
  }
}

interface Holder {
  pid: number;
  identity: string;
}

/**
 * Takes a folder for this process alone. Held until released or until the process is dead, however it died and
 * however long it is suspended: what counts is whether the holder lives, never how old the lock is.
 *
 * @throws FolderInUse, ProcessTimesUnknown
 */
export async function lockFolder(folder: string): Promise<{ release(): Promise<void> }> {
  const identity = identityOf(process.pid);
  if (identity === undefined) throw new ProcessTimesUnknown(folder);
  await mkdir(folder, { recursive: true });
  // Held for milliseconds, to keep contenders in line. It goes stale with time, so nothing is proven by it: a process
  // suspended here may go on when another has had its turn. The numbered claims below bear that.
  const releaseTurn = await lock(folder, {
    stale: 5_000,
    retries: { retries: 100, minTimeout: 20, maxTimeout: 200 },
    onCompromised: () => undefined,
  });
  try {
    return await claim(folder, { pid: process.pid, identity });
  } finally {
    await releaseTurn().catch(() => undefined);
  }
}

/**
 * The claim with the highest number is the folder's holder. It is never removed, only followed by a higher one when its
 * process is dead or has released it; so whoever acts on an old view finds the next number taken, or a higher one there.
 */
async function claim(folder: string, self: Holder): Promise<{ release(): Promise<void> }> {
  for (;;) {
    const latest = await latestClaim(folder);
    const holder = await readHolder(claimFile(folder, latest));
    if (holder !== undefined && isAlive(holder)) throw new FolderInUse(folder, holder.pid);
    const mine = claimFile(folder, latest + 1);
    if (!(await createWhole(mine, self))) continue;
    if ((await latestClaim(folder)) > latest + 1) {
      await rm(mine, { force: true });
      continue;
    }
    await rm(claimFile(folder, latest), { force: true });
    return { release: () => writeFile(mine, '{}') };
  }
}

function claimFile(folder: string, number: number): string {
  return join(folder, `in-use.${number}.json`);
}

async function latestClaim(folder: string): Promise<number> {
  const numbers = (await readdir(folder)).map((name) => Number(/^in-use\.(\d+)\.json$/.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

/** Writes this process down as holder: the file is there with all its content, or not at all. */
async function createWhole(file: string, self: Holder): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(self));
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder;
  } catch {
    // Not there, or cut off by a power failure: nobody holds it.
    return undefined;
  }
}

function isAlive({ pid, identity }: Holder): boolean {
  const now = identityOf(pid);
  return now !== undefined && now === identity;
}
