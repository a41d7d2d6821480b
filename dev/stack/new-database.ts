import { existsSync } from 'node:fs';
import { cp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PACKAGE_FOLDER } from '../../config/package-folder';
import { cachedFile, cacheDir } from './cache';
import { watched } from './watched-command';

type Environment = Readonly<Record<string, string | undefined>>;

/** The compiled one, also when this file is run from its source, as tests do. */
const MAKER = join(PACKAGE_FOLDER, 'dist', 'dev', 'stack', 'make-database.js');
const PATIENCE_MS = 170_000;

/**
 * Puts an empty database where there is none yet: a copy of one that is made once for each version of PGlite and kept in
 * the cache. Making one takes seconds and half a gigabyte, which the process that does it never gives back; a copy takes
 * a moment. It is whole, or not there.
 *
 * @param data the folder of the database
 */
export async function newDatabase(data: string, env: Environment): Promise<void> {
  if (existsSync(data)) return;
  const made = await cachedFile(cacheDir(env), `empty-ledger-pglite-${await versionOfPGlite()}`, (folder) =>
    make(join(folder, 'data'), env),
  );
  const copy = `${data}.copying`;
  // What a start that was killed has left.
  await rm(copy, { recursive: true, force: true });
  await cp(made, copy, { recursive: true });
  await rename(copy, data);
}

async function make(data: string, env: Environment): Promise<string> {
  await watched(process.execPath, [MAKER, data], {
    env,
    patienceMs: PATIENCE_MS,
    what: 'making an empty ledger',
    failed: 'An empty ledger could not be made',
    progress: () => undefined,
  });
  return data;
}

/** Another version may write its files otherwise. */
async function versionOfPGlite(): Promise<string> {
  const file = join(dirname(require.resolve('@electric-sql/pglite')), '..', 'package.json');
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
}
