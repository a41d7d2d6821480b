/** Nobody waits longer than a day because of one header. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/** What a Retry-After header asks to wait, in ms; it holds seconds or a date (RFC 9110, 10.2.3). */
export function waitOf(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  const wait = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), LONGEST_WAIT_MS);
}
