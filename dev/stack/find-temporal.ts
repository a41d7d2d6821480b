import { execFile, type ExecFileException } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ErrorCode } from '../../domain/error-catalogue';
import { printable, type LaidOut } from '../../domain/printable';
import { cachedFile, cacheDir } from './cache';
import { PACKAGE_FOLDER } from '../../config/package-folder';
import { executablesOnPath, isExecutable } from './on-path';
import { goInstall, watched } from './watched-command';

type Environment = Readonly<Record<string, string | undefined>>;
type Progress = (line: string) => void;

/** A server that runs already, or a binary that can run one. */
export type TemporalSource =
  { kind: 'address'; address: string } | { kind: 'binary'; path: string; how: string };

/** The last version of the CLI that `go install` can build: later ones have a replace directive. */
const CLI_VERSION = 'v1.5.1';
const CLI_MODULE = `github.com/temporalio/cli/cmd/temporal@${CLI_VERSION}`;
const CACHED_NAME = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
/** The compiled one, also when this file is run from its source, as tests do. */
const DOWNLOADER = join(PACKAGE_FOLDER, 'dist', 'dev', 'stack', 'download-temporal.js');
const VERSION_PATIENCE_MS = 20_000;
const DOWNLOAD_PATIENCE_MS = 20 * 60_000;

/** No Temporal server can be had; the message lists every way with what went wrong. */
export class TemporalNotFound extends Error implements LaidOut {
  override readonly name = 'TemporalNotFound';
  readonly code = 'TemporalNotFound' satisfies ErrorCode;
  readonly isLaidOut = true;
}

/** A server, or why a way leads to none. */
type Finding = TemporalSource | string;

type Way = (env: Environment, progress: Progress, silenceMs: number) => Finding | Promise<Finding>;

/** The order in which they are tried; the last two fill the cache. */
const WAYS: Way[] = [runningServer, namedBinary, binaryOnPath, cachedBinary, downloadedBinary, builtBinary];

/**
 * Finds a Temporal server: TEMPORAL_ADDRESS; TEMPORAL_CLI_PATH; `temporal` on the PATH; the cached binary; the SDK's own
 * download; `go install`.
 *
 * @param downloadSilenceMs a download from which nothing comes for so long is given up
 * @throws TemporalNotFound
 */
export async function findTemporal(
  env: Environment,
  progress: Progress,
  downloadSilenceMs = 20_000,
): Promise<TemporalSource> {
  const reasons: string[] = [];
  for (const way of WAYS) {
    const found = await way(env, progress, downloadSilenceMs);
    if (typeof found !== 'string') return found;
    reasons.push(found);
  }
  throw notFound(reasons);
}

function runningServer(env: Environment): Finding {
  if (env.TEMPORAL_ADDRESS) return { kind: 'address', address: env.TEMPORAL_ADDRESS };
  return 'TEMPORAL_ADDRESS, a server that runs already: not set.';
}

/** Who names a command means that one: when it does not work, no other is taken in its place. */
async function namedBinary(env: Environment): Promise<Finding> {
  const path = env.TEMPORAL_CLI_PATH;
  if (!path) return 'TEMPORAL_CLI_PATH, a temporal command: not set.';
  const problem = await problemOf(path);
  if (problem === undefined) return { kind: 'binary', path, how: 'named by TEMPORAL_CLI_PATH' };
  throw new TemporalNotFound(
    `TEMPORAL_CLI_PATH names ${path}, which does not work (${problem}). ` +
      'Expected a temporal command that answers "--version"; correct it or unset it.',
  );
}

async function binaryOnPath(env: Environment): Promise<Finding> {
  const problems: string[] = [];
  for (const path of executablesOnPath(CACHED_NAME, env.PATH)) {
    const problem = await problemOf(path);
    if (problem === undefined) return { kind: 'binary', path, how: 'found on the PATH' };
    problems.push(`${path} does not work (${problem})`);
  }
  return `temporal on the PATH: ${problems.join('; ') || 'there is none'}.`;
}

function cachedBinary(env: Environment): Finding {
  const path = join(cacheDir(env), CACHED_NAME);
  if (existsSync(path)) return { kind: 'binary', path, how: 'cached' };
  return `The cache (${cacheDir(env)}): empty.`;
}

function downloadedBinary(env: Environment, progress: Progress, silenceMs: number): Promise<Finding> {
  const make = (folder: string) => download(folder, env, progress, silenceMs);
  return made("downloaded by Temporal's SDK", env, progress, make);
}

function builtBinary(env: Environment, progress: Progress): Promise<Finding> {
  return made('built with Go', env, progress, (folder) => build(folder, env, progress));
}

async function made(
  how: string,
  env: Environment,
  progress: Progress,
  make: (folder: string) => Promise<string>,
): Promise<Finding> {
  try {
    return { kind: 'binary', path: await cachedFile(cacheDir(env), CACHED_NAME, make, progress), how };
  } catch (error) {
    return (error as Error).message;
  }
}

/** Why a command is no use; undefined when it answers `--version`. */
async function problemOf(path: string): Promise<string | undefined> {
  if (!existsSync(path)) return 'there is no such file';
  try {
    await promisify(execFile)(path, ['--version'], { timeout: VERSION_PATIENCE_MS });
    return undefined;
  } catch (error) {
    const { killed, code } = error as ExecFileException;
    if (killed) return `no answer to "--version" within ${VERSION_PATIENCE_MS / 1000} s`;
    return `"--version" fails: ${typeof code === 'number' ? `exit ${code}` : (error as Error).message}`;
  }
}

/** In a process of its own: the download is native code, which can be stopped in no other way. */
async function download(
  folder: string,
  env: Environment,
  progress: Progress,
  silenceMs: number,
): Promise<string> {
  progress("No Temporal server on this machine: downloading one (about 40 MB), by Temporal's SDK.");
  await watched(process.execPath, [DOWNLOADER, folder], {
    env,
    patienceMs: DOWNLOAD_PATIENCE_MS,
    silence: { folder, silenceMs },
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
  await goInstall(CLI_MODULE, folder, env, progress);
  return join(folder, CACHED_NAME);
}

function notFound(reasons: string[]): TemporalNotFound {
  return new TemporalNotFound(
    `No Temporal server can be had. What was tried:\n${reasons.map((reason, index) => printable(`  ${index + 1}. ${reason}`)).join('\n')}\n` +
      'Do one of these: set TEMPORAL_ADDRESS to a server that runs; install the temporal command (https://docs.temporal.io/cli) ' +
      'and put it on the PATH; install Go and run this again.',
  );
}
