import { Client, Connection, type ClientInterceptors } from '@temporalio/client';
import { Ledger } from '../ledger/ledger';
import { temporalTarget, type TemporalTarget } from '../config/temporal-connection';
import type { LedgerParts } from './client-parts';
import { DealInbox } from './deal-inbox';
import { openLedger } from './open-ledger';
import { ShortRetries } from './short-retries';
import { WonceClient } from './wonce-client';
import { present } from '../domain/optional';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A client for the Temporal and the ledger that the environment names. One of the two may be out of reach: the other
 * answers what it can.
 *
 * @param opened the ledger, when it is open already; it is closed with the client
 */
export async function connectClient(env: Environment, opened?: LedgerParts): Promise<WonceClient> {
  const target = temporalTarget(env);
  const [temporal, { ledger, problems }] = await Promise.all([
    connectTemporal(target).catch(() => undefined),
    opened ?? openLedger(env.DATABASE_URL),
  ]);
  const unreachable = `No Temporal server answers at ${target.address}. Set TEMPORAL_ADDRESS, or run npm start.`;
  return new WonceClient({
    taskQueue: env.WONCE_TASK_QUEUE ?? 'wonce',
    ...present({ temporal, ledger }),
    problems: temporal === undefined ? [unreachable, ...problems] : problems,
  });
}

/**
 * A client and an inbox for a process that outlives the outages of Temporal and the ledger: both are connected to when
 * they are needed, and again when they are back.
 *
 * @param interceptors of Temporal's client
 */
export function connectServerClient(
  target: TemporalTarget,
  settings: { taskQueue: string; databaseUrl: string },
  interceptors?: ClientInterceptors,
): { client: WonceClient; inbox: DealInbox; temporal: Client } {
  const { taskQueue, databaseUrl } = settings;
  const retries = new ShortRetries();
  const connection = Connection.lazy({
    ...target.connection,
    channelArgs: channelArgsOf(target),
    interceptors: [retries.interceptor],
  });
  const temporal = new Client({
    connection,
    namespace: target.namespace,
    dataConverter: target.dataConverter,
    ...present({ interceptors }),
  });
  const ledger = Ledger.lazily(databaseUrl);
  return {
    client: new WonceClient({ taskQueue, temporal, ledger, problems: [], endRetries: () => retries.end() }),
    inbox: new DealInbox(temporal, taskQueue),
    temporal,
  };
}

/** Without the maximum, the pauses between two tries to connect again grow to two minutes. */
function channelArgsOf({ connection }: TemporalTarget) {
  return { ...connection.channelArgs, 'grpc.max_reconnect_backoff_ms': 2_000 };
}

async function connectTemporal(target: TemporalTarget): Promise<Client> {
  const { connection, namespace, dataConverter } = target;
  const options = { ...connection, channelArgs: channelArgsOf(target), connectTimeout: '5 seconds' } as const;
  return new Client({ connection: await Connection.connect(options), namespace, dataConverter });
}
