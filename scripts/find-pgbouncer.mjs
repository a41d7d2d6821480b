import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { foundOrInstalled } from './apt-install.mjs';

/** PgBouncer's program; undefined where there is none. Debian has it where a user's PATH does not look. */
export function findPgBouncer(path = process.env.PATH ?? '') {
  const folders = [...path.split(delimiter), '/usr/sbin'];
  return folders.map((folder) => join(folder, 'pgbouncer')).find((file) => existsSync(file));
}

/**
 * The same. Root of a Debian machine gets one installed.
 *
 * @throws Error that says what to install
 */
export function wantPgBouncer() {
  const found = foundOrInstalled('PgBouncer', 'pgbouncer', () => findPgBouncer());
  if (found !== undefined) return found;
  throw new Error(
    'No PgBouncer on this machine: npm test wants one, because the ledger is tested behind it. Looked for pgbouncer on the PATH and in /usr/sbin.\n' +
      'Install it, on Debian and Ubuntu: sudo apt-get install pgbouncer; on macOS: brew install pgbouncer. It need not run: one is started here.',
  );
}
