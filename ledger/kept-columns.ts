import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json';

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
  return `sha256:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`;
}
