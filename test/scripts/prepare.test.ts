import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT, RunningProcess } from '../support/processes';

/** A fresh clone, as far as installing and building look at it, and an npm that notes what it is asked for. */
let clone: string;
const preparing: RunningProcess[] = [];

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'wonce-clone-'));
  cpSync(join(ROOT, 'scripts'), join(clone, 'scripts'), { recursive: true });
  ['bin', 'worker'].forEach((folder) => mkdirSync(join(clone, folder)));
  ['package-lock.json', 'tsconfig.json'].forEach((file) => writeFileSync(join(clone, file), '{}'));
  writeFileSync(join(clone, 'tsconfig.build.json'), JSON.stringify({ include: ['worker'] }));
});
afterEach(async () => {
  await Promise.all(preparing.splice(0).map((each) => each.kill()));
  rmSync(clone, { recursive: true, force: true });
});

function prepare(npm = ''): RunningProcess {
  const script = `await (await import('${clone}/scripts/prepare.mjs')).prepare();`;
  return node(['--input-type=module', '-e', script], npm);
}

function node(args: string[], npm = ''): RunningProcess {
  const file = join(clone, 'bin', 'npm');
  writeFileSync(file, `#!/bin/sh\necho "$*" >> asked\nmkdir -p node_modules dist\n${npm}\n`);
  chmodSync(file, 0o755);
  const child = spawn(process.execPath, args, {
    env: { PATH: [join(clone, 'bin'), process.env.PATH].join(delimiter), NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const running = new RunningProcess(child);
  preparing.push(running);
  return running;
}

const asked = () => readFileSync(join(clone, 'asked'), 'utf8').trim().split('\n');

it('a fresh clone is installed with what builds it, whatever NODE_ENV says, and built; once', async () => {
  await prepare().endedWith(0);
  expect(asked()).toEqual(['ci --include=dev --no-audit --no-fund', 'run --silent build']);
  await prepare().endedWith(0);
  expect(asked()).toHaveLength(2);
});

it('while it takes its time it says so, with the seconds', async () => {
  const running = prepare('while [ "$1" = ci ] && [ ! -e go-on ]; do sleep 0.1; done');
  await running.saw(/… npm ci .*, 10 s/);
  writeFileSync(join(clone, 'go-on'), '');
  await running.endedWith(0);
});

it('what went wrong is shown, and the process ends with 1', async () => {
  const running = prepare('echo no room left >&2; exit 3');
  await running.endedWith(1);
  expect(running.output).toMatch(/no room left\n[^]*npm ci .* failed \(exit 3\)/);
});

it.each(['stack', 'fake-portal', 'bench', 'chaos'])(
  'in a fresh clone, the script of %s waits until it is built',
  async (room) => {
    const script = join('scripts', `${room === 'stack' ? 'start' : room}.mjs`);
    const building = `mkdir -p dist/dev/${room} && echo "console.log('${room} runs')" > dist/dev/${room}/main.js`;
    const running = node([join(clone, script)], `sleep 0.2; ${building}`);
    await running.endedWith(0);
    expect(running.output).toContain(`${room} runs`);
  },
);
