import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findTemporal } from '../stack/find-temporal';
import { freePort } from '../stack/free-port';
import { temporalArguments, waitForTemporal } from '../stack/temporal-server';
import { plainTarget } from '../../config/temporal-connection';
import { KeptProcess, type Command, type Ended } from './kept-process';
import { LedgerDatabase } from './ledger-database';
import type { RoundLength } from './round';
import { PACKAGE_FOLDER } from '../../config/package-folder';

export const TASK_QUEUE = 'chaos';
const NAMESPACE = 'default';
const DIST = join(PACKAGE_FOLDER, 'dist');
const ANSWER_MS = 60_000;

type Environment = Record<string, string>;

/** How often what has been killed, and what ended by itself. */
export interface Kills {
  worker: number;
  temporal: number;
  ledger: number;
  /** Workers that ended where WONCE_FAIL_POINT said, by its point. */
  failPoints: Record<string, number>;
  /** Processes that ended unasked, by name: a worker does that when what it needs is not there at its start. */
  byThemselves: Record<string, number>;
}

/** All that a round runs on, each a process of its own, on free ports and in the round's folder. */
export class Processes {
  readonly kills: Kills = { worker: 0, temporal: 0, ledger: 0, failPoints: {}, byThemselves: {} };
  private readonly kept: KeptProcess[] = [];
  private readonly workers: KeptProcess[] = [];
  private temporal!: KeptProcess;
  private ledger!: KeptProcess | LedgerDatabase;
  private isStopped = false;
  temporalAddress = '';
  databaseUrl = '';
  portalUrl = '';

  /** @param env the caller's: PATH and the like, where Temporal is found, and DATABASE_URL for a Postgres that is there */
  constructor(
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    mkdirSync(join(folder, 'logs'), { recursive: true });
    // Whatever ends this process: Temporal's server does not notice by itself.
    process.on('exit', () => this.kept.forEach((kept) => kept.kill()));
  }

  /** In the order of who needs whom. @throws Error with the last words of the one that did not come up */
  async start(length: RoundLength, progress: (line: string) => void): Promise<void> {
    const [temporalUp, ledgerUp, portalUp] = [
      this.startTemporal(progress),
      this.startLedger(),
      this.startFakePortal(),
    ];
    await Promise.all([temporalUp, ledgerUp, portalUp]);
    const workers = [1, 2].map((number) => this.worker(`worker-${number}`, length));
    await Promise.all(workers.map((worker) => worker.start()));
  }

  get ledgerKind(): 'PGlite' | 'Postgres' {
    return this.ledger instanceof LedgerDatabase ? 'Postgres' : 'PGlite';
  }

  killWorker(which: 0 | 1, failPoint?: string): void {
    const envOfNext = failPoint === undefined ? {} : { WONCE_FAIL_POINT: failPoint };
    if (this.workers[which]!.kill(envOfNext)) this.kills.worker++;
  }

  killTemporal(): void {
    if (this.temporal.kill()) this.kills.temporal++;
  }

  async killLedger(): Promise<void> {
    if (this.ledger instanceof LedgerDatabase) await this.ledger.cutOff();
    else if (!this.ledger.kill()) return;
    this.kills.ledger++;
  }

  /** A fail point that nobody has come to yet would still fire when all is to be calm. */
  disarm(): void {
    for (const worker of this.workers) if (worker.disarm()) this.kills.worker++;
  }

  /** The last first, and workers together. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.workers.map((worker) => worker.stop()));
    for (const process of this.kept.reverse()) await process.stop();
  }

  /** What a round on Postgres leaves nothing of. */
  async dropDatabase(): Promise<void> {
    if (this.ledger instanceof LedgerDatabase) await this.ledger.drop();
  }

