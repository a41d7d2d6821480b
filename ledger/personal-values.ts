import { createHmac, randomBytes } from 'node:crypto';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import { ERASED, replacePersonal } from '../domain/personal';
import { inParts } from './in-parts';
import type { LedgerTables, RecordKind } from './schema';

/** A personal value, and the key with which its commitment was made. */
export interface PersonalValue {
  commitment: string;
  /** 32 random bytes, hex. */
  key: string;
  value: string;
  /** Where it stands: `request.billingContact.email`. */
  field: string;
}

/** What stands in the record for a personal value: to a search for words, one word that begins with no digit. */
const COMMITTED = /\$personal([0-9a-f]{64})/g;

/** The kind of the event of an erasure, and how the names of its own fields begin. */
export const ERASURE = 'personal-data-erased';

/** HMAC-SHA-256 (hex): whoever does not have the key can neither read the value out of it nor try a guess. */
export function commitmentOf({ key, value }: Pick<PersonalValue, 'key' | 'value'>): string {
  return createHmac('sha256', Buffer.from(key, 'hex')).update(value).digest('hex');
}

/** The commitments that stand in a value, however deep. */
export function commitmentsIn(value: unknown): string[] {
  return [...(JSON.stringify(value) ?? '').matchAll(COMMITTED)].map(([, commitment]) => commitment!);
}

/** Replaces what is personal in what is about to be written, and keeps it; the same value has one commitment in it. */
export class Commitments {
  private readonly made = new Map<string, PersonalValue>();

  /** @param prefix of the names of the fields */
  in<Value>(value: Value, prefix = ''): Value {
    return replacePersonal(value, {
      replace: (personal, field) => this.commit(personal, prefix + field),
      isForeign: (text) => text.search(COMMITTED) >= 0,
    });
  }

  /** The name of a person. */
  commit(value: string, field: string): string {
    const known = this.made.get(value);
    const { commitment } = known ?? this.make(value, field);
    return `$personal${commitment}`;
  }

  get values(): PersonalValue[] {
    return [...this.made.values()];
  }

  private make(value: string, field: string): PersonalValue {
    const key = randomBytes(32).toString('hex');
    const made = { commitment: commitmentOf({ key, value }), key, value, field };
    this.made.set(value, made);
    return made;
  }
}

/** Keeps the values with the record in whose row they stand: a part of the statement that has `written` it. */
export function insertPersonal(record: RecordKind, values: readonly PersonalValue[]): RawBuilder<unknown> {
  const list = (name: keyof PersonalValue) => sql`${values.map((value) => value[name])}::text[]`;
  return sql`
    insert into personal_values (commitment, key, value, field, record, id)
      select v.commitment, v.key, v.value, v.field, ${record}::text, written.id
      from written,
        unnest(${list('commitment')}, ${list('key')}, ${list('value')}, ${list('field')}) as v(commitment, key, value, field)`;
}

/** The rows of a query, with their personal values. */
export async function readRows<Row>(
  db: Kysely<LedgerTables>,
  query: { execute(): Promise<Row[]> },
): Promise<Row[]> {
  return withPersonalValues(db, await query.execute());
}

/** Rows as they were read, with the personal values where their commitments stand; of one that was erased, `(erased)`. */
export async function withPersonalValues<Rows>(db: Kysely<LedgerTables>, rows: Rows): Promise<Rows> {
  const commitments = [...new Set(commitmentsIn(rows))];
  if (commitments.length === 0) return rows;
  const values = new Map<string, string | null>();
  for (const some of inParts(commitments)) {
    const query = db.selectFrom('personal_values').select(['commitment', 'value']);
    const found = await query.where('commitment', 'in', some).execute();
    for (const { commitment, value } of found) values.set(commitment, value);
  }
  return filled(rows, values) as Rows;
}

/** A column of a query: the personal values of its record, which `withOwnValues` puts where they belong. */
export function ownValues(record: RecordKind, id: RawBuilder<unknown>): RawBuilder<OwnValues> {
  return sql<OwnValues>`(
    select jsonb_object_agg(v.commitment, v.value) from personal_values v where v.record = ${record}::text and v.id = ${id})`;
}

/** Of those that were erased, null; without any, null instead of all. */
export type OwnValues = Record<string, string | null> | null;

/** What was read of a record, with its personal values: as `withPersonalValues`, without asking a second time. */
export function withOwnValues<Row>(row: Row, values: OwnValues): Row {
  return values === null ? row : (filled(row, new Map(Object.entries(values))) as Row);
}

function filled(value: unknown, values: ReadonlyMap<string, string | null>): unknown {
  if (typeof value === 'string')
    return value.replace(COMMITTED, (_all, commitment: string) => values.get(commitment) ?? ERASED);
  if (Array.isArray(value)) return value.map((entry) => filled(entry, values));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, filled(entry, values)]));
}
