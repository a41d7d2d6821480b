import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepare } from './prepare.mjs';

/** What is to be there before npm packs: a build of just what is in the folder, and the packages as they are locked. */
await prepare();
removeLeftOvers();
// npm packs no package-lock.json, but this: by it `npm ci` installs the very packages that were tested (docs/package.md).
copyFileSync('package-lock.json', 'npm-shrinkwrap.json');

/** What was compiled of a file that is gone since then must not be packed. */
function removeLeftOvers() {
  for (const { name, parentPath, path } of readdirSync('dist', { recursive: true, withFileTypes: true })) {
    const compiled = /^(.*)\.js(\.map)?$/.exec(join(parentPath ?? path, name))?.[1];
    // The bundles at the top are compiled of many.
    if (compiled === undefined || !/^dist\/.*\//.test(compiled)) continue;
    const source = compiled.slice('dist/'.length);
    if (!['.ts', '.tsx'].some((ending) => existsSync(source + ending)))
      rmSync(join(parentPath ?? path, name));
  }
}
