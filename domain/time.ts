import { visibleText } from './visible-text';

const TIME =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[T ]((?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d(?:\.\d{1,9})?)? ?(?:Z|([+-]\d\d)(?::?(\d\d))?)$/i;

/** What a time looks like, for messages. */
export const A_TIME = 'a time with its zone, such as 2026-11-24T00:00:00Z';

/**
 * Reads a time of ISO 8601 as senders write it: with `T` or a blank, and as its zone `Z`, `+01:00`, `+0100` or `+01`.
 * One without a zone is none: it may be hours off.
 *
 * @returns ms since 1970, UTC; undefined when it is no time
 */
export function readTime(text: string): number | undefined {
  const [, year, month, day, time, seconds = ':00', hours = '+00', minutes = '00'] =
    TIME.exec(visibleText(text)) ?? [];
  if (year === undefined || Number(day) > daysIn(Number(year), Number(month))) return undefined;
  const ms = Date.parse(`${year}-${month}-${day}T${time}${seconds}${hours}:${minutes}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** A time as it is kept: ISO 8601 in UTC, to the millisecond; undefined when it is no time. */
export function utcOf(text: string): string | undefined {
  const ms = readTime(text);
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
