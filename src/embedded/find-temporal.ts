import { execFile, spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { cachedFile, cacheDir } from './cache';

type Environment = Readonly<Record<string, string | undefined>>;
type Progress = (line: string) => void;

/** A server that runs already, or a binary that can run one. */
export type TemporalSource =
  { kind: 'address'; address: string } | { kind: 'binary'; path: string; how: string };

/** The last version of the CLI that `go install` can build: later ones have a replace directive. */
const CLI_VERSION = 'v1.5.1';
const CLI_MODULE = `github.com/temporalio/cli/cmd/temporal@${CLI_VERSION}`;
const CACHED_NAME = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
const DOWNLOAD_PATIENCE_MS = 180_000;

/** No Temporal server can be had; the message lists every way with what went wrong. */
export class TemporalNotFound extends Error {
  override readonly name = 'TemporalNotFound';
  readonly code = 'TemporalNotFound';
}

/**
 * Finds a Temporal server: TEMPORAL_ADDRESS; TEMPORAL_CLI_PATH; `temporal` on the PATH; the cached binary; the SDK's own
 * download; `go install`. The last two fill the cache.
 *
 * @throws TemporalNotFound
 */
export async function findTemporal(env: Environment, progress: Progress): Promise<TemporalSource> {
  if (env.TEMPORAL_ADDRESS) return { kind: 'address', address: env.TEMPORAL_ADDRESS };
  if (env.TEMPORAL_CLI_PATH) return named(env.TEMPORAL_CLI_PATH);
  const onPath = await findOnPath(env);
  if (onPath !== undefined) return { kind: 'binary', path: onPath, how: 'found on the PATH' };
  const cache = cacheDir(env);
  if (existsSync(join(cache, CACHED_NAME)))
    return { kind: 'binary', path: join(cache, CACHED_NAME), how: 'cached' };

  const failures: string[] = [];
  for (const [how, make] of [
    ["downloaded by Temporal's SDK", (folder: string) => download(folder, progress)],
    ['built with Go', (folder: string) => build(folder, env, progress)],
  ] as const) {
    try {
      return { kind: 'binary', path: await cachedFile(cache, CACHED_NAME, make, progress), how };
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw notFound(cache, failures);
}

async function named(path: string): Promise<TemporalSource> {
  if (await answersVersion(path)) return { kind: 'binary', path, how: 'named by TEMPORAL_CLI_PATH' };
  throw new TemporalNotFound(
    `TEMPORAL_CLI_PATH names ${path}, which does not answer "--version". Expected a temporal command; correct it or unset it.`,
  );
}

async function findOnPath(env: Environment): Promise<string | undefined> {
  for (const folder of (env.PATH ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const path = join(folder, CACHED_NAME);
    if (isExecutable(path) && (await answersVersion(path))) return path;
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function answersVersion(path: string): Promise<boolean> {
  try {
    await promisify(execFile)(path, ['--version'], { timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

/** In a process of its own: the download is native code, which can be stopped in no other way. */
async function download(folder: string, progress: Progress): Promise<string> {
  progress("No Temporal server on this machine: downloading one (about 40 MB), by Temporal's SDK.");
  await watched(process.execPath, [join(__dirname, 'download-temporal.js'), folder], {
    env: process.env,
    patienceMs: DOWNLOAD_PATIENCE_MS,
    what: 'downloading',
    failed: 'The download failed',
    progress,
  });
  const [name] = (await readdir(folder)).filter((entry) => isExecutable(join(folder, entry)));
  if (name === undefined) throw new Error('The download brought no program.');
  return join(folder, name);
}

async function build(folder: string, env: Environment, progress: Progress): Promise<string> {
  progress(`Building Temporal's command ${CLI_VERSION} with Go. This takes two to five minutes, once.`);
  await watched('go', ['install', CLI_MODULE], {
    env: { ...env, GOBIN: folder, GOFLAGS: '-mod=mod' },
    patienceMs: 20 * 60_000,
    what: `building ${CLI_MODULE}`,
    failed: `go install ${CLI_MODULE} failed`,
    progress,
  });
  return join(folder, CACHED_NAME);
}

interface Watched {
  env: Environment;
  patienceMs: number;
  what: string;
  failed: string;
  progress: Progress;
}

/** Runs a command, says every ten seconds that it still runs, and fails with its last words. */
function watched(
  command: string,
  args: string[],
  { env, patienceMs, what, failed, progress }: Watched,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const begun = Date.now();
    const seconds = () => Math.round((Date.now() - begun) / 1000);
    const child = spawn(command, args, {
      env: env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ticker = setInterval(() => progress(`… ${what}, ${seconds()} s`), 10_000);
    const alarm = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-500)));
    const end = (problem: string | undefined) => {
      clearInterval(ticker);
      clearTimeout(alarm);
      if (problem === undefined) resolve();
      else reject(new Error(`${failed} (${problem}).`));
    };
    child.on('error', (error) => end(`${command}: ${error.message}`));
    child.on('exit', (code, signal) => {
      if (code === 0) return end(undefined);
      end(
        words.trim().split('\n').at(-1) ||
          (signal === 'SIGKILL' ? `nothing after ${seconds()} s` : `exit ${code}`),
      );
    });
  });
}

function notFound(cache: string, failures: string[]): TemporalNotFound {
  const ways = [
    'TEMPORAL_ADDRESS, a server that runs already: not set.',
    'TEMPORAL_CLI_PATH, a temporal command: not set.',
    'temporal on the PATH: there is none.',
    `The cache (${cache}): empty.`,
    ...failures,
  ];
  return new TemporalNotFound(
    `No Temporal server can be had. What was tried:\n${ways.map((way, index) => `  ${index + 1}. ${way}`).join('\n')}\n` +
      'Do one of these: set TEMPORAL_ADDRESS to a server that runs; install the temporal command (https://docs.temporal.io/cli) ' +
      'and put it on the PATH; install Go and run this again.',
  );
}
