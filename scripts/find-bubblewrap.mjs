import { spawnSync } from 'node:child_process';
import { foundOrInstalled } from './apt-install.mjs';

/**
 * Wants bubblewrap, which runs a process in a root of its own. Root of a Debian machine gets it installed.
 *
 * @throws Error that says what to install
 */
export function wantBubblewrap() {
  const find = () => (spawnSync('bwrap', ['--version']).status === 0 ? 'bwrap' : undefined);
  if (foundOrInstalled('bubblewrap', 'bubblewrap', find) !== undefined) return;
  throw new Error(
    'No bubblewrap on this machine: the image is tried in a root of its own, which needs it, and Linux. Looked for bwrap on the PATH.\n' +
      'Install it, on Debian: sudo apt-get install bubblewrap.',
  );
}
