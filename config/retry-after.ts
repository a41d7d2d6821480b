/** Nobody waits longer than a day because of one header. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

/** The wait that a Retry-After header asks for, in ms: it holds seconds or a date (RFC 9110, 10.2.3). */
export function retryAfterMs(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  const wait = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), LONGEST_MS);
}
