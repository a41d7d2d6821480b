import { isLosslessNumber } from 'lossless-json';
import { isRecord } from '../../portal/envelope';

const NAME = /^[A-Za-z_]\w{0,39}$/;
const MAX_KEYS = 60;
const MAX_DEPTH = 6;

/** The type of a JSON value, in a word; of a text nothing but that it is one. */
export function typeOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (isLosslessNumber(value)) return 'number';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'string' ? 'text' : typeof value;
}

/** The types that a key has in some objects, each once: `text`, `text or number`. */
export function typesOf(entries: readonly Record<string, unknown>[], key: string): string {
  return [...new Set(entries.map((entry) => typeOf(entry[key])))].join(' or ');
}

/** Keys of an object with their types, `id: text, total: number`. A key that is no name may be a value: it is not told. */
export function shapeOf(value: unknown): string {
  if (!isRecord(value)) return typeOf(value);
  const keys = Object.entries(value).map(([key, one]) => `${nameOf(key)}: ${typeOf(one)}`);
  return [...new Set(keys)].slice(0, MAX_KEYS).join(', ') || 'no keys';
}

/** Names of all keys in a value, wherever they stand. */
export function keysIn(value: unknown): string {
  const keys = new Set<string>();
  const walk = (part: unknown, depth: number): void => {
    if (depth > MAX_DEPTH || keys.size >= MAX_KEYS) return;
    if (Array.isArray(part)) part.forEach((one) => walk(one, depth + 1));
    if (!isRecord(part)) return;
    for (const [key, one] of Object.entries(part)) {
      keys.add(nameOf(key));
      walk(one, depth + 1);
    }
  };
  walk(value, 0);
  return [...keys].join(', ') || 'none';
}

/** A word of the vendor's that may be told: a code or a status, nothing that could be a name or a number of somebody's. */
export function wordOf(text: string): string {
  return /^[A-Za-z][A-Za-z_-]{0,49}$/.test(text) ? text : '…';
}

function nameOf(key: string): string {
  return NAME.test(key) ? key : '…';
}
