import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const LOCK = join(ROOT, '.preparing');
const INSTALLED = join(ROOT, 'node_modules', '.wonce-installed');
const BUILT = join(ROOT, 'dist', '.built');

/** Installs and builds what is missing or out of date. Runs before there are any packages: Node alone. */
export async function prepare() {
  wantNode();
  process.chdir(ROOT);
  if (isInstalled() && isBuilt()) return;
  const release = takeTurn();
  try {
    if (!isInstalled()) await install();
    if (!isBuilt()) await build();
  } finally {
    release();
  }
}

function wantNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 12)) return;
  console.error(
    `Wonce needs Node 20.12 or newer; this is ${process.versions.node}. Get one from https://nodejs.org.`,
  );
  process.exit(1);
}

function lockfileHash() {
  return createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
}

function isInstalled() {
  return existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === lockfileHash();
}

async function install() {
  console.log('Installing packages (npm ci); the first time this takes a minute or so.');
  // What builds is among the development packages, which npm leaves out where NODE_ENV is production.
  await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund']);
  writeFileSync(INSTALLED, lockfileHash());
}

function isBuilt() {
  if (!existsSync(BUILT)) return false;
  const built = statSync(BUILT).mtimeMs;
  return newest([...rooms(), 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json']) <= built;
}

/** The folders that are compiled. */
function rooms() {
  return JSON.parse(readFileSync('tsconfig.build.json', 'utf8')).include;
}

async function build() {
  console.log('Building.');
  const begun = new Date();
  await run('npm', ['run', '--silent', 'build']);
  writeFileSync(BUILT, '');
  // As old as the build's beginning: what is changed while it runs is newer, and built next time.
  utimesSync(BUILT, begun, begun);
}

/** Shows what a command said only when it fails, and every ten seconds that it still runs. */
async function run(command, args) {
  const line = `${command} ${args.join(' ')}`;
  const begun = Date.now();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => said.push(bytes));
  const ticker = setInterval(
    () => console.log(`… ${line}, ${Math.round((Date.now() - begun) / 1000)} s`),
    10_000,
  );
  const problem = await new Promise((resolve) => {
    child.on('error', ({ message }) => resolve(message));
    child.on('close', (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit ${code}`)));
  });
  clearInterval(ticker);
  if (problem === undefined) return;
  console.error(`${Buffer.concat(said)}\n${line} failed (${problem}).`);
  process.exit(1);
}

function newest(paths) {
  return Math.max(
    ...paths.map((path) => {
      const stat = statSync(path);
      return stat.isDirectory() ? newest(readdirSync(path).map((entry) => join(path, entry))) : stat.mtimeMs;
    }),
  );
}

/** One at a time in a clone; the turn of a process that is dead is taken over. */
function takeTurn() {
  for (let told = false; ;) {
    try {
      mkdirSync(LOCK);
      writeFileSync(join(LOCK, 'pid'), String(process.pid));
      return () => rmSync(LOCK, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isHeld()) {
        rmSync(LOCK, { recursive: true, force: true });
        continue;
      }
      if (!told) console.log('Another process is installing or building in this folder: waiting for it.');
      told = true;
      execFileSync(process.execPath, ['-e', 'setTimeout(() => {}, 300)']);
    }
  }
}

function isHeld() {
  try {
    process.kill(Number(readFileSync(join(LOCK, 'pid'), 'utf8')), 0);
    return true;
  } catch (error) {
    // It lives, and is another user's.
    if (error.code === 'EPERM') return true;
    // Its number is written a moment after the folder is made.
    return error.code === 'ENOENT' && existsSync(LOCK) && Date.now() - statSync(LOCK).mtimeMs < 2_000;
  }
}
