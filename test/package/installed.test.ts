import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { tutorialRequest } from '../support/requests';
import { cleanEnvironment, ROOT, RunningProcess } from '../support/processes';
import { required } from '../support/required';
import { TestStack } from '../support/stack';
import { pack, type Packed } from './pack';

const run = promisify(execFile);
let packed: Packed;
/** The folder that the package is installed in; nothing of the checkout is on the way from there. */
let folder: string;
let stack: TestStack;
const running: RunningProcess[] = [];

beforeAll(async () => {
  packed = await pack();
  folder = join(packed.folder, 'empty');
  mkdirSync(folder);
  const quietly = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];
  await run('npm', ['install', ...quietly, packed.tarball], { cwd: folder, env: environment() });
  stack = await TestStack.start();
}, 300_000);
afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.kill()));
});
afterAll(async () => {
  await stack.stop();
  rmSync(packed.folder, { recursive: true, force: true });
});

/** Of a machine that has no checkout. */
function environment(): Record<string, string> {
  const { PATH = '', NODE_PATH: _, ...env } = cleanEnvironment();
  const folders = PATH.split(delimiter).filter((path) => !path.startsWith(ROOT));
  return { ...env, PATH: folders.join(delimiter) };
}

function wonce(args: string[], env: Record<string, string> = {}): RunningProcess {
  const child = spawn(join(folder, 'node_modules', '.bin', 'wonce'), args, {
    cwd: folder,
    env: { ...environment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const process = new RunningProcess(child);
  running.push(process);
  return process;
}

it('runs the command, which names all of its parts', async () => {
  const help = wonce(['--help']);
  await help.endedWith(0);
  for (const command of ['buy', 'worker', 'server', 'codec-server', 'start', 'doctor'])
    expect(help.output).toMatch(new RegExp(`^  ${command} `, 'm'));
});

it('has one protobufjs of version 8, or histories could not be replayed', () => {
  const modules = join(folder, 'node_modules');
  const copies = readdirSync(modules, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|\/)protobufjs\/package\.json$/.test(path))
    .filter((path) => /"version": "8\./.test(readFileSync(join(modules, path), 'utf8')));
  expect(copies).toEqual(['protobufjs/package.json']);
});

it('worker and server run, buy a license, and end on SIGTERM', async () => {
  const worker = wonce(['worker'], stack.env());
  const server = wonce(['server'], { ...stack.env(), WONCE_PORT: '0' });
  await worker.saw(/worker ready/);
  const [, url] = await server.saw(/server listening on (http:\/\/[^\s"]+)/);
  const page = await fetch(`${url}/`);
  expect(await page.text()).toMatch(/\/assets\/\w+\/htmx\.js/);

  const file = join(folder, 'request.json');
  writeFileSync(file, JSON.stringify(tutorialRequest('packaging-installed')));
  const bought = wonce(['buy', file, '--json'], stack.env());
  await bought.endedWith(0);
  expect(bought.output).toMatch(/"status": "ordered"/);

  expect(await worker.stop()).toBe(0);
  expect(await server.stop()).toBe(0);
});

it('wonce start --once brings up the whole, wins a deal and buys its license', async () => {
  const start = wonce(['start', '--once'], {
    TEMPORAL_CLI_PATH: required('WONCE_TEST_TEMPORAL_BINARY'),
  });
  await start.endedWith(0);
  expect(start.output).toMatch(/^ordered: order ZC\d{19}$/m);
  expect(existsSync(join(folder, '.wonce', 'ledger'))).toBe(true);
});

it.each([
  [['start', '--nonsense'], /unknown option '--nonsense'\n\(see wonce start --help\)/],
  [['start', 'nonsense'], /too many arguments/],
])('wonce %j is wrong use', async (args, told) => {
  const start = wonce(args);
  await start.endedWith(2);
  expect(start.output).toMatch(told);
});
