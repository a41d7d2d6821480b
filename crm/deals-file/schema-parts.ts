import { z } from 'zod';

/** Text that is not blank; what would be right is said in the message. */
export const text = (expected: string) => z.string({ error: expected }).trim().min(1, { error: expected });

/** A part with these keys and no others. */
export function part<Shape extends z.ZodRawShape>(shape: Shape, expected: string) {
  const keys = `one of the keys ${Object.keys(shape).join(', ')}`;
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? keys : expected),
  });
}

/** How many of these keys a part has. */
export function count(value: object, keys: readonly string[]): number {
  return keys.filter((key) => Object.hasOwn(value, key)).length;
}
