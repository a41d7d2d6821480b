import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';

/** What `find` finds; where that is nothing, root of a Debian machine gets the package installed, and it is looked for again. */
export function foundOrInstalled(what, name, find) {
  return find() ?? (aptInstall(what, name) ? find() : undefined);
}

/** Installs a package of Debian, where this is Debian and root asks. @returns false when nothing was installed */
function aptInstall(what, name) {
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
