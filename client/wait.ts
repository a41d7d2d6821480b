import { setTimeout as delay } from 'node:timers/promises';
import { exponentialBackoff } from '../domain/backoff';
import { isTerminal, type PurchaseStatus, waitsForPerson } from '../domain/status';
import { LedgerError } from '../ledger/errors';
import { ClientError } from './client-error';

/** How to wait for a purchase; see `WonceClient.wait`. */
export interface WaitOptions {
  onChange?: (report: StatusReport) => void;
  until?: (status: PurchaseStatus) => boolean;
  timeoutMs?: number;
}

/** Quick at first, for a purchase that takes a second, and calm for one that takes weeks. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Looks at a purchase, again and again with growing pauses, until there is nothing more to wait for.
 *
 * @param look how it stands; told when the waiting is over, in ms since 1970
 * @param pauseOrEnd pauses for so many ms, or less when the run that goes on ends
 */
export async function waitFor(
  look: (deadline: number) => Promise<StatusReport>,
  pauseOrEnd: (ms: number) => Promise<void>,
  { onChange, until, timeoutMs = Infinity }: WaitOptions,
): Promise<StatusReport> {
  const deadline = Date.now() + timeoutMs;
  let report = await look(deadline);
  let shown = '';
  for (let looks = 0; ; looks++) {
    const words = inWords(report);
    if (words !== shown) onChange?.(report);
    shown = words;
    const leftMs = deadline - Date.now();
    if (isOver(report) || until?.(report.status) === true || leftMs <= 0) return report;
    const pauseMs = Math.min(exponentialBackoff(FIRST_PAUSE_MS, looks, LONGEST_PAUSE_MS), leftMs);
    await (report.goesOn === true ? pauseOrEnd(pauseMs) : delay(pauseMs));
    report = await look(deadline).catch(unlessAway(report));
  }
}

function isOver({ status, goesOn }: StatusReport): boolean {
  return isTerminal(status.status) || waitsForPerson(status.status) || goesOn === false;
}

function inWords({ status, remarks }: StatusReport): string {
  return `${status.status} ${status.attempts} ${remarks.join(' ')}`;
}

/** What is known of the purchase does not end with Temporal or the ledger being away for a while. */
function unlessAway({ status }: StatusReport) {
  return (error: unknown): StatusReport => {
    const isAway =
      error instanceof LedgerError ||
      (error instanceof ClientError && ['TemporalUnreachable', 'LedgerUnreachable'].includes(error.code));
    if (!isAway) throw error;
    return { status, remarks: [error.message] };
  };
}

/** A status with remarks for people: where it comes from when not from the run, what the run is waiting for. */
export interface StatusReport {
  status: PurchaseStatus;
  remarks: string[];
  /** Whether a run goes on with it; undefined when Temporal does not say. */
  goesOn?: boolean | undefined;
  /** A run goes on with it, and no worker answers for it. */
  isSilent?: true;
}
