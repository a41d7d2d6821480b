import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Files of this name on the PATH that can be run, in its order. */
export function executablesOnPath(name: string, path: string | undefined): string[] {
  const folders = (path ?? '').split(delimiter).filter((entry) => entry !== '');
  return folders.map((folder) => join(folder, name)).filter(isExecutable);
}

/** Whether there is a file that can be run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
