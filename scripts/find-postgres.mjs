import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { foundOrInstalled } from './apt-install.mjs';

const DEBIAN = '/usr/lib/postgresql';

/** The first of the places with Postgres' programs: Debian's newest version, then the PATH. */
export function findPostgres(places = usualPlaces()) {
  return places.find((place) => ['initdb', 'postgres'].every((program) => existsSync(join(place, program))));
}

function usualPlaces() {
  const versions = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one))
    : [];
  return [
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
}

/**
 * The folder of the Postgres to run. Root of a Debian machine gets one installed.
 *
 * @throws Error that says what to install
 */
export function wantPostgres() {
  const isRoot = userInfo().uid === 0;
  const found = foundOrInstalled('Postgres', 'postgresql', () => findPostgres());
  if (found === undefined) {
    throw new Error(
      'No Postgres on this machine: its programs (initdb, postgres) are wanted, because the ledger is tested, and a cluster runs, on a real one. Looked for in /usr/lib/postgresql/*/bin and on the PATH.\n' +
        'Install it, on Debian and Ubuntu: sudo apt-get install postgresql; on macOS: brew install postgresql. It need not run: one is started here.',
    );
  }
  if (isRoot && spawnSync('id', ['postgres']).status !== 0) {
    throw new Error(
      `Postgres (${found}) does not run as root, and there is no user postgres to run it as.\n` +
        'Run this as another user, or make that one: useradd --system postgres.',
    );
  }
  return found;
}
