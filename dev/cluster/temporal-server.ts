import { Connection } from '@temporalio/client';
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { freePort } from '../stack/free-port';
import { wantDatabase, type PostgresServer } from './postgres-server';
import type { ServerPrograms } from './server-programs';

/** One process of Temporal's server. */
export interface TemporalProcess {
  name: string;
  command: string;
  args: string[];
  /** Rejects while it does not listen. */
  ask: () => Promise<void>;
}

/** Temporal's server on Postgres, each of its services a process of its own. */
export interface TemporalServer {
  /** Of its frontend. */
  address: string;
  /** In the order in which they are started. */
  processes: TemporalProcess[];
}

const HISTORY_SHARDS = 4;

/** Two processes share the shards: when one dies, the other takes its shards over. */
const PROCESSES = [
  { name: 'temporal-history-1', service: 'history' },
  { name: 'temporal-history-2', service: 'history' },
  { name: 'temporal-matching', service: 'matching' },
  { name: 'temporal-frontend', service: 'frontend' },
  { name: 'temporal-worker', service: 'worker' },
] as const;

type Service = (typeof PROCESSES)[number]['service'];

/** Where a service listens, for calls and for its fellows of the cluster. */
interface Ports {
  grpcPort: number;
  membershipPort: number;
}

/**
 * Makes Temporal's databases, or brings them up to date, and writes the settings of each process into the folder.
 *
 * @param frontendPort of the address that clients use
 */
export async function layOutTemporal(
  programs: ServerPrograms,
  postgres: PostgresServer,
  folder: string,
  frontendPort: number,
): Promise<TemporalServer> {
  await makeTables(programs.sqlTool, postgres, 'temporal', 'temporal');
  await makeTables(programs.sqlTool, postgres, 'temporal_visibility', 'visibility');
  const dynamic = join(folder, 'temporal-dynamic.yaml');
  await writeFile(dynamic, stringify(DYNAMIC));
  const address = `127.0.0.1:${frontendPort}`;
  const ports = new Map<string, Ports>();
  for (const { name, service } of PROCESSES) {
    const grpcPort = service === 'frontend' ? frontendPort : await freePort();
    ports.set(name, { grpcPort, membershipPort: await membershipPort() });
  }
  const processes: TemporalProcess[] = [];
  for (const { name, service } of PROCESSES) {
    const file = join(folder, `${name}.yaml`);
    await writeFile(file, stringify(settingsOf(name, ports, address, postgres, dynamic)));
    const args = ['--config-file', file, '--allow-no-auth', 'start', '--service', service];
    const { grpcPort } = ports.get(name)!;
    processes.push({ name, command: programs.server, args, ask: () => listens(grpcPort) });
  }
  return { address, processes };
}

/** Temporal's table of members on Postgres has room for ports up to 32767 alone (a smallint). */
async function membershipPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_768);
    if ((await freePort(port)) === port) return port;
  }
}

async function listens(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

/** As deploy/temporal-schema.sh does it, with the tables that the tool carries in itself. */
async function makeTables(
  tool: string,
  postgres: PostgresServer,
  name: string,
  schema: string,
): Promise<void> {
  await wantDatabase(postgres.url, name);
  const run = (...args: string[]) =>
    promisify(execFile)(tool, [
      ...['--plugin', 'postgres12', '--ep', '127.0.0.1', '-p', String(postgres.port)],
      ...['-u', 'postgres', '--db', name, ...args],
    ]);
  // An error when it has been done before; update-schema tells the truth.
  await run('setup-schema', '-v', '0.0').catch(() => undefined);
  await run('update-schema', '--schema-name', `postgresql/v12/${schema}`);
}

/**
 * A history shard asks Postgres for its tasks twenty times a second at most by default, so that each step waits up to
 * 50 ms (docs/performance.md).
 */
const DYNAMIC = {
  'history.transferProcessorMaxPollRPS': [{ value: 2000 }],
  'history.timerProcessorMaxPollRPS': [{ value: 2000 }],
  'history.visibilityProcessorMaxPollRPS': [{ value: 2000 }],
  'system.enableActivityEagerExecution': [{ value: true }],
};

/** @see https://docs.temporal.io/references/configuration */
function settingsOf(
  process: string,
  ports: ReadonlyMap<string, Ports>,
  frontend: string,
  { port }: PostgresServer,
  dynamic: string,
) {
  const store = (databaseName: string) => ({
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: `127.0.0.1:${port}`,
      connectProtocol: 'tcp',
      user: 'postgres',
      password: '',
      maxConns: 10,
      maxIdleConns: 10,
      maxConnLifetime: '1h',
    },
  });
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'postgres',
      visibilityStore: 'visibility',
      numHistoryShards: HISTORY_SHARDS,
      datastores: { postgres: store('temporal'), visibility: store('temporal_visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: servicesOf(process, ports),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: frontend },
      },
    },
    publicClient: { hostPort: frontend },
    dynamicConfigClient: { filepath: dynamic, pollInterval: '10s' },
  };
}

/** Each process knows of every service; where the others listen, it is told by them. */
function servicesOf(own: string, ports: ReadonlyMap<string, Ports>) {
  const listed = [
    ...PROCESSES.filter(({ name }) => name !== own),
    ...PROCESSES.filter(({ name }) => name === own),
  ];
  return Object.fromEntries(
    listed.map(({ name, service }): [Service, object] => [
      service,
      { rpc: { ...ports.get(name)!, bindOnIP: '127.0.0.1' } },
    ]),
  );
}

const DAYS_30 = { seconds: 30 * 86_400 };

/** Makes the namespace when it is not there: closed runs stay for 30 days; the ledger keeps what matters for ever. */
export async function wantNamespace(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 60_000 });
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: DAYS_30 as never,
    });
  } catch (error) {
    if (!/already (exists|registered)/i.test((error as Error).message)) throw error;
  } finally {
    await connection.close();
  }
}
