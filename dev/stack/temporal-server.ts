import { setTimeout as delay } from 'node:timers/promises';
import type { TemporalTarget } from '../../config/temporal-connection';
import { freePort } from './free-port';

export interface TemporalServerOptions {
  port: number;
  /** One of those that no browser calls; without it, no web UI. */
  uiPort?: number;
  /** SQLite file; created when it is not there. */
  databaseFile: string;
  namespace: string;
}

/**
 * Settings that make the development server fast. By default it loads one task every 50 ms from each of its queues,
 * and spreads a task queue over four partitions; the last one lets a worker run activities in the same round trip.
 */
const DYNAMIC_CONFIG = [
  'history.transferProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxPollRPS=2000',
  'history.visibilityProcessorMaxPollRPS=2000',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  'system.enableActivityEagerExecution=true',
];

/**
 * How many runs' states the server keeps in memory for an hour, some 12 kB each, where its default is 128,000: twice
 * as many as a worker has in memory, and so few that the server hardly grows with what it has done.
 */
const KEPT_IN_MEMORY = 'history.hostLevelCacheMaxSize=2000';

/**
 * The server has an HTTP API that cannot be left out and that by default answers whatever name it is called by: a web
 * page that makes its own name point to this machine could buy through it. So it answers to none.
 */
const NO_HTTP_API = 'frontend.httpAllowedHosts=["nobody.invalid"]';

/**
 * Ports that no browser calls (Fetch standard, "bad port"). The server's UI checks no host either; on one of these,
 * no web page reaches it but through our guard, which does.
 */
const PORTS_THAT_NO_BROWSER_CALLS = [6665, 6666, 6667, 6668, 6669, 6679, 6697, 4045, 10080];

/** A free port for the UI behind the guard. @throws Error when all are taken */
export async function hiddenUiPort(): Promise<number> {
  for (const port of PORTS_THAT_NO_BROWSER_CALLS) if ((await freePort(port)) === port) return port;
  throw new Error(
    `No port for the Temporal UI: ${PORTS_THAT_NO_BROWSER_CALLS.join(', ')} are all taken. Free one, or set WONCE_TEMPORAL_UI=off.`,
  );
}

/** A server that has just come up may take so long for its first answer. */
const SLOW_ANSWER_MS = 10_000;

/** A server that comes up is found at once: gRPC's own pause after a connection that was refused is a second. */
const SOON = { 'grpc.initial_reconnect_backoff_ms': 50, 'grpc.max_reconnect_backoff_ms': 50 };

/** Arguments of `temporal` for a server of one machine with a database in a file: it survives its own kill. */
export function temporalArguments({
  port,
  uiPort,
  databaseFile,
  namespace,
}: TemporalServerOptions): string[] {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port)],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...['--db-filename', databaseFile, '--namespace', namespace, '--log-level', 'warn'],
    ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=1'],
    ...[...DYNAMIC_CONFIG, KEPT_IN_MEMORY, NO_HTTP_API].flatMap((value) => ['--dynamic-config-value', value]),
  ];
}

/**
 * Waits until a server answers and knows the namespace.
 *
 * @throws Error naming the address and the last failure when it does not within `timeoutMs`
 */
export async function waitForTemporal(target: TemporalTarget, timeoutMs: number): Promise<void> {
  const { address, namespace } = target;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const failure = await describeNamespace(target, 1_000).catch((error: unknown) => error as Error);
    if (failure === undefined) return;
    if (Date.now() > deadline) {
      throw new Error(
        `The Temporal server at ${address} does not answer for the namespace "${namespace}" after ${timeoutMs / 1000} s (${failure.message}).`,
      );
    }
    await delay(50);
  }
}

/** @throws when the server does not answer in time, or does not know the namespace */
export async function describeNamespace(
  { connection: options, namespace }: TemporalTarget,
  timeoutMs: number,
): Promise<undefined> {
  // Loaded while the server comes up.
  const { Connection } = await import('@temporalio/client');
  const channelArgs = { ...options.channelArgs, ...SOON };
  const connection = await Connection.connect({ ...options, channelArgs, connectTimeout: timeoutMs });
  try {
    const deadline = Date.now() + Math.max(timeoutMs, SLOW_ANSWER_MS);
    await connection.withDeadline(deadline, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    return undefined;
  } finally {
    await connection.close();
  }
}
