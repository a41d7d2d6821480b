import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorCode } from '../../domain/error-catalogue';
import type { LaidOut } from '../../domain/printable';
import { rememberProcesses, type KnownProcess } from './left-overs';
import { identityOf } from './process-identity';

/** A process of the stack. */
export interface Part {
  name: string;
  command: string;
  args: string[];
  env: Record<string, string | undefined>;
  /** A line of its output that says it is up; its first group is what `start` returns. Without one, `isUp` tells. */
  readyLine?: RegExp;
  isUp?: () => Promise<void>;
  /**
   * Asks it by its own door whether it answers, and rejects when it does not; no answer at all is none, too.
   *
   * @param caught what the ready line caught
   */
  ask: (caught: string, child: ChildProcess) => Promise<void>;
  /** How long it may take to end, in ms, before it is killed. */
  graceMs: number;
  /**
   * What it stands on is on a lower floor, and is stopped after it; those of one floor need nothing of each other, and are stopped at
   * once. Without one it is below them all, and stands on those that were started before it.
   */
  floor?: number;
}

interface Running {
  part: Part;
  child: ChildProcess;
  output: string;
  restarts: number;
  upSince: number;
}

/** How parts are asked whether they answer. */
export interface Asking {
  everyMs: number;
  /** An answer that takes longer is none. */
  withinMs: number;
  /** So many times in a row without an answer: the part is ended, and started again. */
  misses: number;
}

/** A machine that is overloaded for a moment is not dead: one that says nothing is ended after a minute. */
const CALM: Asking = { everyMs: 10_000, withinMs: 10_000, misses: 3 };
/** Time that went by while nobody counted it: the machine slept. */
const SLEPT_MS = 2_000;
/** A slow disk takes its time for a new ledger, and two of them at once take more. */
const START_PATIENCE_MS = 180_000;
const LONGEST_PAUSE_MS = 30_000;
/** A part that was up for so long is well: its next end is a first one again. */
const WELL_AFTER_MS = 60_000;
const LARGEST_LOG_BYTES = 10 * 1024 * 1024;

/** A part did not come up; the message has its last words. */
export class PartFailed extends Error implements LaidOut {
  override readonly name = 'PartFailed';
  readonly code = 'PartFailed' satisfies ErrorCode;
  readonly isLaidOut = true;
}

/**
 * Starts the parts of the stack, each a process of its own with its log in the data folder, starts again what ends
 * unasked or answers no more, and stops all, floor by floor. Parts live in sessions of their own, so that Ctrl-C
 * reaches the supervisor alone, and end with it: each holds a pipe to it (WONCE_PARENT_STDIN).
 */
