import { ServiceError } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';
import { LedgerError } from '../../ledger/errors';

const AGAIN_AFTER_MS = 500;

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
