import { z } from 'zod';
import { readWholeNumber, type FactSource } from '../license-rules';

/** Text that is not blank; what would be right is said in the message. */
export const text = (expected: string) => z.string({ error: expected }).trim().min(1, { error: expected });

const ONE_OF_THE_KEYS = 'one of the keys ';

/** The keys that a part with others is told to have. */
export function keysIn(message: string): string[] {
  return message.startsWith(ONE_OF_THE_KEYS) ? message.slice(ONE_OF_THE_KEYS.length).split(', ') : [];
}

/** A part with these keys and no others. */
export function part<Shape extends z.ZodRawShape>(shape: Shape, expected: string) {
  const keys = `${ONE_OF_THE_KEYS}${Object.keys(shape).join(', ')}`;
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? keys : expected),
  });
}

/** How many of these keys a part has. */
export function count(value: object, keys: readonly string[]): number {
  return keys.filter((key) => Object.hasOwn(value, key)).length;
}

export const factKeys = {
  deal: text('the name of a field of the deal').exactOptional(),
  company: text('the name of a field of the company').exactOptional(),
  default: text('text or a number').exactOptional(),
  required: z.boolean({ error: 'true or false' }).exactOptional(),
};

/** What a part of factKeys comes to, once it is known to have one place. */
export function toFact({ deal, company, ...rest }: z.infer<z.ZodObject<typeof factKeys>>): FactSource {
  return deal !== undefined
    ? { from: 'deal', field: deal, ...rest }
    : { from: 'company', field: company!, ...rest };
}

export const ONE_PLACE = 'exactly one of deal and company';
export const hasOnePlace = (value: object) => count(value, ['deal', 'company']) === 1;
export const DEFAULT_OR_REQUIRED = 'default or required: true, not both';
export const isDefaultOrRequired = (value: { default?: string; required?: boolean }) =>
  value.default === undefined || value.required !== true;

const alwaysThat = (value: string): FactSource => ({ from: 'rule', value });

/** A fact: a bare text or number is always that. */
export function fact(what: string) {
  const expected = `${what}, or { deal: field }, or { company: field }`;
  return z.union(
    [
      text(expected).transform(alwaysThat),
      part(factKeys, expected)
        .refine(hasOnePlace, { error: ONE_PLACE })
        .refine(isDefaultOrRequired, { error: DEFAULT_OR_REQUIRED })
        .transform(toFact),
    ],
    { error: expected },
  );
}

/** A fact that is a number: what the file itself says is checked at once, not with the first deal. */
export function numberFact(expected: string, most: number) {
  return fact(expected).superRefine((source, context) => checkNumber(source, expected, most, context));
}

export function checkNumber(
  source: FactSource,
  expected: string,
  most: number,
  context: z.RefinementCtx,
): void {
  checkFixed(source, expected, (value) => (readWholeNumber(value) ?? Infinity) <= most, context);
}

/** Checks what the file itself says of a fact. */
export function checkFixed(
  source: FactSource,
  expected: string,
  isRight: (value: string) => boolean,
  context: z.RefinementCtx,
): void {
  const [value, path] = source.from === 'rule' ? [source.value, []] : [source.default, ['default']];
  if (value === undefined || isRight(value)) return;
  context.addIssue({ code: 'custom', message: expected, path });
}

/** A user or contact, by exactly one of these. */
export function reference<Key extends string>(keys: readonly Key[], what: string) {
  const expected = `exactly one of ${keys.join(', ')}, to name ${what}`;
  const shape = Object.fromEntries(keys.map((key) => [key, fact(`the ${key} of ${what}`).exactOptional()]));
  return part(shape, expected)
    .refine((value) => count(value, keys) === 1, { error: expected })
    .transform((value) => {
      // The refinement has just proven that there is one.
      const [by, found] = Object.entries(value)[0] as [Key, FactSource];
      return { by, fact: found };
    });
}

export function skus<Value extends z.ZodType>(value: Value, expected: string) {
  return z
    .record(z.string(), value, { error: expected })
    .refine((listed) => Object.keys(listed).length > 0, { error: expected });
}

/** A fact, or something by the SKUs of line items. */
export function factOrSkus<Skus extends z.ZodType>(listed: Skus, expected: string) {
  return z.union(
    [
      text(expected).transform((value) => ({ fact: alwaysThat(value) })),
      part({ skus: listed.exactOptional(), ...factKeys }, expected)
        .refine((value) => count(value, ['skus', 'deal', 'company']) === 1, {
          error: 'exactly one of skus, deal and company',
        })
        .refine(({ skus: found, ...rest }) => found === undefined || Object.keys(rest).length === 0, {
          error: 'neither default nor required beside skus',
        })
        .refine(isDefaultOrRequired, { error: DEFAULT_OR_REQUIRED })
        .transform(({ skus: found, ...rest }) =>
          found !== undefined ? { skus: found } : { fact: toFact(rest) },
        ),
    ],
    { error: expected },
  );
}
