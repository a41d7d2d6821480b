import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PACKAGE_FOLDER } from '../../config/package-folder';

export interface Command {
  name: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  /** A line of its output that says it is up; without one, whoever starts it finds out. */
  readyLine?: RegExp;
  /** Its output is appended here. */
  log: string;
}

/** Why a process ended that was to go on: killed from here, at a fail point that it came with, or by itself. */
export type Ended = 'killed' | 'fail-point' | 'itself';

const PAUSE_MS = 500;
const UP_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 8_000;

/** A process that is killed again and again, and comes back each time until it is stopped. */
export class KeptProcess {
  private child: ChildProcess | undefined;
  private wasKilled = false;
  private isStopping = false;
  private envOfNext: Record<string, string> = {};
  private envOfThis: Record<string, string> = {};

  /** @param onEnd told whenever it ends before it is stopped */
  constructor(
    private readonly command: Command,
    private readonly onEnd: (how: Ended, failPoint: string) => void,
  ) {}

  /** Resolves when it is up, with what the ready line's group caught. @throws Error with its last words */
  async start(): Promise<string> {
    const child = this.spawn();
    if (this.command.readyLine === undefined) return '';
    return ready(child, this.command.name, this.command.readyLine);
  }

  /**
   * `kill -9`; it comes back.
   *
   * @param envOfNext of the next process alone
   * @returns false when there was none to kill, because it is just coming back
   */
  kill(envOfNext: Record<string, string> = {}): boolean {
    const { child } = this;
    if (child === undefined || hasEnded(child)) return false;
    this.envOfNext = envOfNext;
    this.wasKilled = true;
    return child.kill('SIGKILL');
  }

  /** Takes from it a fail point that nothing has reached. @returns whether it was killed for that */
  disarm(): boolean {
    this.envOfNext = {};
    return 'WONCE_FAIL_POINT' in this.envOfThis && this.kill();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    const { child } = this;
    if (child === undefined || hasEnded(child)) return;
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    child.kill('SIGTERM');
    await once(child, 'exit');
    clearTimeout(timer);
  }

  private spawn(): ChildProcess {
    const { command, args, env, log } = this.command;
    [this.envOfThis, this.envOfNext] = [this.envOfNext, {}];
    this.wasKilled = false;
    const child = spawn(command, args, {
      // With a pipe to this process, and gone with it (WONCE_PARENT_STDIN); in a session of its own, so that Ctrl-C
      // comes here alone.
      env: { ...env, ...this.envOfThis, WONCE_PARENT_STDIN: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const file = createWriteStream(log, { flags: 'a' });
    child.stdout.pipe(file, { end: false });
    child.stderr.pipe(file, { end: false });
    child.on('close', () => file.end());
    child.stdin.on('error', () => undefined);
    child.on('error', () => undefined);
    child.once('exit', (_code, signal) => void this.comeBack(signal));
    this.child = child;
    return child;
  }

  private async comeBack(signal: NodeJS.Signals | null): Promise<void> {
    if (this.isStopping) return;
    const failPoint = this.envOfThis.WONCE_FAIL_POINT ?? '';
    const atFailPoint = failPoint !== '' && signal === 'SIGKILL';
    const how = this.wasKilled ? 'killed' : atFailPoint ? 'fail-point' : 'itself';
    // One that could not begin, because what it needs is down, begins again as it was meant to.
    if (how === 'itself') this.envOfNext = this.envOfThis;
    this.envOfThis = {};
    this.onEnd(how, failPoint);
    await delay(PAUSE_MS);
    if (!this.isStopping) this.spawn();
  }
}

function hasEnded({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null || pid === undefined;
}

function ready(child: ChildProcess, name: string, readyLine: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (how: string) => {
      clearTimeout(timer);
      reject(new Error(`${name} did not come up (${how}). ${output.trim().slice(-1_000)}`));
    };
    const timer = setTimeout(() => fail(`not within ${UP_WITHIN_MS / 1_000} s`), UP_WITHIN_MS);
    const onOutput = (text: Buffer) => {
      output += text.toString('utf8');
      const found = readyLine.exec(output);
      if (found === null) return;
      clearTimeout(timer);
      child.stdout?.off('data', onOutput);
      child.stderr?.off('data', onOutput);
      resolve(found[1] ?? '');
    };
    child.stdout?.on('data', onOutput);
    child.stderr?.on('data', onOutput);
    child.once('exit', (code) => fail(`exit ${code ?? 'by a signal'}`));
    child.once('error', (error) => fail(error.message));
  });
}

/** A file of the compiled product, as a process of this name. */
export function ours(name: string, file: string) {
  return { name, command: process.execPath, args: [join(PACKAGE_FOLDER, 'dist', file)] };
}
