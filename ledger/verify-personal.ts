import type { Broken, EventRecord } from './hash-chain';
import { commitmentOf, commitmentsIn, ERASURE } from './personal-values';

/** A row of personal_values, as PostgreSQL's to_jsonb writes it. */
export interface PersonalRow {
  commitment: string;
  key: string | null;
  value: string | null;
  field: string;
}

/** What a record names of people, and what is kept of it. */
export interface NamedPeople {
  /** The record's row, and what belongs to it. */
  rows: unknown;
  events: readonly EventRecord[];
  personal: readonly PersonalRow[];
}

/** Whether each personal value is the one that was written, or was erased as an event says. Values are never told. */
export function verifyPersonal({ rows, events, personal }: NamedPeople): Broken | undefined {
  const kept = new Map(personal.map((row) => [row.commitment, row]));
  const erasures = erasuresIn(events);
  for (const [commitment, seq] of namedIn(rows, events, personal)) {
    const problem = problemOf(commitment, kept.get(commitment), erasures.get(commitment));
    if (problem !== undefined) return { ok: false, seq, problem };
  }
  return undefined;
}

/** What the event of an erasure tells. */
export interface ErasureData {
  /** Of the values that were erased. */
  commitments: string[];
  /** How many of each field. */
  fields: Record<string, number>;
}

/** By commitment the event that has erased it. */
function erasuresIn(events: readonly EventRecord[]): Map<string, number> {
  return new Map(
    events
      .filter(({ kind }) => kind === ERASURE)
      .flatMap(({ seq, data }) =>
        ((data as Partial<ErasureData>).commitments ?? []).map((commitment) => [commitment, seq] as const),
      ),
  );
}

/** Every commitment, with the event that names it first; of what stands in a row alone, the last one. */
function namedIn(
  rows: unknown,
  events: readonly EventRecord[],
  personal: readonly PersonalRow[],
): Map<string, number> {
  const named = new Map<string, number>();
  const note = (commitments: readonly string[], seq: number) =>
    commitments.forEach((commitment) => named.set(commitment, named.get(commitment) ?? seq));
  for (const { seq, actor, data } of events) note(commitmentsIn([actor, data]), seq);
  note([...commitmentsIn(rows), ...personal.map(({ commitment }) => commitment)], events.length);
  return named;
}

function problemOf(
  commitment: string,
  row: PersonalRow | undefined,
  erasedBy: number | undefined,
): string | undefined {
  const { key = null, value = null, field = '' } = row ?? {};
  if (erasedBy !== undefined) {
    const isThere = key !== null || value !== null;
    return isThere ? `a personal value that event ${erasedBy} has erased is there: ${field}` : undefined;
  }
  const which = row === undefined ? commitment.slice(0, 8) : field;
  if (key === null || value === null)
    return `a personal value is gone, and no event says that it was erased: ${which}`;
  if (commitmentOf({ key, value }) === commitment) return undefined;
  return `a personal value was changed after it was written: ${which}`;
}