export class Supervisor {
  private readonly running: Running[] = [];
  private readonly beside: (() => Promise<void>)[] = [];
  private stopping = false;
  private remembered = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly onTrouble: (line: string) => void,
    private readonly asking = CALM,
  ) {
    mkdirSync(join(folder, 'logs'), { recursive: true });
  }

  /** @returns what the ready line's first group caught @throws PartFailed */
  async start(part: Part): Promise<string> {
    // Whoever brings parts up may not have heard yet that all is being stopped.
    if (this.stopping) throw new PartFailed(`${part.name} is not started: everything is being stopped.`);
    const running = { part, child: this.spawn(part), output: '', restarts: 0, upSince: 0 };
    this.running.push(running);
    try {
      return await this.launch(running);
    } catch (error) {
      this.running.splice(this.running.indexOf(running), 1);
      await stop(running);
      throw error;
    }
  }

  /** What runs beside the parts, in the process of the supervisor itself, is closed when all are stopped. */
  async closeWithParts(close: () => Promise<void>): Promise<void> {
    if (this.stopping) await close();
    else this.beside.push(close);
  }

  async stopAll(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.beside.splice(0).map((close) => close()));
    for (const floor of topFirst(this.running.splice(0))) await Promise.all(floor.map(stop));
    await this.remember();
  }

  private async launch(running: Running): Promise<string> {
    running.output = '';
    // Listening begins before anything is awaited: a part may be up, or gone, within a millisecond.
    const [caught] = await Promise.all([ready(running), this.remember()]);
    running.upSince = Date.now();
    running.child.once('exit', (code, signal) => {
      if (Date.now() - running.upSince > WELL_AFTER_MS) running.restarts = 0;
      this.startAgain(running, signal ?? `exit ${code}`);
    });
    void this.keepAsking(running, caught);
    return caught;
  }

  /** A part that lives and answers nobody is ended as always; its end starts it again. */
  private async keepAsking({ part, child }: Running, caught: string): Promise<void> {
    const { everyMs, misses } = this.asking;
    const ended = new AbortController();
    child.once('exit', () => ended.abort());
    for (let missed = 0; missed < misses;) {
      await delay(everyMs, undefined, { ref: false, signal: ended.signal }).catch(() => undefined);
      if (this.stopping || hasEnded(child)) return;
      missed = (await this.answers(part, child, caught)) ? 0 : missed + 1;
    }
    if (this.stopping || hasEnded(child)) return;
    this.onTrouble(`${part.name} lives and does not answer; it is ended. Its log: ${this.log(part.name)}`);
    await stop({ part, child });
  }

  private async answers(part: Part, child: ChildProcess, caught: string): Promise<boolean> {
    const { withinMs } = this.asking;
    const begun = Date.now();
    const answer = part.ask(caught, child).then(
      () => true,
      () => false,
    );
    const isAnswered = await Promise.race([answer, delay(withinMs, false, { ref: false })]);
    return isAnswered || Date.now() - begun > withinMs + SLEPT_MS;
  }

  private startAgain(running: Running, how: string): void {
    if (this.stopping) return;
    const pauseMs = Math.min(500 * 2 ** running.restarts++, LONGEST_PAUSE_MS);
    const { name } = running.part;
    this.onTrouble(
      `${name} ended unasked (${how}); starting it again in ${pauseMs / 1000} s. Its log: ${this.log(name)}`,
    );
    setTimeout(() => {
      if (this.stopping) return;
      running.child = this.spawn(running.part);
      this.launch(running).then(
        () => this.onTrouble(`${name} runs again.`),
        async () => {
          // It may hang instead of having ended: two of one part must never run.
          await stop(running);
          this.startAgain(running, 'it did not come up');
        },
      );
    }, pauseMs);
  }

  private spawn({ name, command, args, env }: Part): ChildProcess {
    keepSmall(this.log(name));
    const child = spawn(command, args, {
      env: { ...env, WONCE_PARENT_STDIN: '1' },
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    const log = createWriteStream(this.log(name), { flags: 'a' });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.on('close', () => log.end());
    // A part that is gone does not read its pipe: no reason for the supervisor to go as well.
    child.stdin?.on('error', () => undefined);
    child.on('error', () => undefined);
    return child;
  }

  /** One list after the other: with parts that start at once, an older one could replace a newer one. */
  private remember(): Promise<void> {
    const written = this.remembered.then(() => rememberProcesses(this.folder, this.processes()));
    this.remembered = written.catch(() => undefined);
    return written;
  }

  private processes(): KnownProcess[] {
    return this.running.flatMap(({ part, child }): KnownProcess[] =>
      child.pid === undefined
        ? []
        : [{ name: part.name, pid: child.pid, identity: identityOf(child.pid), graceMs: part.graceMs }],
    );
  }

  private log(name: string): string {
    return join(this.folder, 'logs', `${name}.log`);
  }
}

/** A log that has grown large makes room: the one before it is kept, older ones are not. */
function keepSmall(log: string): void {
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LARGEST_LOG_BYTES) renameSync(log, `${log}.1`);
}

function ready(running: Running): Promise<string> {
  const { part, child } = running;
  return new Promise((resolve, reject) => {
    const fail = (how: string) => {
      const words = running.output.trim().split('\n').slice(-5).join('\n');
      finish(() => reject(new PartFailed(`${part.name} did not come up (${how}). ${words}`)));
    };
    const ended = (code: number | null) => fail(`exit ${code ?? 'by a signal'}`);
    const onOutput = (text: Buffer) => {
      running.output = (running.output + text.toString('utf8')).slice(-20_000);
      const found = part.readyLine?.exec(running.output);
      if (found) finish(() => resolve(found[1] ?? ''));
    };
    const timer = setTimeout(() => fail(`not within ${START_PATIENCE_MS / 1000} s`), START_PATIENCE_MS);
    const finish = (act: () => void) => {
      clearTimeout(timer);
      child.off('exit', ended);
      child.stdout?.off('data', onOutput);
      child.stderr?.off('data', onOutput);
      act();
    };
    child.on('exit', ended);
    child.on('error', (error) => fail(error.message));
    child.stdout?.on('data', onOutput);
    child.stderr?.on('data', onOutput);
    part.isUp?.().then(
      () => finish(() => resolve('')),
      (error: unknown) => fail((error as Error).message),
    );
  });
}

/** The parts of each floor, the highest first; then those without one, each for itself, the last first. */
function topFirst(running: readonly Running[]): Running[][] {
  const floors = new Map<number, Running[]>();
  const below: Running[][] = [];
  for (const one of running) {
    const { floor } = one.part;
    if (floor === undefined) below.unshift([one]);
    else floors.set(floor, [...(floors.get(floor) ?? []), one]);
  }
  const fromTheTop = [...floors].sort(([one], [other]) => other - one);
  return [...fromTheTop.map(([, parts]) => parts), ...below];
}

function hasEnded({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null || pid === undefined;
}

async function stop({ part, child }: Pick<Running, 'part' | 'child'>): Promise<void> {
  if (hasEnded(child)) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), part.graceMs);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
