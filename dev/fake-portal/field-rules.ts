import { invalid } from './envelope';
import { shown, type Fields } from './json-fields';

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
