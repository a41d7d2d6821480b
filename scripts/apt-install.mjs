import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';

/** Installs a package of Debian, where this is Debian and root asks. @returns false when nothing was installed */
export function aptInstall(what, name) {
  if (userInfo().uid !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  console.log(`No ${what} on this machine: installing that of Debian (apt-get install ${name}).`);
  const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  try {
    execFileSync('apt-get', ['update', '-q'], options);
    execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], options);
    return true;
  } catch {
    // What apt-get said is above.
    return false;
  }
}
