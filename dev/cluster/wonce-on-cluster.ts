import { environmentWith, type Stack } from '../../cli/running-stack';
import { plainEnvironment } from '../../config/plain-environment';
import { plainTarget } from '../../config/temporal-connection';
import { freePort } from '../stack/free-port';
import { bringUp, type Narrator } from '../stack/stack';
import type { Supervisor } from '../stack/supervisor';
import { bringUpCluster, type Cluster, type Keep } from './cluster';
import { postgresFolder } from './postgres-server';
import { findServerPrograms } from './server-programs';

type Environment = Readonly<Record<string, string | undefined>>;

/** Workers, and HTTP servers. */
const COPIES = 2;

/** Wonce as in production, on this one machine, and how it is reached. */
export interface WonceOnCluster {
  stack: Stack;
  /** Of a process that works with it. */
  env: Environment;
}

/**
 * Brings up Temporal's services on Postgres, the ledger on Postgres, two workers and two HTTP servers, at the fakes.
 *
 * @param env with WONCE_POSTGRES_BIN, the folder of Postgres' programs
 * @param folder of settings and logs; see `postgresFolder` for where Postgres' data are
 */
export async function bringUpOnCluster(
  env: Environment,
  folder: string,
  supervisor: Supervisor,
  narrator: Narrator,
): Promise<WonceOnCluster> {
  const programs = await findServerPrograms(env, (line) => narrator.note(line));
  const cluster = await narrator.tell(
    "Postgres and Temporal's services",
    async () =>
      bringUpCluster(
        env.WONCE_POSTGRES_BIN ?? '',
        programs,
        { postgres: postgresFolder(folder), settings: folder },
        keepBy(supervisor, env),
        { temporal: await freePort(7233), postgres: await freePort(5432) },
      ),
    inWords,
  );
  const target = plainTarget(cluster.temporalAddress, cluster.namespace);
  const reached = { ...plainEnvironment(env, target), DATABASE_URL: cluster.databaseUrl };
  const stack = await bringUp(reached, folder, supervisor, narrator, COPIES);
  return { stack, env: environmentWith(stack, reached) };
}

/** All are up a little after they have started: whoever needs them asks. */
function keepBy(supervisor: Supervisor, { PATH }: Environment): Keep {
  const ready = () => Promise.resolve();
  return async (part) => {
    await supervisor.start({ ...part, env: { PATH }, graceMs: 10_000, isUp: ready });
  };
}

function inWords({ postgres, temporal, temporalAddress }: Cluster): string {
  return `${temporalAddress}, ${temporal.processes.length} processes, on 127.0.0.1:${postgres.port}`;
}
