import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../stack/free-port';
import { clusterGround, embeddedGround, NAMESPACE, type Ground, type Keep, type KeptCommand } from './ground';
import { KeptProcess, ours, type Ended } from './kept-process';
import type { RoundLength } from './round';

export const TASK_QUEUE = 'chaos';

type Environment = Record<string, string>;

/** How often what has been killed, and what ended by itself. */
export interface Kills {
  worker: number;
  /** HTTP servers: on a cluster alone. */
  server: number;
  temporal: number;
  ledger: number;
  /** Processes of a cluster, by name. */
  ofCluster: Record<string, number>;
  /** Workers that ended where WONCE_FAIL_POINT said, by its point. */
  failPoints: Record<string, number>;
  /** Processes that ended unasked, by name: a worker does that when what it needs is not there at its start. */
  byThemselves: Record<string, number>;
}

/** All that a round runs on, each a process of its own, on free ports and in the round's folder. */
export class Processes {
  readonly kills: Kills = {
    worker: 0,
    server: 0,
    temporal: 0,
    ledger: 0,
    ofCluster: {},
    failPoints: {},
    byThemselves: {},
  };
  private readonly kept: KeptProcess[] = [];
  private readonly workers: KeptProcess[] = [];
  private readonly servers: KeptProcess[] = [];
  private ground!: Ground;
  private isStopped = false;
  portalUrl = '';
  /** Of the HTTP servers; none but on a cluster. */
  readonly serverUrls: string[] = [];

  /**
   * @param env the caller's: PATH and the like, where Temporal is found, and DATABASE_URL for a Postgres that is there
   * @param clusterFolder on a cluster: of Postgres' data
   */
  constructor(
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly clusterFolder?: string,
  ) {
    mkdirSync(join(folder, 'logs'), { recursive: true });
    // Whatever ends this process: Temporal's server does not notice by itself.
    process.on('exit', () => this.kept.forEach((kept) => kept.kill()));
  }

  /** In the order of who needs whom. @throws Error with the last words of the one that did not come up */
  async start(length: RoundLength, progress: (line: string) => void): Promise<void> {
    const keep: Keep = (command) => this.keep(command);
    const groundUp =
      this.clusterFolder === undefined
        ? embeddedGround(this.folder, this.env, keep, progress)
        : clusterGround(this.folder, this.clusterFolder, this.env, keep, progress);
    [this.ground] = await Promise.all([groundUp, this.startFakePortal()]);
    const workers = [1, 2].map((number) => this.worker(`worker-${number}`, length));
    await Promise.all(workers.map((worker) => worker.start()));
    if (this.clusterFolder !== undefined) for (const number of [1, 2]) await this.startServer(number);
  }

  get temporalAddress(): string {
    return this.ground.temporalAddress;
  }

  get databaseUrl(): string {
    return this.ground.databaseUrl;
  }

  get ledgerKind(): Ground['ledgerKind'] {
    return this.ground.ledgerKind;
  }

  killWorker(which: 0 | 1, failPoint?: string): void {
    const envOfNext = failPoint === undefined ? {} : { WONCE_FAIL_POINT: failPoint };
    if (this.workers[which]!.kill(envOfNext)) this.kills.worker++;
  }

  killServer(which: 0 | 1): void {
    if (this.servers[which]!.kill()) this.kills.server++;
  }

  /** @param draw a random number: which of several processes */
  killTemporal(draw: number): void {
    if (this.noted(this.ground.killTemporal(draw))) this.kills.temporal++;
  }

  async killLedger(): Promise<void> {
    if (this.noted(await this.ground.killLedger())) this.kills.ledger++;
  }

  private noted(killed: string | undefined): boolean {
    const { ofCluster } = this.kills;
    if (killed !== undefined && this.clusterFolder !== undefined)
      ofCluster[killed] = (ofCluster[killed] ?? 0) + 1;
    return killed !== undefined;
  }

  /** A fail point that nobody has come to yet would still fire when all is to be calm. */
  disarm(): void {
    for (const worker of this.workers) if (worker.disarm()) this.kills.worker++;
  }

  /** The last first, and workers together. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all([...this.workers, ...this.servers].map((process) => process.stop()));
    for (const process of this.kept.reverse()) await process.stop();
  }

  /** What a round on Postgres leaves nothing of. */
  dropDatabase(): Promise<void> {
    return this.ground.drop();
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

  private reached(): Environment {
    return {
      TEMPORAL_ADDRESS: this.temporalAddress,
      TEMPORAL_NAMESPACE: NAMESPACE,
      WONCE_TASK_QUEUE: TASK_QUEUE,
      DATABASE_URL: this.databaseUrl,
    };
  }

  /** It comes back on the port that it had. */
  private async startServer(number: number): Promise<void> {
    const port = await freePort();
    const server = this.keep({
      ...ours(`server-${number}`, 'server/main.js'),
      env: { ...this.reached(), WONCE_PORT: String(port) },
      readyLine: /server listening on (http:\/\/[^"\s]+)/,
    });
    this.servers.push(server);
    this.serverUrls.push(await server.start());
  }

  private worker(name: string, { settling }: RoundLength): KeptProcess {
    const env = {
      ...this.reached(),
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

  private keep(command: KeptCommand): KeptProcess {
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
