import { z } from 'zod';
import { OURSELVES } from '../../domain/deal';
import {
  A_WHOLE_NUMBER,
  readWholeNumber,
  type FactSource,
  type LicenseRules,
  type ServiceBySku,
} from '../license-rules';

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
function count(value: object, keys: readonly string[]): number {
  return keys.filter((key) => Object.hasOwn(value, key)).length;
}

const factKeys = {
  deal: text('the name of a field of the deal').exactOptional(),
  company: text('the name of a field of the company').exactOptional(),
  default: text('text or a number').exactOptional(),
  required: z.boolean({ error: 'true or false' }).exactOptional(),
};

/** What a part of factKeys comes to, once it is known to have one place. */
function toFact({ deal, company, ...rest }: z.infer<z.ZodObject<typeof factKeys>>): FactSource {
  return deal !== undefined
    ? { from: 'deal', field: deal, ...rest }
    : { from: 'company', field: company!, ...rest };
}

const ONE_PLACE = 'exactly one of deal and company';
const hasOnePlace = (value: object) => count(value, ['deal', 'company']) === 1;
const DEFAULT_OR_REQUIRED = 'default or required: true, not both';
const isDefaultOrRequired = (value: { default?: string; required?: boolean }) =>
  value.default === undefined || value.required !== true;

const alwaysThat = (value: string): FactSource => ({ from: 'rule', value });

/** A fact: a bare text or number is always that. */
function fact(what: string) {
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
function numberFact(expected: string, most: number) {
  return fact(expected).superRefine((source, context) => {
    const [value, path] = source.from === 'rule' ? [source.value, []] : [source.default, ['default']];
    if (value === undefined || (readWholeNumber(value) ?? Infinity) <= most) return;
    context.addIssue({ code: 'custom', message: expected, path });
  });
}

/** A user or contact, by exactly one of these. */
function reference<Key extends string>(keys: readonly Key[], what: string) {
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

function skus<Value extends z.ZodType>(value: Value, expected: string) {
  return z
    .record(z.string(), value, { error: expected })
    .refine((listed) => Object.keys(listed).length > 0, { error: expected });
}

const PLAN = 'the name of a plan, or { skus: { SKU: plan } }, or { deal: field }, or { company: field }';

const plan = z.union(
  [
    text(PLAN).transform((value) => ({ fact: alwaysThat(value) })),
    part(
      {
        skus: skus(text('the name of a plan'), 'SKUs, each with the plan it stands for').exactOptional(),
        ...factKeys,
      },
      PLAN,
    )
      .refine((value) => count(value, ['skus', 'deal', 'company']) === 1, {
        error: 'exactly one of skus, deal and company',
      })
      .refine(({ skus: listed, ...rest }) => listed === undefined || Object.keys(rest).length === 0, {
        error: 'neither default nor required beside skus',
      })
      .refine(isDefaultOrRequired, { error: DEFAULT_OR_REQUIRED })
      .transform(({ skus: listed, ...rest }) =>
        listed !== undefined ? { skus: listed } : { fact: toFact(rest) },
      ),
  ],
  { error: PLAN },
);

/** Not by SKU; of a plan that is wrong, that is said. */
function isPlanOfDeal(plan: unknown): boolean {
  return typeof plan === 'object' && plan !== null && 'fact' in plan;
}

const SERVICE = 'the name of a service, or { service: name, byQuantity: true }';

const serviceBySku = z.union(
  [
    text(SERVICE).transform((service): ServiceBySku => ({ service, byQuantity: false })),
    part(
      {
        service: text('the name of a service'),
        byQuantity: z.boolean({ error: 'true or false' }).default(false),
      },
      SERVICE,
    ),
  ],
  { error: SERVICE },
);

const SERVICES = 'a list of names of services, or { skus: { SKU: service } }';

const services = z.union(
  [
    z.array(text('the name of a service'), { error: SERVICES }).transform((names) => ({ names })),
    part({ skus: skus(serviceBySku, 'SKUs, each with the service it stands for') }, SERVICES),
  ],
  { error: SERVICES },
);

const USER = 'the user a new license is for';

const WHOM = `exactly one of partnerId, email, company, to name ${USER}, or the word ${OURSELVES}`;

/** Whom a new license is for. Nobody told is not oneself: that is said in words. */
const partner = z.union(
  [
    text(WHOM)
      .refine((word) => word === OURSELVES, { error: WHOM })
      .transform(() => OURSELVES),
    reference(['partnerId', 'email', 'company'], USER).refine(
      ({ fact: source }) => source.from === 'rule' || source.required !== false,
      {
        error: `a user that is told: a deal that does not tell it waits. For yourself: partner: ${OURSELVES}`,
      },
    ),
  ],
  { error: WHOM },
);

const LICENSE = 'the keys plan and years, and what else is known of the license';

/** The part `license` of a source. */
export const licenseSchema = part(
  {
    serialNumber: fact('the serial number of the PBX').exactOptional(),
    partner: partner.exactOptional(),
    plan,
    extensions: numberFact(A_WHOLE_NUMBER, Number.MAX_SAFE_INTEGER).exactOptional(),
    services: services.exactOptional(),
    years: numberFact('a whole number from 1 to 5', 5),
    billingContact: reference(
      ['billingContactId', 'email', 'company'],
      'the billing contact',
    ).exactOptional(),
    poNumber: fact('a purchase order number').exactOptional(),
  },
  LICENSE,
).refine((rules) => rules.extensions !== undefined || !isPlanOfDeal(rules.plan), {
  path: ['extensions'],
  error: 'where the number of extensions stands: without SKUs of plans there is no line item to take it from',
  // Whatever else is wrong with the part.
  when: ({ value }) => typeof value === 'object' && value !== null && 'plan' in value,
}) satisfies z.ZodType<LicenseRules>;
