import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder or file of this machine that is seen in a root, and where. */
interface Mount {
  source: string;
  at: string;
  isWritable: boolean;
}

/** How a process is run in a root of its own. */
export interface Sandbox {
  mounts: Mount[];
  workdir: string;
  env: Record<string, string>;
  /** `1000:1000`; without one, whoever tests. */
  user?: string;
}

/**
 * Starts a command in an empty root, as a container has it: beside the mounts there are only the programs and libraries
 * of this machine, for the base image, and a /tmp of its own. The command is the first process there, so that it hears
 * signals as it would in a container. Nothing but writable mounts and /tmp can be written to.
 */
export function spawnInRoot(
  command: string[],
  { mounts, workdir, env, user }: Sandbox,
  output: 'inherit' | 'pipe' = 'pipe',
): ChildProcess {
  const args = [
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--as-pid-1', '--die-with-parent', '--clearenv'],
    ...programsOfThisMachine(),
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
    ...mounts.flatMap(mounting),
    ...['--remount-ro', '/', '--chdir', workdir],
    ...Object.entries({ PATH: process.env.PATH ?? '', ...env }).flatMap(([name, value]) => [
      '--setenv',
      name,
      value,
    ]),
    ...(user === undefined ? [] : becoming(user)),
  ];
  return spawn('bwrap', [...args, ...command], { stdio: ['ignore', output, output] });
}

/** bwrap would close the folders on the way to all but root. */
function mounting({ source, at, isWritable }: Mount): string[] {
  const above = [];
  for (let folder = dirname(at); folder !== '/'; folder = dirname(folder)) above.unshift(folder);
  const opened = above.flatMap((folder) => ['--perms', '0755', '--dir', folder]);
  return [...opened, isWritable ? '--bind' : '--ro-bind', source, at];
}

/** Read-only. A link at the top, such as /lib, is one there too. */
function programsOfThisMachine(): string[] {
  const folders = ['/usr', '/bin', '/sbin', '/lib', '/lib64', '/etc'].filter((path) => existsSync(path));
  const node = dirname(dirname(realpathSync(process.execPath)));
  if (!node.startsWith('/usr')) folders.push(node);
  return folders.flatMap((path) =>
    lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path],
  );
}

/** Root can be anybody, and loses all of root's rights with it; others are somebody else in the root alone. */
function becoming(user: string): string[] {
  const [uid = '', gid = ''] = user.split(':');
  if (process.getuid?.() !== 0) return ['--unshare-user', '--uid', uid, '--gid', gid];
  const become = ['--reuid', uid, '--regid', gid, '--clear-groups', '--bounding-set=-all', '--no-new-privs'];
  return ['setpriv', ...become];
}

/** What npm has cached, and how it is configured, for the steps that install. */
export function npmOfThisMachine(): { mounts: Mount[]; env: Record<string, string> } {
  const cache = join(homedir(), '.npm');
  mkdirSync(cache, { recursive: true });
  const settings = join(homedir(), '.npmrc');
  return {
    mounts: [
      { source: cache, at: '/npm-cache', isWritable: true },
      ...(existsSync(settings) ? [{ source: settings, at: '/npmrc', isWritable: false }] : []),
    ],
    env: {
      ...{ HOME: '/tmp', npm_config_cache: '/npm-cache', npm_config_prefer_offline: 'true' },
      ...(existsSync(settings) && { npm_config_userconfig: '/npmrc' }),
    },
  };
}
