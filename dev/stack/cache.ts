import envPaths from 'env-paths';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOf } from './process-identity';
import { takeTurn } from './process-turn';

type Environment = Readonly<Record<string, string | undefined>>;
type Progress = (line: string) => void;

/** The user's cache folder: `WONCE_CACHE_DIR`, or the one that the system provides for caches. */
export function cacheDir(env: Environment): string {
  return env.WONCE_CACHE_DIR || envPaths('wonce', { suffix: '' }).cache;
}

/**
 * A file of the cache, made when it is not there. It is made in a folder beside it and moved into place whole, under a
 * lock: two who want it at once make it once, and an interrupted making leaves nothing that could be taken for it.
 *
 * @param make makes the file within the folder it is given, and returns its path
 */
export async function cachedFile(
  cache: string,
  name: string,
  make: (folder: string) => Promise<string>,
  progress: Progress = () => undefined,
): Promise<string> {
  const file = join(cache, name);
  if (existsSync(file)) return file;
  await mkdir(cache, { recursive: true });
  const release = await takeTurn(file, () => progress(`Another process is getting ${name}: waiting for it.`));
  try {
    if (existsSync(file)) return file;
    await removeLeftOvers(cache, name);
    const folder = await mkdtemp(join(cache, `${making(name)}${process.pid}-`));
    try {
      await rename(await make(folder), file);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return file;
  } finally {
    await release();
  }
}

/** Folders of makers that were killed. One that lost its turn while it slept is still making: its folder stays. */
async function removeLeftOvers(cache: string, name: string): Promise<void> {
  const leftOvers = (await readdir(cache)).filter(
    (entry) => entry.startsWith(making(name)) && !isOfAnotherAlive(entry.slice(making(name).length)),
  );
  await Promise.all(leftOvers.map((entry) => rm(join(cache, entry), { recursive: true, force: true })));
}

function isOfAnotherAlive(pidAndRandom: string): boolean {
  const pid = Number.parseInt(pidAndRandom, 10);
  return pid !== process.pid && identityOf(pid) !== undefined;
}

function making(name: string): string {
  return `${name}.making-`;
}
