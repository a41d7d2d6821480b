import { textOf } from './envelope';

/** No order of the Partner Portal's API is older. */
const EARLIEST_MS = Date.UTC(2015, 0, 1);

/** The vendor's clock may be wrong, but not by that much. */
const YEAR_MS = 366 * 24 * 60 * 60 * 1000;

/** Java writes a large number with an exponent. */
const NUMBER = /^\d+(\.\d+)?(e\+?\d+)?$/i;

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?) ?(?:Z|([+-]\d\d):?(\d\d)?)$/i;

/**
 * The moment that a `createTime` means, in ms since 1970. Its unit is not documented (vendor page "Query Order List":
 * Long): seconds and milliseconds, as number or text, are told apart by which of them is plausible; ISO 8601 is read
 * too. The vendor may write it to the second, so the order may have come up to a second later.
 *
 * @returns undefined for what is no moment: implausible, or ISO text without a zone, which may be hours off
 */
export function createTimeMs(value: unknown, now = Date.now()): number | undefined {
  const text = textOf(value) ?? '';
  const found = readings(text).find((ms) => ms >= EARLIEST_MS && ms <= now + YEAR_MS);
  return found === undefined ? undefined : Math.round(found);
}

function readings(text: string): number[] {
  if (NUMBER.test(text)) return [Number(text), Number(text) * 1000];
  const [, date, time, hours = '+00', minutes = '00'] = ISO.exec(text) ?? [];
  return date === undefined ? [] : [Date.parse(`${date}T${time}${hours}:${minutes}`)];
}
