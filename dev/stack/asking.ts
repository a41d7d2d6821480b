import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import type { TemporalTarget } from '../../config/temporal-connection';
import { describeNamespace } from './temporal-server';

/** After so long the one who asks has given up, in ms; nothing of a question must stay for ever. */
const GIVEN_UP_MS = 10_000;

/** Whether somebody answers HTTP there, whatever the answer is. */
export async function askHttp(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(GIVEN_UP_MS) });
  await response.arrayBuffer();
}

/** Whether a ledger carries out a statement. */
export async function askLedger(url: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: GIVEN_UP_MS,
    query_timeout: GIVEN_UP_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
  } finally {
    void client.end().catch(() => undefined);
  }
}

/** Whether a Temporal server knows its namespace: that goes through its database. */
export async function askTemporal(target: TemporalTarget): Promise<void> {
  await describeNamespace(target, GIVEN_UP_MS);
}

/** Whether a worker runs and its event loop turns: it answers any message of its supervisor. */
export async function askWorker(child: ChildProcess): Promise<void> {
  const answer = once(child, 'message', { signal: AbortSignal.timeout(GIVEN_UP_MS) });
  // A channel that is closed says so in the answer that never comes.
  child.send('Do you run?', () => undefined);
  await answer;
}
