import envPaths from 'env-paths';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';

type Environment = Readonly<Record<string, string | undefined>>;
type Progress = (line: string) => void;

/** The user's cache folder: `WONCE_CACHE_DIR`, or the one that the system provides for caches. */
export function cacheDir(env: Environment): string {
  return env.WONCE_CACHE_DIR ?? envPaths('wonce', { suffix: '' }).cache;
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
  const release = await lockCache(cache, name, progress);
  try {
    if (existsSync(file)) return file;
    await removeLeftOvers(cache, name);
    const folder = await mkdtemp(join(cache, `${name}.making-`));
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

async function lockCache(cache: string, name: string, progress: Progress): Promise<() => Promise<void>> {
  const lockfilePath = join(cache, `${name}.lock`);
  // The holder refreshes its lock every two seconds; one that is not refreshed belongs to a dead process.
  const options = { lockfilePath, realpath: false, stale: 10_000, update: 2_000 };
  try {
    return await lock(cache, options);
  } catch {
    progress(`Another process is getting ${name}: waiting for it.`);
    return lock(cache, { ...options, retries: { forever: true, minTimeout: 500, maxTimeout: 2_000 } });
  }
}

/** Folders of makers that were killed; under the lock nobody else is making. */
async function removeLeftOvers(cache: string, name: string): Promise<void> {
  const leftOvers = (await readdir(cache)).filter((entry) => entry.startsWith(`${name}.making-`));
  await Promise.all(leftOvers.map((entry) => rm(join(cache, entry), { recursive: true, force: true })));
}
