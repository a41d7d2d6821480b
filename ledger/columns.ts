import { sql } from 'kysely';
import { canonicalJson } from '../domain/canonical-json';
import type { Reason } from '../domain/status';
import { sha256 } from './sha256';

/** Columns of a row as an event keeps them: plain values, or the digest of what may be personal. */
export type KeptColumns = Record<string, string | number | boolean | null>;

/** The columns that an event has set, by table. */
export type Changed = Record<string, KeptColumns>;

/** What may hold personal data or a secret is kept in its row only; events keep its digest. */
const MAY_BE_PERSONAL: ReadonlySet<string> = new Set([
  'request',
  'body',
  'result',
  'evidence',
  'question',
  'quote',
  'missing',
  'reason_message',
  'activation_code',
]);

const TIMES: ReadonlySet<string> = new Set([
  'at',
  'started_at',
  'ended_at',
  'won_at',
  'created_at',
  'updated_at',
  'asked_until',
]);

/** Whether a column's value may be shown to whoever verifies the ledger. */
export function mayBeShown(column: string): boolean {
  return !MAY_BE_PERSONAL.has(column);
}

/** Columns as they are written, or as PostgreSQL's to_jsonb gives them back, in the one form in which they are kept. */
export function keptColumns(columns: object): KeptColumns {
  return Object.fromEntries(
    Object.entries(columns)
      .filter(([, value]) => value !== undefined)
      .map(([column, value]) => [column, kept(column, value)]),
  );
}

function kept(column: string, value: unknown): KeptColumns[string] {
  if (value === null) return null;
  if (value instanceof Date) return timeInUtc(value);
  if (TIMES.has(column) && typeof value === 'string') return timeInUtc(new Date(value), value);
  if (MAY_BE_PERSONAL.has(column) || typeof value === 'object') return digestOf(value);
  return value as string | number | boolean;
}

/** ISO 8601; what is no time of JavaScript's (infinity, a year before Christ) stays as it is. */
function timeInUtc(time: Date, text = ''): string {
  return Number.isNaN(time.getTime()) ? text : time.toISOString();
}

function digestOf(value: unknown): string {
  return `sha256:${sha256(canonicalJson(value))}`;
}

export function reasonColumns(reason: Reason | undefined) {
  return { reason_code: reason?.code ?? null, reason_message: reason?.message ?? null };
}

/** A column's value as the database takes it: what is no plain value and no time is JSON. */
export function asParameter(value: unknown): unknown {
  const isJson = typeof value === 'object' && value !== null && !(value instanceof Date);
  return isJson ? JSON.stringify(value) : value;
}

/** `column = value` for each, as an update sets them. */
export function assignments(columns: object) {
  return sql.join(
    Object.entries(columns).map(([column, value]) => sql`${sql.ref(column)} = ${asParameter(value)}`),
  );
}

/** The names and the values of columns, as an insert lists them. */
export function namesAndValues(columns: object) {
  return {
    names: sql.join(Object.keys(columns).map((column) => sql.ref(column))),
    values: sql.join(Object.values(columns).map(asParameter)),
  };
}

/** What Postgres refuses in text and jsonb: the character NUL, and halves of surrogate pairs. */
const NOT_STORABLE = /\0|\p{Cs}/gu;

/**
 * The same value with every text fit for the database. An answer of the vendor that could not be written down would
 * lose the record of an order that was paid for; a replaced character loses nothing that matters.
 */
export function storable<Value>(value: Value): Value {
  return fit(value) as Value;
}

function fit(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(NOT_STORABLE, '\uFFFD');
  if (Array.isArray(value)) return value.map(fit);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [fit(key), fit(entry)]));
}
