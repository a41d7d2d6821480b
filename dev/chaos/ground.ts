import { join } from 'node:path';
import { bringUpCluster, type Cluster } from '../cluster/cluster';
import { findServerPrograms } from '../cluster/server-programs';
import { findTemporal } from '../stack/find-temporal';
import { freePort } from '../stack/free-port';
import { temporalArguments, waitForTemporal } from '../stack/temporal-server';
import { plainTarget } from '../../config/temporal-connection';
import { ours, type Command, type KeptProcess } from './kept-process';
import { LedgerDatabase } from './ledger-database';

/** A process that is kept; its log goes into the round's folder. */
export type KeptCommand = Omit<Command, 'log' | 'env'> & { env?: Record<string, string> };

export type Keep = (command: KeptCommand) => KeptProcess;

/** What Wonce stands on in a round: Temporal's server and the ledger's. */
export interface Ground {
  temporalAddress: string;
  databaseUrl: string;
  ledgerKind: 'PGlite' | 'Postgres';
  /** `kill -9` of one process of Temporal, which is drawn by a random number. @returns its name; undefined when it is just coming back */
  killTemporal(draw: number): string | undefined;
  /** @returns what was killed, or undefined */
  killLedger(): Promise<string | undefined>;
  /** What a round leaves nothing of. */
  drop(): Promise<void>;
}

export const NAMESPACE = 'default';
const ANSWER_MS = 60_000;

/** Temporal's development server, and the ledger on PGlite, or in a database of a Postgres that is there (DATABASE_URL). */
export async function embeddedGround(
  folder: string,
  env: NodeJS.ProcessEnv,
  keep: Keep,
  progress: (line: string) => void,
): Promise<Ground> {
  const [{ temporal, temporalAddress }, ledger] = await Promise.all([
    startTemporal(folder, env, keep, progress),
    startLedger(folder, env, keep),
  ]);
  return {
    temporalAddress,
    databaseUrl: ledger.url,
    ledgerKind: ledger.kind,
    killTemporal: () => (temporal.kill() ? 'temporal' : undefined),
    killLedger: async () => ((await ledger.kill()) ? 'ledger' : undefined),
    drop: () => ledger.drop(),
  };
}

async function startTemporal(
  folder: string,
  env: NodeJS.ProcessEnv,
  keep: Keep,
  progress: (line: string) => void,
) {
  const { TEMPORAL_ADDRESS: _, ...without } = env;
  const found = await findTemporal(without, progress);
  if (found.kind !== 'binary') throw new Error('Expected a temporal command of this machine.');
  const port = await freePort();
  const options = { port, databaseFile: join(folder, 'temporal.db'), namespace: NAMESPACE };
  const temporal = keep({ name: 'temporal', command: found.path, args: temporalArguments(options) });
  await temporal.start();
  const temporalAddress = `127.0.0.1:${port}`;
  await waitForTemporal(plainTarget(temporalAddress, NAMESPACE), ANSWER_MS);
  return { temporal, temporalAddress };
}

interface LedgerGround {
  url: string;
  kind: Ground['ledgerKind'];
  kill(): boolean | Promise<boolean>;
  drop(): Promise<void>;
}

async function startLedger(folder: string, env: NodeJS.ProcessEnv, keep: Keep): Promise<LedgerGround> {
  if (env.DATABASE_URL !== undefined) {
    const database = await LedgerDatabase.create(env.DATABASE_URL);
    const kill = () => database.cutOff().then(() => true);
    return { url: database.url, kind: 'Postgres', kill, drop: () => database.drop() };
  }
  const ledger: KeptProcess = keep({
    ...ours('ledger', 'dev/stack/ledger-server.js'),
    env: { LEDGER_DIR: join(folder, 'ledger') },
    readyLine: /listening on (\S+)/,
  });
  const url = await ledger.start();
  return { url, kind: 'PGlite', kill: () => ledger.kill(), drop: () => Promise.resolve() };
}

/** Temporal's services and the ledger on one Postgres server, each a process that is killed by itself. */
export async function clusterGround(
  folder: string,
  postgresFolder: string,
  env: NodeJS.ProcessEnv,
  keep: Keep,
  progress: (line: string) => void,
): Promise<Ground> {
  const programs = await findServerPrograms(env, progress);
  const kept = new Map<string, KeptProcess>();
  const folders = { postgres: postgresFolder, settings: folder };
  const start = async ({ name, command, args }: { name: string; command: string; args: string[] }) => {
    const process = keep({ name, command, args });
    kept.set(name, process);
    await process.start();
  };
  const cluster: Cluster = await bringUpCluster(env.WONCE_POSTGRES_BIN ?? '', programs, folders, start);
  const names = cluster.temporal.processes.map(({ name }) => name);
  const kill = (name: string) => (kept.get(name)!.kill() ? name : undefined);
  return {
    temporalAddress: cluster.temporalAddress,
    databaseUrl: cluster.databaseUrl,
    ledgerKind: 'Postgres',
    killTemporal: (draw) => kill(names[draw % names.length]!),
    killLedger: () => Promise.resolve(kill('postgres')),
    drop: () => Promise.resolve(),
  };
}
