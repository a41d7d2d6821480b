import type { Facts } from '../../domain/deal';
import { readTime } from '../../domain/time';
import { isBlank } from '../../domain/visible-text';
import { factOf as plainFactOf, factsBy, isJsonObject, textOf } from '../lossless';
import { timeBetween, type WonTime } from '../won-run';
import { unreadable, type PipedriveRecord } from './api';

/** At most so many keys may be asked for (client 33.7.0, `custom_fields`). */
const MOST_CUSTOM_FIELDS = 15;

/** What to ask for, so that the named custom fields come, options with their labels. */
export function asksFor(names: readonly string[]): { custom_fields?: string; include_option_labels: true } {
  const keys = names.filter(isCustomField);
  return {
    include_option_labels: true,
    // Without it all of them come.
    ...(keys.length > 0 && keys.length <= MOST_CUSTOM_FIELDS && { custom_fields: keys.join(',') }),
  };
}

/** The named fields of a record that hold something; custom fields go by their key of 40 characters. */
export function factsOf(record: PipedriveRecord, names: readonly string[]): Facts {
  const customFields = isJsonObject(record.custom_fields) ? record.custom_fields : {};
  return factsBy(names, (name) => factOf((isCustomField(name) ? customFields : record)[name]));
}

function isCustomField(name: string): boolean {
  return /^[0-9a-f]{40}$/.test(name);
}

/** An option is its label, money and an address their value, a list its entries with commas between. */
function factOf(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const facts = value.map(factOf).filter((fact) => fact !== undefined);
    return facts.length === 0 ? undefined : facts.join(', ');
  }
  return isJsonObject(value)
    ? (textOf(value.label) ?? textOf(value.value) ?? textOf(value.id))
    : plainFactOf(value);
}

/** The time of a win and the entry about it in the changelog are written one after the other. */
const SAME_MOMENT_MS = 60_000;

interface StatusChange {
  at: number;
  to: string | undefined;
}

/**
 * When a deal became won. Its `won_time` can be edited while it stays won (client 33.7.0, `updateDeal`): the change of its
 * status in the changelog is the proof, and an earlier `won_time` a reason for doubt.
 *
 * @param changelog undefined when Pipedrive does not show it
 */
export function wonTimeIn(
  where: string,
  deal: PipedriveRecord,
  changelog: readonly PipedriveRecord[] | undefined,
): WonTime {
  const told = timeOf(where, 'won_time', deal.won_time);
  const last = (changelog ?? []).flatMap(statusChangeOf).reduce(laterOf, undefined);
  if (last === undefined) {
    // It may have been won from the beginning.
    const added = timeOf(where, 'add_time', deal.add_time) ?? told;
    return isSameMoment(added, told) ? timeBetween(told, told) : timeBetween(added, told);
  }
  if (last.to !== 'won') return timeBetween(last.at, told !== undefined && told > last.at ? told : undefined);
  return isSameMoment(last.at, told) ? timeBetween(told, told) : timeBetween(told, last.at);
}

function statusChangeOf(entry: PipedriveRecord): StatusChange[] {
  const [from, to] = [textOf(entry.old_value), textOf(entry.new_value)];
  // A deal that comes back from the bin is what it was.
  const isChange = textOf(entry.field_key) === 'status' && from !== to && ![from, to].includes('deleted');
  if (!isChange) return [];
  // Times of the older API are UTC, without saying so.
  const time = textOf(entry.time)?.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/, '$1T$2Z');
  return [{ at: timeOf('deals/{id}/changelog', 'time', time) ?? 0, to }];
}

function laterOf(one: StatusChange | undefined, other: StatusChange): StatusChange {
  return one === undefined || other.at > one.at ? other : one;
}

function isSameMoment(one: number | undefined, other: number | undefined): boolean {
  return one !== undefined && other !== undefined && Math.abs(one - other) <= SAME_MOMENT_MS;
}

/** ms since 1970. */
export function timeOf(where: string, name: string, time: unknown): number | undefined {
  if (isBlank(time)) return undefined;
  const ms = readTime(textOf(time) ?? '');
  if (ms === undefined) throw unreadable(where, `expected a time with its zone (RFC 3339) in \`${name}\``);
  return ms;
}
