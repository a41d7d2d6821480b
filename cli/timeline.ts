import { inUnits } from '../domain/length-of-time';
import { printable } from '../domain/printable';
import type { EventRecord, Verification } from '../ledger/hash-chain';
import { localTime, type LocalTime } from '../config/local-time';
import { actorBeside, stepInWords } from '../domain/steps-in-words';
import { wrapped } from './wrap';

type Events = readonly Pick<EventRecord, 'at' | 'actor' | 'kind' | 'data'>[];

const COLUMNS = 80;

/** Time and pause stand before what happened. */
const TIME_COLUMNS = '14:02:11  '.length;
const PAUSE_COLUMNS = '+23 h 59 min  '.length;
const HANGING = TIME_COLUMNS + PAUSE_COLUMNS;

/**
 * What happened to a purchase or a deal, for people: at most 80 columns, by days, each step with its local time and the time since the
 * step before; and whether it is what was written. What others wrote never begins a line.
 *
 * @param what `Purchase deal-4711`
 * @param zone such as Europe/Berlin; that of the machine without one
 */
export function timelineInWords(
  what: string,
  events: Events,
  verification: Verification,
  zone?: string,
): string {
  const times = events.map(({ at }) => localTime(at, zone));
  const [first] = times;
  const lines = [...wrapped(printable(what), COLUMNS)];
  if (first !== undefined) lines.push(`Times of ${first.zone}, ${first.offset}`);
  for (const [index, event] of events.entries()) {
    const [time, before] = [times[index]!, times[index - 1]];
    if (time.day !== before?.day || time.offset !== before.offset) lines.push('', dayInWords(time, first!));
    const pause = pauseInWords(event.at, events[index - 1]?.at);
    lines.push(...stepLines(time.time, pause, withActor(event)));
  }
  return [...lines, '', ...verdict(events.length, verification)].join('\n');
}

/** With the offset where it is not that of the head: clocks were changed. */
function dayInWords({ day, offset }: LocalTime, first: LocalTime): string {
  return offset === first.offset ? day : `${day}, ${offset}`;
}

function withActor(event: Events[number]): string[] {
  const [step, ...more] = stepInWords(event);
  const actor = actorBeside(event);
  return [actor === undefined ? step : `${step} (${actor})`, ...more];
}

function stepLines(time: string, pause: string, words: readonly string[]): string[] {
  const head = `${time.padEnd(TIME_COLUMNS)}${pause.padEnd(PAUSE_COLUMNS)}`;
  return words
    .flatMap((text) => wrapped(printable(text), COLUMNS - HANGING))
    .map((line, index) => (index === 0 ? head : ' '.repeat(HANGING)) + line);
}

/** The time since the step before, in its two largest units; below 0 where the clocks of two machines differ. */
function pauseInWords(at: Date, before: Date | undefined): string {
  const ms = at.getTime() - (before?.getTime() ?? NaN);
  if (Number.isNaN(ms)) return '';
  return `${ms < 0 ? '-' : '+'}${lengthInWords(Math.abs(ms))}`;
}

/** Of so many the hours do not matter, and find no room. */
const MANY_DAYS_MS = 10_000 * 86_400_000;

function lengthInWords(ms: number): string {
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  return inUnits(ms, ms < MANY_DAYS_MS ? 2 : 1);
}

function verdict(count: number, verification: Verification): string[] {
  const words = verification.ok
    ? `The chain of ${count} events holds.`
    : `THE CHAIN IS BROKEN at event ${verification.seq}: ${printable(verification.problem)}`;
  return wrapped(words, COLUMNS - 2).map((line, index) => (index === 0 ? line : `  ${line}`));
}
