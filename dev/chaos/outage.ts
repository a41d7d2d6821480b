import { ServiceError } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';
import { LedgerError } from '../../ledger/errors';

const AGAIN_AFTER_MS = 500;
const POST_MS = 20_000;

/** Repeats what failed because a process is down, as whoever uses Wonce would. Anything else is thrown. */
export async function throughOutages<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isOutage(error)) throw error;
      await delay(AGAIN_AFTER_MS);
    }
  }
}

function isOutage(error: unknown): boolean {
  return (
    (error instanceof LedgerError && error.code === 'LedgerUnavailable') || error instanceof ServiceError
  );
}

/** Posts a request to a server; when it is away or something that it needs is, to the next one, as a balancer would. */
export async function postToOneOf(serverUrls: readonly string[], request: object): Promise<void> {
  for (let sent = Math.floor(Math.random() * serverUrls.length); ; sent++) {
    const status = await posted(serverUrls[sent % serverUrls.length]!, request);
    if (status !== undefined && status < 300) return;
    if (status !== undefined && status < 500 && status !== 429) {
      throw new Error(`A server refused a purchase with ${status}.`);
    }
    await delay(AGAIN_AFTER_MS);
  }
}

/** @returns the status, or undefined when no answer came */
async function posted(serverUrl: string, request: object): Promise<number | undefined> {
  try {
    const { status } = await fetch(`${serverUrl}/purchases`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(POST_MS),
    });
    return status;
  } catch {
    return undefined;
  }
}
