import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { plainTarget } from '../../config/temporal-connection';
import { freePort } from '../stack/free-port';
import { waitForTemporal } from '../stack/temporal-server';
import { askPostgres, layOutPostgres, wantDatabase, type PostgresServer } from './postgres-server';
import type { ServerPrograms } from './server-programs';
import { layOutTemporal, wantNamespace, type TemporalServer } from './temporal-server';

/** A process of the cluster. */
export interface ClusterProcess {
  name: string;
  command: string;
  args: string[];
  /** Rejects while it does not answer. */
  ask: () => Promise<void>;
}

/** Starts a process and keeps it running, until all is stopped. */
export type Keep = (process: ClusterProcess) => Promise<void>;

/** Temporal's server and a database for the ledger, on one Postgres server. */
export interface Cluster {
  temporalAddress: string;
  namespace: string;
  /** Of the ledger's database. */
  databaseUrl: string;
  postgres: PostgresServer;
  temporal: TemporalServer;
}

const NAMESPACE = 'default';
const ANSWER_MS = 120_000;

/**
 * Brings up Postgres, then Temporal's services on it.
 *
 * @param postgresPrograms the folder of Postgres' programs
 * @param folders of Postgres' data (see `postgresFolder`), and of the settings of Temporal's services
 * @param ports of Temporal's frontend and of Postgres; free ones without
 */
export async function bringUpCluster(
  postgresPrograms: string,
  programs: ServerPrograms,
  folders: { postgres: string; settings: string },
  keep: Keep,
  ports: { temporal?: number; postgres?: number } = {},
): Promise<Cluster> {
  await mkdir(folders.settings, { recursive: true });
  const postgres = layOutPostgres(postgresPrograms, folders.postgres, ports.postgres ?? (await freePort()));
  const { command, args, url } = postgres;
  const ask = () => askPostgres(url);
  await keep({ name: 'postgres', command, args, ask });
  await answering(ask);
  await wantDatabase(url, 'wonce');
  const frontendPort = ports.temporal ?? (await freePort());
  const temporal = await layOutTemporal(programs, postgres, folders.settings, frontendPort);
  for (const process of temporal.processes) {
    await keep(process);
    // The first one writes down what the others find: all at once would be in each other's way.
    await answering(process.ask);
  }
  const { address } = temporal;
  await answering(() => wantNamespace(address, NAMESPACE));
  await waitForTemporal(plainTarget(address, NAMESPACE), ANSWER_MS);
  const databaseUrl = new URL(url);
  databaseUrl.pathname = '/wonce';
  return {
    temporalAddress: address,
    namespace: NAMESPACE,
    databaseUrl: databaseUrl.href,
    postgres,
    temporal,
  };
}

/** @throws what it was refused with last, when it is not answered in time */
async function answering(ask: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + ANSWER_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(200);
    }
  }
}
