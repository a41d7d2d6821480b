import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;
type Progress = (line: string) => void;

const BUILD_PATIENCE_MS = 20 * 60_000;

/** Builds a command of a Go module into a folder. @throws Error with Go's last words */
export function goInstall(
  module: string,
  folder: string,
  env: Environment,
  progress: Progress,
): Promise<void> {
  return watched('go', ['install', module], {
    env: { ...env, GOBIN: folder, GOFLAGS: '-mod=mod' },
    patienceMs: BUILD_PATIENCE_MS,
    what: `building ${module} (usually two to five minutes)`,
    failed: `go install ${module} failed`,
    progress,
  });
}

interface Watched {
  env: Environment;
  patienceMs: number;
  /** A folder that the command fills: when nothing comes for so long, the command is killed. */
  silence?: { folder: string; silenceMs: number };
  what: string;
  failed: string;
  progress: Progress;
}

/** Runs a command, says every ten seconds that it still runs, and fails with its last words. */
export function watched(
  command: string,
  args: string[],
  { env, patienceMs, silence, what, failed, progress }: Watched,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const begun = Date.now();
    const seconds = () => Math.round((Date.now() - begun) / 1000);
    const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let killedFor: string | undefined;
    const kill = (reason: string) => {
      killedFor = reason;
      child.kill('SIGKILL');
    };
    const ticker = setInterval(() => progress(`… ${what}, ${seconds()} s`), 10_000);
    const alarm = setTimeout(() => kill(`not done after ${seconds()} s`), patienceMs);
    const watch =
      silence && whenSilent(silence, () => kill(`nothing came for ${silence.silenceMs / 1000} s`));
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-500)));
    const end = (problem: string | undefined) => {
      clearInterval(ticker);
      clearTimeout(alarm);
      clearInterval(watch);
      if (problem === undefined) resolve();
      else reject(new Error(`${failed} (${problem}).`));
    };
    child.on('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ENOENT' ? `${command} is not on the PATH` : `${command}: ${error.message}`),
    );
    // At its close and not at its exit: its last words may come after the exit.
    child.on('close', (code, signal) => {
      if (code === 0) return end(undefined);
      const lastWords = words.trim().split('\n').at(-1);
      end(killedFor ?? (lastWords || (signal ?? `exit ${code}`)));
    });
  });
}

/** Calls once nothing in the folder has grown for a time. */
function whenSilent(
  { folder, silenceMs }: { folder: string; silenceMs: number },
  act: () => void,
): NodeJS.Timeout {
  let size = 0;
  let grewAt = Date.now();
  return setInterval(() => {
    const now = sizeOf(folder);
    if (now !== size) [size, grewAt] = [now, Date.now()];
    else if (Date.now() - grewAt >= silenceMs) act();
  }, 250);
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce(
    (sum, entry) => sum + (statSync(join(folder, entry), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
