import type { Facts } from '../../domain/deal';
import { factOf as plainFactOf, isRecord, textOf } from '../lossless';
import type { PipedriveRecord } from './api';

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
  const customFields = isRecord(record.custom_fields) ? record.custom_fields : {};
  return Object.fromEntries(
    names.flatMap((name) => {
      const fact = factOf((isCustomField(name) ? customFields : record)[name]);
      return fact === undefined ? [] : [[name, fact]];
    }),
  );
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
  return isRecord(value)
    ? (textOf(value.label) ?? textOf(value.value) ?? textOf(value.id))
    : plainFactOf(value);
}
