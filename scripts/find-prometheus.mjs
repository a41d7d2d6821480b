import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { foundOrInstalled } from './apt-install.mjs';

/** The first folder of a path with Prometheus' programs; undefined where there is none. */
export function findPrometheus(path = process.env.PATH ?? '') {
  const folders = path.split(delimiter);
  return folders.find((folder) =>
    ['prometheus', 'promtool'].every((program) => existsSync(join(folder, program))),
  );
}

/**
 * The same. Root of a Debian machine gets one installed.
 *
 * @throws Error that says what to install
 */
export function wantPrometheus() {
  const found = foundOrInstalled('Prometheus', 'prometheus', () => findPrometheus());
  if (found !== undefined) return found;
  throw new Error(
    'No Prometheus on this machine: npm test wants one (prometheus, promtool), because the alerts and the dashboard are tested with a real one. Looked for both on the PATH.\n' +
      'Install it, on Debian and Ubuntu: sudo apt-get install prometheus; on macOS: brew install prometheus. It need not run: one is started here.',
  );
}
