import type { ComparedBooks } from '../domain/books';
import { readTime } from '../domain/time';
import * as activity from './activity-proxies';
import { final } from './failures';

/**
 * Compares the vendor's orders with the ledger, and keeps what differs. It orders nothing, changes nothing, and starts
 * nothing that does. Started by the Temporal Schedule `books` and by `wonce reconcile`.
 *
 * Fails at once, as InvalidBooks, when it is started with something that is no time.
 */
export async function compareBooks(since?: string): Promise<ComparedBooks> {
  refuseWrongStart(since);
  return activity.compareBooks(since === undefined ? {} : { since });
}

function refuseWrongStart(since: unknown): void {
  if (since === undefined || (typeof since === 'string' && readTime(since) !== undefined)) return;
  throw final({
    code: 'InvalidBooks',
    message: 'Expected a time with its zone, as a text, or nothing: "2026-11-24T00:00:00Z".',
  });
}
