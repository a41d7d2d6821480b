import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { keepOutput, noteSecrets } from './left-behind';

export const ROOT = join(__dirname, '..', '..');
export const DIST = join(ROOT, 'dist');

/** A real process of the product, compiled as it ships, with what it has said so far. */
export class RunningProcess {
  output = '';
  private readonly waiting = new Set<() => void>();

  constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        keepOutput(`${process.pid}-${child.pid}`, text);
        this.waiting.forEach((look) => look());
      });
    }
    child.on('exit', () => this.waiting.forEach((look) => look()));
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits for a line of the output; fails at once when the process ends without it. */
  saw(pattern: RegExp, timeoutMs = 120_000): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const finish = (act: () => void) => {
        clearTimeout(timer);
        this.waiting.delete(look);
        act();
      };
      const look = () => {
        const found = pattern.exec(this.output);
        if (found) finish(() => resolve(found));
        else if (this.hasEnded) finish(() => reject(new Error(`Ended without ${pattern}:\n${this.output}`)));
      };
      const timer = setTimeout(
        () => finish(() => reject(new Error(`Not seen in ${timeoutMs} ms: ${pattern}\n${this.output}`))),
        timeoutMs,
      );
      this.waiting.add(look);
      look();
    });
  }

  /** SIGTERM, and waits for the end. */
  async stop(): Promise<number | null> {
    if (!this.hasEnded) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
    return this.child.exitCode;
  }

  /** `kill -STOP`: the process stops where it is. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  /** `kill -9`, and waits for the end. */
  async kill(): Promise<void> {
    if (this.hasEnded) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  /** Waits for the end by itself. */
  async ended(): Promise<number | null> {
    if (!this.hasEnded) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  /** Waits for the end by itself, with this exit code; the failure of another one shows what the process said. */
  async endedWith(code: number): Promise<void> {
    const came = await this.ended();
    if (came !== code) throw new Error(`Ended with ${came}, expected ${code}:\n${this.output}`);
  }
}

/** Environment of a test's process: nothing of the caller's settings slips in. */
export function cleanEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        !/^(WONCE_|PORTAL_|FAKE_|LEDGER_|TEMPORAL_|OTEL_|DATABASE_URL)/.test(entry[0]),
    ),
  );
}

/** Starts a file of the compiled product. */
export function spawnProcess(file: string, env: Record<string, string>, args: string[] = []): RunningProcess {
  noteSecrets(env);
  const child = spawn(process.execPath, [join(DIST, file), ...args], {
    env: { ...cleanEnvironment(), ...env },
    stdio: [env.WONCE_PARENT_STDIN === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  return new RunningProcess(child);
}
