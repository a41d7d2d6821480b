import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the package, whether the code runs compiled, from `dist/`, or, as in tests, from its source. */
export const PACKAGE_FOLDER = nearestPackage(__dirname);

function nearestPackage(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : nearestPackage(dirname(folder));
}
