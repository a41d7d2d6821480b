import type { ChainedEvent } from './hash-chain';
import { keptColumns, mayBeShown, type KeptColumns } from './kept-columns';
import { RECORD_KINDS, type RecordKind } from './record-kinds';

/** A row of the ledger, as PostgreSQL's to_jsonb writes it. */
export type Row = Record<string, unknown>;

/** What the rows of a record must be, by its events. */
export interface Rebuilt {
  row: KeptColumns;
  /** By number: attempts of a purchase, wins of a deal. */
  parts: Map<number, KeptColumns>;
}

/** Rebuilds the rows of a record from its events, oldest first. Pure. */
export function rebuild(
  kind: RecordKind,
  id: string,
  events: readonly (ChainedEvent & { hash: string })[],
): Rebuilt {
  const { rows, key, parts: table, number } = RECORD_KINDS[kind];
  const row: KeptColumns = { [key]: id };
  const parts: Rebuilt['parts'] = new Map();
  for (const { changed } of events) {
    Object.assign(row, changed[rows]);
    const part = changed[table];
    if (part === undefined) continue;
    const place = Number(part[number]);
    parts.set(place, { [key]: id, ...parts.get(place), ...part });
  }
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) return { row, parts };
  const ends = {
    event_count: events.length,
    head_hash: last.hash,
    created_at: first.at,
    updated_at: last.at,
  };
  return { row: { ...row, ...keptColumns(ends) }, parts };
}

/** In what the rows of a record are not what its events say; each in words, without personal data. */
export function differencesOf(
  kind: RecordKind,
  rebuilt: Rebuilt,
  stored: { row: Row; parts: readonly Row[] },
): string[] {
  const { number } = RECORD_KINDS[kind];
  const there = new Map(stored.parts.map((part) => [Number(part[number]), part]));
  const missing = [...rebuilt.parts.keys()].filter((place) => !there.has(place));
  const twice = stored.parts.filter((part) => there.get(Number(part[number])) !== part);
  return [
    ...differingColumns(rebuilt.row, stored.row),
    ...twice.map((part) => `${number} ${Number(part[number])} is there twice`),
    ...missing.map((place) => `${number} ${place} is missing`),
    ...[...there].flatMap(([place, part]) => {
      const told = rebuilt.parts.get(place);
      if (told === undefined) return [`no event tells of ${number} ${place}`];
      return differingColumns(told, part).map((difference) => `${number} ${place}: ${difference}`);
    }),
  ];
}

function differingColumns(told: KeptColumns, row: Row): string[] {
  return Object.entries(keptColumns(row)).flatMap(([column, value]) => {
    const expected = told[column] ?? null;
    if (value === expected) return [];
    if (!mayBeShown(column)) return [`${column} is not what the events say`];
    return [`${column} is ${JSON.stringify(value)}, the events say ${JSON.stringify(expected)}`];
  });
}
