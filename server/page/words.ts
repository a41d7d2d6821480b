import { localIso, localTime, startOfDay } from '../../config/local-time';
import type { DealState } from '../../domain/deal';
import { inUnits } from '../../domain/length-of-time';
import type { PurchaseState } from '../../domain/status';

/** What a status looks like: a colour, with a shape and a word for whoever does not see it. */
export type Look = 'waiting' | 'running' | 'done' | 'refused' | 'quiet';

export const SHAPE: Readonly<Record<Look, string>> = {
  waiting: '◆',
  running: '●',
  done: '✓',
  refused: '✕',
  quiet: '–',
};

interface Word {
  word: string;
  look: Look;
}

/** The statuses of a purchase, in the words of the back office. */
export const PURCHASE_WORDS: Readonly<Record<PurchaseState, Word>> = {
  quoted: { word: 'quoted, not ordered', look: 'quiet' },
  'looking-up': { word: 'looking up', look: 'running' },
  'waiting-for-choice': { word: 'waits for a choice', look: 'waiting' },
  'waiting-for-approval': { word: 'waits for approval', look: 'waiting' },
  ordering: { word: 'ordering', look: 'running' },
  settling: { word: 'looking for its order', look: 'running' },
  'waiting-for-decision': { word: 'waits for a decision', look: 'waiting' },
  confirming: { word: 'waiting for the vendor', look: 'running' },
  ordered: { word: 'ordered', look: 'done' },
  refused: { word: 'refused', look: 'refused' },
  cancelled: { word: 'cancelled', look: 'quiet' },
};

export const DEAL_WORDS: Readonly<Record<DealState, Word>> = {
  reading: { word: 'being read', look: 'running' },
  incomplete: { word: 'incomplete', look: 'waiting' },
  'waiting-for-decision': { word: 'waits for a decision', look: 'waiting' },
  requested: { word: 'requested', look: 'done' },
  'not-won': { word: 'not won', look: 'quiet' },
  dismissed: { word: 'dismissed', look: 'quiet' },
};

/** A length of time with two units at most: `350 ms`, `18 s`, `2 min 5 s`, `3 h`, `2 d 4 h`. */
export function lengthInWords(ms: number): string {
  return ms < 1_000 ? `${Math.max(0, Math.round(ms))} ms` : inUnits(ms, 2);
}

/** How long ago, roughly: `just now`, `12 min ago`, `3 d ago`. */
export function agoInWords(at: Date, now = Date.now()): string {
  const ms = now - at.getTime();
  return ms < 5_000 ? 'just now' : `${inUnits(ms, 1)} ago`;
}

/** How the clocks of a time zone show a moment. */
export class Clock {
  // Made once: to make one takes longer than to use it, and a page shows a hundred moments.
  private readonly dayAndMonth: Intl.DateTimeFormat;
  private readonly nameOfZone: Intl.DateTimeFormat;

  /** @param zone `Europe/Berlin` */
  constructor(readonly zone: string) {
    this.dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: zone });
    this.nameOfZone = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short', timeZone: zone });
  }

  /** `2026-11-27 14:20:07 CET` */
  exact(at: Date): string {
    const { date, time } = localTime(at, this.zone);
    const name = this.nameOfZone.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    return `${date} ${time} ${name}`;
  }

  /** `14:20:07` */
  time(at: Date): string {
    return localTime(at, this.zone).time;
  }

  /** `2026-11-27` */
  day(at: Date): string {
    return localTime(at, this.zone).date;
  }

  /** `2026-11-27T14:20:07+01:00` */
  iso(at: Date): string {
    return localIso(at, this.zone);
  }

  /** The first moment of a day; undefined when there is no such day. */
  startOf(day: string): Date | undefined {
    return startOfDay(day, this.zone);
  }

  /** `14:20` of today, else `27 Nov`. */
  short(at: Date, now = new Date()): string {
    return this.day(at) === this.day(now) ? this.time(at).slice(0, 5) : this.dayAndMonth.format(at);
  }
}

const MONTHS = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** `December 2026`, of a day `2026-12-07`. */
export function monthInWords(day: string): string {
  return MONTHS.format(new Date(`${day}T00:00:00Z`));
}

/** The time zone of that name, as it is usually written; undefined when there is none. */
export function zoneNamed(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** An id that is too long for its place, shortened in its middle. */
export function shortened(id: string, most = 28): string {
  if (id.length <= most) return id;
  const end = Math.floor((most - 1) / 2);
  return `${id.slice(0, most - 1 - end)}…${id.slice(-end)}`;
}
