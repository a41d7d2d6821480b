import { keptColumns, mayBeShown, type KeptColumns } from './columns';
import { verifyChain, type Broken, type EventRecord, type Verification } from './hash-chain';
import type { Link } from './ledger-chain';
import { RECORD_KINDS, type RecordKind } from './schema';
import { verifyPersonal, type PersonalRow } from './verify-personal';

/** A row of the ledger, as PostgreSQL's to_jsonb writes it. */
export type Row = Record<string, unknown>;

/** All that the ledger holds of a record, as it stood at one moment. */
export interface StoredRecord {
  id: string;
  row: Row | null;
  /** Attempts of a purchase, wins of a deal. */
  parts: Row[];
  /** By number. */
  events: EventRecord[];
  /** By place in the ledger. */
  links: Link[];
  /** What is kept beside it of people. */
  personal: PersonalRow[];
}

/**
 * Whether a record is what was written: its events follow each other, each has its link in the chain of the whole ledger,
 * and its rows are what its events say. Pure.
 */
export function verifyRecord(kind: RecordKind, record: StoredRecord): Verification {
  const { id, row, parts, events, links, personal } = record;
  if (row === null) return isGone(kind, record);
  const head = { eventCount: Number(row.event_count), headHash: String(row.head_hash) };
  const chain = verifyChain(events, head);
  if (!chain.ok) return chain;
  const unsealed = verifyLinks(events, links);
  if (unsealed !== undefined) return unsealed;
  if (events.length === 0) return broken(1, `no event tells of this ${kind}`);
  const differences = differencesOf(kind, rebuild(kind, id, events), { row, parts });
  if (differences.length > 0) return broken(events.length, differences.join('; '));
  return verifyPersonal({ rows: [row, parts], events, personal }) ?? chain;
}

function isGone(kind: RecordKind, { events, links }: StoredRecord): Broken {
  const first = links[0] === undefined ? '' : `, the first as link ${links[0].seq}`;
  return broken(
    1,
    `the ${kind} is gone: ${links.length} events of it are in the chain of the ledger${first}, ` +
      `${events.length} of them are still there`,
  );
}

/** Each event has its link, each link its event, in the same order. */
function verifyLinks(events: readonly EventRecord[], links: readonly Link[]): Broken | undefined {
  for (let place = 0; place < Math.max(events.length, links.length); place++) {
    const [event, link] = [events[place], links[place]];
    const seq = place + 1;
    if (link === undefined) return broken(seq, 'is not in the chain of the ledger');
    if (event === undefined)
      return broken(seq, `is missing: the chain of the ledger has it as link ${link.seq}`);
    if (link.eventSeq !== event.seq || link.eventHash !== event.hash)
      return broken(seq, `is not what the chain of the ledger has as link ${link.seq}`);
  }
  return undefined;
}

/** What the rows of a record must be, by its events. */
interface Rebuilt {
  row: KeptColumns;
  /** By number. */
  parts: Map<number, KeptColumns>;
}

/** Rebuilds the rows of a record from its events, oldest first. */
function rebuild(kind: RecordKind, id: string, events: readonly EventRecord[]): Rebuilt {
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
function differencesOf(
  kind: RecordKind,
  rebuilt: Rebuilt,
  stored: { row: Row; parts: readonly Row[] },
): string[] {
  const { part: word, number } = RECORD_KINDS[kind];
  const there = new Map(stored.parts.map((part) => [Number(part[number]), part]));
  const missing = [...rebuilt.parts.keys()].filter((place) => !there.has(place));
  const twice = stored.parts.filter((part) => there.get(Number(part[number])) !== part);
  return [
    ...differingColumns(rebuilt.row, stored.row),
    ...twice.map((part) => `${word} ${Number(part[number])} is there twice`),
    ...missing.map((place) => `${word} ${place} is missing`),
    ...[...there].flatMap(([place, part]) => {
      const told = rebuilt.parts.get(place);
      if (told === undefined) return [`no event tells of ${word} ${place}`];
      return differingColumns(told, part).map((difference) => `${word} ${place}: ${difference}`);
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

function broken(seq: number, problem: string): Broken {
  return { ok: false, seq, problem };
}
