import { rmSync } from 'node:fs';

/** In the folder itself npm goes by package-lock.json. */
rmSync('npm-shrinkwrap.json', { force: true });