  private async startTemporal(progress: (line: string) => void): Promise<void> {
    const { TEMPORAL_ADDRESS: _, ...env } = this.env;
    const found = await findTemporal(env, progress);
    if (found.kind !== 'binary') throw new Error('Expected a temporal command of this machine.');
    const port = await freePort();
    const databaseFile = join(this.folder, 'temporal.db');
    this.temporalAddress = `127.0.0.1:${port}`;
    const args = temporalArguments({ port, databaseFile, namespace: NAMESPACE });
    this.temporal = this.keep({ name: 'temporal', command: found.path, args });
    await this.temporal.start();
    await waitForTemporal(plainTarget(this.temporalAddress, NAMESPACE), ANSWER_MS);
  }

  private async startLedger(): Promise<void> {
    if (this.env.DATABASE_URL !== undefined) {
      this.ledger = await LedgerDatabase.create(this.env.DATABASE_URL);
      this.databaseUrl = this.ledger.url;
      return;
    }
    const env = { LEDGER_DIR: join(this.folder, 'ledger') };
    this.ledger = this.keep({
      ...ours('ledger', 'dev/stack/ledger-server.js'),
      env,
      readyLine: /listening on (\S+)/,
    });
    this.databaseUrl = await this.ledger.start();
  }

  private async startFakePortal(): Promise<void> {
    const env = { FAKE_PORTAL_PORT: '0', FAKE_PORTAL_STATE_DIR: join(this.folder, 'fake-portal') };
    const portal = this.keep({
      ...ours('fake-portal', 'dev/fake-portal/main.js'),
      env,
      readyLine: /listening on (\S+)/,
    });
    this.portalUrl = await portal.start();
  }

  private worker(name: string, { settling }: RoundLength): KeptProcess {
    const env = {
      TEMPORAL_ADDRESS: this.temporalAddress,
      TEMPORAL_NAMESPACE: NAMESPACE,
      WONCE_TASK_QUEUE: TASK_QUEUE,
      DATABASE_URL: this.databaseUrl,
      PORTAL_URL: this.portalUrl,
      PORTAL_CLIENT_ID: 'fake-portal-client',
      PORTAL_CLIENT_SECRET: 'fake-portal-secret',
      WONCE_SETTLE_FIRST_LOOK: `${settling.firstPollMs}ms`,
      WONCE_SETTLE_LONGEST_GAP: `${settling.longestGapMs}ms`,
      WONCE_SETTLE_WINDOW: `${settling.windowMs}ms`,
      // One clock for all; the vendor may show whole seconds.
      WONCE_OPERATIONS: 'expand,add-service',
      WONCE_SETTLE_CLOCK_ALLOWANCE: '2s',
      WONCE_WATCH_FIRST_LOOK: '500ms',
      WONCE_WATCH_LONGEST_GAP: '2s',
    };
    const worker = this.keep({ ...ours(name, 'worker/main.js'), env, readyLine: /worker ready/ });
    this.workers.push(worker);
    return worker;
  }

  private keep(command: Omit<Command, 'log' | 'env'> & { env?: Environment }): KeptProcess {
    // Interrupted while it was coming up: what would start now, nobody would stop.
    if (this.isStopped) throw new Error('Stopped.');
    const { name, env = {} } = command;
    const log = join(this.folder, 'logs', `${name}.log`);
    const kept = new KeptProcess(
      { ...command, env: { ...outsiders(this.env), ...env }, log },
      (how, failPoint) => this.count(name, how, failPoint),
    );
    this.kept.push(kept);
    return kept;
  }

  private count(name: string, how: Ended, failPoint: string): void {
    const { failPoints, byThemselves } = this.kills;
    const [point = ''] = failPoint.split(':');
    if (how === 'fail-point') failPoints[point] = (failPoints[point] ?? 0) + 1;
    if (how === 'itself') byThemselves[name] = (byThemselves[name] ?? 0) + 1;
  }
}

function ours(name: string, file: string) {
  return { name, command: process.execPath, args: [join(DIST, file)] };
}

/** The caller's environment without what would change a round, fail points' refusal in production among it. */
function outsiders(env: NodeJS.ProcessEnv): Environment {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        !/^(WONCE_|PORTAL_|FAKE_|LEDGER_|TEMPORAL_|DATABASE_URL|NODE_ENV)/.test(entry[0]),
    ),
  );
}
