import { isLosslessNumber, parse } from 'lossless-json';
import { invalid } from './envelope';

/** A JSON object whose numbers are kept digit for digit. */
export type Fields = Record<string, unknown>;

/** @throws Refused */
export function parseFields(body: string): Fields {
  let value: unknown;
  try {
    value = parse(body);
  } catch (error) {
    throw invalid(`body: expected JSON (${(error as Error).message})`);
  }
  return fieldsOf(value, 'body');
}

/** @throws Refused */
export function fieldsOf(value: unknown, what: string): Fields {
  const isObject = typeof value === 'object' && value !== null;
  if (!isObject || Array.isArray(value) || isLosslessNumber(value)) {
    throw invalid(`${what}: expected a JSON object`);
  }
  return value as Fields;
}

/** The digits of a bare whole number; undefined for anything else, digits in quotes included. */
export function digitsOf(value: unknown): string | undefined {
  return isLosslessNumber(value) && /^\d+$/.test(value.value) ? value.value : undefined;
}

/** What is shown of a value in a message: itself when it is short and plain, else its kind. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (isLosslessNumber(value)) return `the number ${value.value.slice(0, 40)}`;
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 40))}`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value);
}

/** @throws Refused naming the field, what was expected and what came */
export function expectField(
  fields: Fields,
  field: string,
  expected: string,
  holds: (value: unknown) => boolean,
): void {
  const value = fields[field];
  if (!holds(value)) throw invalid(`${field}: expected ${expected}, came ${shown(value)}`);
}

/** @throws Refused naming the first field that is not documented */
export function onlyKeys(fields: Fields, keys: readonly string[], where: string): void {
  const strange = Object.keys(fields).find((key) => !keys.includes(key));
  if (strange !== undefined)
    throw invalid(`${strange}: no such field in ${where}; known are ${keys.join(', ')}`);
}
