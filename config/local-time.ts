/** A moment as the clocks and calendars of a zone show it. */
export interface LocalTime {
  /** `Friday, 27 November 2026` */
  day: string;
  /** `2026-11-27` */
  date: string;
  /** `14:02:11` */
  time: string;
  /** `Europe/Berlin` */
  zone: string;
  /** `UTC+01:00` */
  offset: string;
}

/**
 * A moment in a zone, that of the machine without one. In a ledger that somebody has changed, a time may be none: then
 * question marks stand there.
 */
export function localTime(at: Date, zone?: string): LocalTime {
  const format = formatOf(zone);
  const { timeZone } = format.resolvedOptions();
  if (Number.isNaN(at.getTime())) {
    return { day: 'No time', date: '????-??-??', time: '??:??:??', zone: timeZone, offset: 'UTC' };
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const { weekday, day, month, year, hour, minute, second } = parts as Record<string, string>;
  return {
    day: `${weekday}, ${day} ${month} ${year}`,
    date: [year!.padStart(4, '0'), twoDigits(MONTHS.indexOf(month!) + 1), twoDigits(Number(day))].join('-'),
    time: `${hour}:${minute}:${second}`,
    zone: timeZone,
    offset: offsetIn(parts.timeZoneName ?? ''),
  };
}

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

/** Made once for each zone: to make one takes longer than to use it. */
const formats = new Map<string | undefined, Intl.DateTimeFormat>();

function formatOf(zone: string | undefined): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    ...{ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
    timeZoneName: 'longOffset',
  });
  formats.set(zone, format);
  return format;
}

/** Node writes GMT+01:00, and GMT alone for UTC. */
function offsetIn(name: string): string {
  return `UTC${name.replace('GMT', '') || '+00:00'}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

/** A moment of a record, `2026-11-27 14:02:11, Europe/Berlin, UTC+01:00`; what is no time is shown as it stands. */
export function momentInWords(at: Date | string, zone?: string): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return String(at);
  const { date, time, zone: name, offset } = localTime(moment, zone);
  return `${date} ${time}, ${name}, ${offset}`;
}

/** A moment by local clocks that still says which one it is: `2026-11-27T14:02:11+01:00`. */
export function localIso(at: Date, zone?: string): string {
  const { date, time, offset } = localTime(at, zone);
  return `${date}T${time}${offset.replace('UTC', '')}`;
}

/** The first moment of a day in a zone, that of the machine without one; undefined when there is no such day. */
export function startOfDay(day: string, zone?: string): Date | undefined {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight)) return undefined;
  // By the offset of the evening before; where the clocks change at midnight, by that of the day itself.
  for (const guess of [midnight - offsetMs(new Date(midnight), zone), midnight]) {
    const start = new Date(midnight - offsetMs(new Date(guess), zone));
    if (localTime(start, zone).date === day) return start;
  }
  return undefined;
}

function offsetMs(at: Date, zone: string | undefined): number {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(localTime(at, zone).offset) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}
