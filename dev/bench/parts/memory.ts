import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { PACKAGE_FOLDER } from '../../../config/package-folder';
import { rememberedProcesses } from '../../stack/left-overs';
import { identityOf } from '../../stack/process-identity';
import type { Ground } from '../ground';
import type { Part } from '../part';
import { familyOf, memoryOf, type Memory } from '../processes';
import type { Row } from '../row';

/** After its first purchase everything rests so long before it is looked at. */
const REST_MS = 20_000;

/** What the whole of Wonce takes of a machine on which it does nothing. */
export const memory: Part = {
  name: 'memory',
  about: `resident memory of npm start, ${REST_MS / 1_000} s after its first purchase, by process`,
  measure,
};

async function* measure(ground: Ground): AsyncGenerator<Row, void, undefined> {
  await ground.clear();
  const folder = await ground.newFolder();
  const npm = spawn('npm', ['start'], {
    cwd: PACKAGE_FOLDER,
    env: { ...ground.env, WONCE_DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'ignore'],
    // Of a group of its own, which is ended together: npm and what it starts.
    detached: true,
  });
  try {
    await saw(npm, /Up until Ctrl-C/);
    await delay(REST_MS);
    yield* rowsOf(await byProcess(npm.pid!, folder));
  } finally {
    // npm itself ends at once, and does not wait for what it has started.
    const family = familyOf(npm.pid!);
    process.kill(-npm.pid!, 'SIGTERM');
    while (family.some((pid) => identityOf(pid) !== undefined)) await delay(100);
  }
}

function* rowsOf(processes: Map<string, Memory>): Generator<Row> {
  for (const [name, { rss }] of processes)
    yield { what: `resident memory: ${name}`, measured: rss, unit: 'MB' };
  const all = [...processes.values()];
  const sum = (of: keyof Memory) => all.reduce((total, one) => total + one[of], 0);
  yield {
    what: 'resident memory of npm start at rest, RSS of all processes added up',
    measured: sum('rss'),
    unit: 'MB',
    target: { of: 'measured', is: 'at most', value: 700 },
  };
  yield { what: 'the same, what they share counted once (PSS)', measured: sum('pss'), unit: 'MB' };
}

/** By the names that the stack gives its processes; npm, the shell it starts and the supervisor are `npm start`. */
async function byProcess(npm: number, folder: string): Promise<Map<string, Memory>> {
  const names = new Map((await rememberedProcesses(folder)).map(({ name, pid }) => [pid, name]));
  const found = new Map<string, Memory>();
  for (const pid of familyOf(npm)) {
    const name = names.get(pid) ?? 'npm start';
    const [before, own] = [found.get(name) ?? { rss: 0, pss: 0 }, memoryOf(pid)];
    found.set(name, { rss: before.rss + own.rss, pss: before.pss + own.pss });
  }
  return found;
}

/** @throws Error with its last words when it ends before */
function saw(child: ChildProcess, line: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (line.test(output)) resolve();
    });
    child.once('exit', () => reject(new Error(`npm start ended. ${output.trim().slice(-500)}`)));
  });
}
