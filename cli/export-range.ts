import { ClientError } from '../client/client-error';
import { readTime } from '../domain/time';
import { localTime } from '../config/local-time';

/** A time from one moment to another one, which is not part of it. */
export interface ExportRange {
  from: Date;
  to: Date;
}

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;

/**
 * Reads a range that a person wrote: `2026-11-01..2026-11-30`, days of the zone of this machine, both included; or times with
 * their zones, of which the second is not included.
 *
 * @throws ClientError WrongUse with an example
 */
export function readRange(text: string): ExportRange {
  const [first, last, ...more] = text.split('..');
  if (first === undefined || last === undefined || more.length > 0)
    throw wrongRange(text, 'two ends with two points between');
  const from = startOf(first, 0);
  const to = startOf(last, 1);
  if (from === undefined) throw wrongRange(first, END);
  if (to === undefined) throw wrongRange(last, END);
  if (from >= to) throw wrongRange(text, 'the earlier end first');
  return { from, to };
}

const END = 'a day, such as 2026-11-30, or a time with its zone, such as 2026-11-30T12:00:00Z';

/** @param after so many days after a day; a time is what it is */
function startOf(text: string, after: 0 | 1): Date | undefined {
  const [, year, month, day] = DAY.exec(text) ?? [];
  if (year === undefined) {
    const ms = readTime(text);
    return ms === undefined ? undefined : new Date(ms);
  }
  const numbers = [Number(year), Number(month) - 1, Number(day)] as const;
  // JavaScript takes the 31st of November for the 1st of December, and the year 50 for 1950.
  const isDay = localTime(new Date(...numbers)).date === text;
  return isDay ? new Date(numbers[0], numbers[1], numbers[2] + after) : undefined;
}

function wrongRange(came: string, expected: string): ClientError {
  return new ClientError(
    'WrongUse',
    `--export: expected ${expected}; came "${came.slice(0, 120)}". For example: wonce audit --export 2026-11-01..2026-11-30`,
  );
}
