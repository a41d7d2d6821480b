import { isLoopback } from '../config/loopback';

/** Of each call, from name look-up to the last byte, in ms. */
export const DEADLINE_MS = 10_000;

/** An answer as it came: the official clients hand out the body alone, parsed with loss, and hide a failure's status. */
export interface Answer {
  status: number;
  retryAfter: string | undefined;
  body: string;
}

/** How axios calls a CRM's API: with a bounded answer, each status being one, and no redirect, as the token would go along. */
export function callOptions(address: string, signal: AbortSignal) {
  return {
    signal,
    maxContentLength: 20 * 1024 * 1024,
    maxRedirects: 0,
    // What runs on this machine is not asked for through its proxy; a CRM outside is.
    ...(isLoopback(new URL(address).hostname) && { proxy: false as const }),
    responseType: 'text' as const,
    validateStatus: () => true,
  };
}

/** Why no answer came. Of an error the code alone is told: its other fields hold the request with the token. */
export function reasonOf(error: unknown, signal: AbortSignal, deadlineMs: number): string {
  if (signal.aborted) return `no answer within ${deadlineMs / 1000} s`;
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : 'UNKNOWN';
}
