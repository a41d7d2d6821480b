import { Connection } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';
import type { TemporalTarget } from '../settings/temporal-connection';

export interface TemporalServerOptions {
  port: number;
  /** Without it, no web UI. */
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
    ...DYNAMIC_CONFIG.flatMap((value) => ['--dynamic-config-value', value]),
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
    const failure = await describeNamespace(target).catch((error: unknown) => error as Error);
    if (failure === undefined) return;
    if (Date.now() > deadline) {
      throw new Error(
        `The Temporal server at ${address} does not answer for the namespace "${namespace}" after ${timeoutMs / 1000} s (${failure.message}).`,
      );
    }
    await delay(50);
  }
}

async function describeNamespace({ connection: options, namespace }: TemporalTarget): Promise<undefined> {
  const connection = await Connection.connect({ ...options, connectTimeout: 1_000 });
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return undefined;
  } finally {
    await connection.close();
  }
}
