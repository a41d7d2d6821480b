import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_FOLDER } from '../../config/package-folder';
import { askPostgres, layOutPostgres, postgresFolder, wantDatabase } from '../cluster/postgres-server';
import { askHttp } from '../stack/asking';
import { took } from '../stack/console';
import { freePort } from '../stack/free-port';
import { rememberedProcesses } from '../stack/left-overs';
import { Supervisor } from '../stack/supervisor';
import { BenchStack } from './bench-stack';
import { COPIES_AT_ONCE, FilledLedger } from './filled-ledger';

type Environment = Readonly<Record<string, string | undefined>>;

/** How far a bench has come, for whoever watches. */
export type Progress = (line: string) => void;

/**
 * What parts measure on, brought up when it is first asked for: a stack that they share, stacks of their own, a Postgres
 * server. All of it in one folder, and gone with it.
 */
export class Ground {
  private readonly stacks: BenchStack[] = [];
  private shared: Promise<BenchStack> | undefined;
  private postgresServer: Promise<string> | undefined;
  private readonly ledgers = new Map<number, Promise<FilledLedger>>();
  private readonly supervisor: Supervisor;
  private isStopped = false;

  private constructor(
    private readonly folder: string,
    readonly env: Environment,
    readonly isCluster: boolean,
    /** How long a soak is to last. */
    readonly minutes: number,
    readonly progress: Progress,
  ) {
    this.supervisor = new Supervisor(folder, progress);
  }

  /** @param env the caller's, and WONCE_POSTGRES_BIN, the folder of Postgres' programs */
  static async make(
    env: NodeJS.ProcessEnv,
    { cluster, minutes }: { cluster: boolean; minutes: number },
    progress: Progress,
  ): Promise<Ground> {
    // At the fakes alone, and on a ledger of its own.
    const { PORTAL_URL: _url, DATABASE_URL: _database, WONCE_DATA_DIR: _folder, ...rest } = env;
    return new Ground(await mkdtemp(join(tmpdir(), 'wonce-bench-')), rest, cluster, minutes, progress);
  }

  /** The stack that parts share: with nothing of it changed but for what the next part sets anyhow. */
  stack(): Promise<BenchStack> {
    return (this.shared ??= this.bringUp({ isCluster: this.isCluster }));
  }

  /**
   * A stack for one part alone, which stops it when it is done.
   *
   * @param env what is set for it beside the caller's environment
   * @param copies how many workers, and how many HTTP servers
   */
  ownStack(how: { env?: Environment; copies?: number } = {}): Promise<BenchStack> {
    return this.bringUp({ isCluster: false, ...how });
  }

  /** The address of an empty database on a Postgres server with default settings, as its superuser. */
  async database(name: string): Promise<string> {
    const server = await (this.postgresServer ??= this.startPostgres());
    await wantDatabase(server, name);
    return Object.assign(new URL(server), { pathname: `/${name}` }).href;
  }

  /** A ledger of so many purchases, on Postgres. */
  filledLedger(count: number): Promise<FilledLedger> {
    const filled = this.ledgers.get(count) ?? this.fillLedger(count);
    this.ledgers.set(count, filled);
    return filled;
  }

  /**
   * Starts a process that says where it listens.
   *
   * @param file the compiled one, below dist/dev
   * @returns the address
   */
  async run(file: string, env: Environment = {}): Promise<string> {
    return this.supervisor.start({
      name: nameOf(file),
      command: process.execPath,
      args: [join(PACKAGE_FOLDER, 'dist', 'dev', file)],
      env: { ...this.env, ...env },
      readyLine: /listening on (\S+)/,
      ask: askHttp,
      graceMs: 10_000,
    });
  }

  /** The process number of `postgres`, or of a file that was run. */
  async processOf(file: string): Promise<number> {
    const processes = await rememberedProcesses(this.folder);
    return processes.find(({ name }) => name === nameOf(file))!.pid;
  }

  /** A new folder, which is gone with the rest. */
  newFolder(): Promise<string> {
    return mkdtemp(join(this.folder, 'part-'));
  }

  /** Ends what earlier parts have left running, for a part that wants the machine for itself. */
  async clear(): Promise<void> {
    this.shared = undefined;
    await Promise.all(this.stacks.splice(0).map((stack) => stack.stop()));
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.clear();
    for (const filled of this.ledgers.values())
      await filled.then(
        (one) => one.close(),
        () => undefined,
      );
    await this.supervisor.stopAll();
    await rm(postgresFolder(this.folder), { recursive: true, force: true });
    await rm(this.folder, { recursive: true, force: true });
  }

  private async bringUp(how: {
    isCluster: boolean;
    env?: Environment;
    copies?: number;
  }): Promise<BenchStack> {
    // Interrupted meanwhile: what would start now, nobody would stop.
    if (this.isStopped) throw new Error('Stopped.');
    const begun = performance.now();
    const stack = new BenchStack(await this.newFolder(), { ...this.env, ...how.env }, this.progress);
    this.stacks.push(stack);
    await stack.bringUp(how.isCluster, how.copies);
    this.progress(`  ${how.isCluster ? 'cluster' : 'stack'} up (${took(performance.now() - begun)})`);
    return stack;
  }

  private async fillLedger(count: number): Promise<FilledLedger> {
    const database = await this.database(`ledger_of_${count}`);
    const begun = performance.now();
    const filled = await FilledLedger.fill(database, count, (done) => {
      if (done % 100_000 < COPIES_AT_ONCE) this.progress(`  ${done} of ${count} purchases in the ledger`);
    });
    this.progress(`  ledger of ${count} purchases made (${took(performance.now() - begun)})`);
    return filled;
  }

  private async startPostgres(): Promise<string> {
    const { WONCE_POSTGRES_BIN: programs = '', PATH } = this.env;
    const { command, args, url } = layOutPostgres(programs, postgresFolder(this.folder), await freePort());
    const isUp = async () => {
      while (!(await answers(url))) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    const ask = () => askPostgres(url);
    await this.supervisor.start({
      name: 'postgres',
      command,
      args,
      env: { PATH },
      graceMs: 10_000,
      isUp,
      ask,
    });
    return url;
  }
}

/** As its log is called. */
function nameOf(file: string): string {
  return file.replace(/\W/g, '-');
}

function answers(url: string): Promise<boolean> {
  return askPostgres(url).then(
    () => true,
    () => false,
  );
}
