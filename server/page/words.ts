import type { DealState } from '../../domain/deal';
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

const UNITS: readonly [ms: number, unit: string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

/** A length of time with two units at most: `350 ms`, `18 s`, `2 min 5 s`, `3 h`, `2 d 4 h`. */
export function lengthInWords(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  const first = UNITS.findIndex(([size]) => ms >= size);
  const [size, unit] = UNITS[first]!;
  const whole = Math.floor(ms / size);
  const next = UNITS[first + 1];
  const rest = next === undefined ? 0 : Math.floor((ms - whole * size) / next[0]);
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${next![1]}`;
}

/** How long ago, roughly: `just now`, `12 min ago`, `3 d ago`. */
export function agoInWords(at: Date, now = Date.now()): string {
  const ms = now - at.getTime();
  if (ms < 5_000) return 'just now';
  const [size, unit] = UNITS.find(([one]) => ms >= one)!;
  return `${Math.floor(ms / size)} ${unit} ago`;
}

/** How the clocks of a time zone show a moment. */
export class Clock {
  /** @param zone `Europe/Berlin` */
  constructor(readonly zone: string) {}

  /** `2026-11-27 14:20:07 CET` */
  exact(at: Date): string {
    return `${this.day(at)} ${this.time(at)} ${this.part(at, { timeZoneName: 'short' }, 'timeZoneName')}`;
  }

  /** `14:20:07` */
  time(at: Date): string {
    return this.format(at, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  }

  /** `2026-11-27` */
  day(at: Date): string {
    const [year, month, day] = ['year', 'month', 'day'].map((type) =>
      this.part(at, { year: 'numeric', month: '2-digit', day: '2-digit' }, type),
    );
    return `${year}-${month}-${day}`;
  }

  /** `14:20` of today, else `27 Nov`. */
  short(at: Date, now = new Date()): string {
    if (this.day(at) === this.day(now)) return this.time(at).slice(0, 5);
    return this.format(at, { day: 'numeric', month: 'short' });
  }

  private format(at: Date, options: Intl.DateTimeFormatOptions): string {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: this.zone }).format(at);
  }

  private part(at: Date, options: Intl.DateTimeFormatOptions, type: string): string {
    const format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: this.zone });
    return format.formatToParts(at).find((part) => part.type === type)?.value ?? '';
  }
}

/** Whether there is such a time zone. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** An id that is too long for its place, shortened in its middle. */
export function shortened(id: string, most = 28): string {
  if (id.length <= most) return id;
  const end = Math.floor((most - 1) / 2);
  return `${id.slice(0, most - 1 - end)}…${id.slice(-end)}`;
}
