import { chmod, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorCode } from '../../domain/error-catalogue';

const OTHERS = 0o077;

/** The folder is shared with others, or belongs to somebody else. */
export class FolderNotPrivate extends Error {
  override readonly name = 'FolderNotPrivate';
  readonly code = 'FolderNotPrivate' satisfies ErrorCode;

  constructor(folder: string, why: string) {
    super(`${folder} ${why}. Choose a folder of your own with WONCE_DATA_DIR.`);
  }
}

/**
 * Makes a folder that this user alone can enter, or closes one that is there to all others. From then on whatever this
 * process and its children write is this user's alone as well.
 *
 * @throws FolderNotPrivate
 */
export async function privateFolder(folder: string): Promise<void> {
  process.umask(OTHERS);
  await mkdir(folder, { recursive: true });
  const { uid, mode } = await lstat(join(folder, '.'));
  if (process.getuid !== undefined && uid !== process.getuid())
    throw new FolderNotPrivate(folder, 'belongs to another user');
  // Such as /tmp: to close it would shut everybody out.
  if ((mode & 0o1000) !== 0) throw new FolderNotPrivate(folder, 'is shared by all users of this machine');
  await chmod(folder, 0o700);
}

/** Takes from all other users what they may do with a file or folder, and with all that is in it. */
export async function closeToOthers(path: string): Promise<void> {
  const entry = await lstat(path).catch(ignoreMissing);
  // A link has no mode of its own, and what it leads to may be anybody's.
  if (entry === undefined || entry.isSymbolicLink()) return;
  if ((entry.mode & OTHERS) !== 0) await chmod(path, entry.mode & ~OTHERS & 0o7777);
  if (!entry.isDirectory()) return;
  for (const name of await readdir(path)) await closeToOthers(join(path, name));
}

/** What `npm start` keeps in its data folder, and what earlier versions left there for others to read. */
const KEPT =
  /^(ledger|logs|fake-portal|fake-crms|temporal\.db.*|deals\.yaml|in-use\..*|processes\.json.*|stack\.json)$/;

/** Closes what is in a data folder and is ours; it may lie in a folder with other things. */
export async function closeLeftOpen(dataFolder: string): Promise<void> {
  const kept = (await readdir(dataFolder)).filter((name) => KEPT.test(name));
  for (const name of kept) await closeToOthers(join(dataFolder, name));
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
