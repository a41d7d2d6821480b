import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { identityOf } from './process-identity';

/** Another process that is alive uses the folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
  readonly code = 'FolderInUse';

  constructor(
    folder: string,
    readonly pid: number,
  ) {
    super(
      `${folder} is in use by process ${pid}. Stop it first, or choose another folder with WONCE_DATA_DIR.`,
    );
  }
}

interface Holder {
  pid: number;
  identity: string | undefined;
}

/**
 * Takes a folder for this process alone. Held until released or until the process is dead, however it died and
 * however long it is suspended: what counts is whether the holder lives, never how old the lock is.
 *
 * @throws FolderInUse
 */
export async function lockFolder(folder: string): Promise<{ release(): Promise<void> }> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'in-use.json');
  // Held for milliseconds, so that of two who find a dead holder only one takes over.
  const releaseTurn = await lock(folder, {
    stale: 5_000,
    retries: { retries: 100, minTimeout: 20, maxTimeout: 200 },
  });
  try {
    const holder = await readHolder(file);
    if (holder !== undefined && holder.pid !== process.pid && isAlive(holder))
      throw new FolderInUse(folder, holder.pid);
    const self: Holder = { pid: process.pid, identity: identityOf(process.pid) };
    await writeFile(file, JSON.stringify(self));
  } finally {
    await releaseTurn();
  }
  return { release: () => rm(file, { force: true }) };
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder;
  } catch {
    // Not there, or torn by a kill while it was written: nobody holds it.
    return undefined;
  }
}

function isAlive({ pid, identity }: Holder): boolean {
  const now = identityOf(pid);
  return now !== undefined && now === identity;
}
