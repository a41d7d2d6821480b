import { LosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { readJsonText } from './json-text';
import { withoutLeftOut } from '../domain/left-out';
import { foldName } from '../domain/names';
import { problemsInWords, type RequestProblem } from '../domain/request-problem';
import { problemsOfOperation } from './operation-fields';
import { isMadeReference } from './reference';
import { Refusal } from '../domain/refusal';
import { present } from '../domain/optional';
import { ERASED, holdsErased } from '../domain/personal';
import { didYouMean } from './did-you-mean';
import { anOperation, aProduct } from '../domain/operation-words';
import { BILLING_CYCLES, OPERATIONS, PRODUCTS, serviceLines, type PurchaseRequest } from '../domain/request';
import { checkServicesFitPlan, isVendorId } from '../domain/rules';
import { jsonText, printable } from '../domain/printable';
import { plainId, plainText, unprintableIn, withVisibleTexts } from '../domain/visible-text';
import { isRecord } from '../domain/json-values';

/** What a request id consists of. */
export const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

// What `meta` says is checked by code already; it is there for the JSON Schema that is made of this one.
const text = (expected: string) =>
  z
    .string({ error: expected })
    .trim()
    .min(1, { error: expected })
    .refine((value) => unprintableIn(value) === undefined, {
      error: `${expected}, in one line and without control and format characters`,
    })
    .meta({ pattern: '\\S' });

const id = (expected: string) => text(expected).overwrite(plainId);

/** An id in letters or digits of full width is meant as an id; a name stays as it was written. */
const nameOrId = (expected: string) =>
  text(expected).overwrite((value) => (isVendorId(plainText(value)) ? plainText(value) : value));

const SERIAL_NUMBER = 'the serial number of the PBX, as text';
const SERIAL_LETTERS =
  'a serial number of digits and the letters A to Z (letters of another alphabet can look the same)';

const positiveInteger = (expected: string) => z.int({ error: expected }).positive({ error: expected });

const atLeastOne = positiveInteger('a whole number of at least 1');

/** One of some words. @param expected what is said of another one */
function oneOfWords<Word extends string>(
  words: readonly [Word, ...Word[]],
  expected: (came: unknown) => string,
) {
  return z.enum(words, { error: ({ input }) => expected(input) });
}

/** Exactly one of several ways to name a person or company. */
function oneOf<Keys extends string>(keys: readonly Keys[], what: string) {
  const expected = `exactly one of ${keys.join(', ')}, to name ${what}`;
  const shape = Object.fromEntries(
    keys.map((key) => {
      const expected = `the ${key} of ${what}, as text`;
      return [key, (key.endsWith('Id') ? id(expected) : text(expected)).optional()];
    }),
  );
  return z
    .strictObject(shape, { error: expected })
    .refine((value) => Object.values(value).filter((entry) => entry !== undefined).length === 1, {
      error: expected,
    })
    .meta({ minProperties: 1, maxProperties: 1 });
}

const PARTNER_KEYS = ['partnerId', 'email', 'company'] as const;
const BILLING_CONTACT_KEYS = ['billingContactId', 'email', 'company'] as const;

const license = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('existing'),
      serialNumber: id(SERIAL_NUMBER)
        .regex(/^[\x21-\x7e]*$/, { error: SERIAL_LETTERS })
        .toUpperCase(),
    }),
    z.strictObject({
      kind: z.literal('new'),
      partner: oneOf(PARTNER_KEYS, 'the user the license is for').optional(),
    }),
  ],
  { error: 'an object with kind "existing" (and serialNumber) or "new" (and partner, or neither)' },
);

const service = z.union(
  [
    nameOrId('the name or id of a service, as text'),
    z.strictObject({
      service: nameOrId('the name or id of a service, as text'),
      quantity: atLeastOne,
    }),
  ],
  { error: 'a name or id as text, or {"service": name or id, "quantity": whole number of at least 1}' },
);

/** The purchase request as `parseRequest` wants it. */
export const requestSchema = z.strictObject(
  {
    requestId: z
      .string({ error: 'text of 1 to 128 characters out of A-Z a-z 0-9 . _ : -' })
      .overwrite(plainText)
      .regex(REQUEST_ID, { error: 'text of 1 to 128 characters out of A-Z a-z 0-9 . _ : -' }),
    operation: oneOfWords(OPERATIONS, anOperation).optional(),
    product: oneOfWords(PRODUCTS, aProduct).optional(),
    license,
    plan: nameOrId('the name or id of a plan, as text'),
    extensions: atLeastOne.optional(),
    addExtensions: atLeastOne.optional(),
    addConcurrentCalls: atLeastOne.optional(),
    services: z.array(service, { error: 'a list of services' }).meta({ uniqueItems: true }).optional(),
    years: z
      .int({ error: 'a whole number from 1 to 5' })
      .min(1, { error: 'a whole number from 1 to 5' })
      .max(5, { error: 'a whole number from 1 to 5' })
      .optional(),
    billingCycle: oneOfWords(BILLING_CYCLES, () => `one of ${BILLING_CYCLES.join(', ')}`).optional(),
    billingContact: oneOf(BILLING_CONTACT_KEYS, 'the billing contact').optional(),
    activationMailTo: oneOf(PARTNER_KEYS, 'the user who gets the activation mail too').optional(),
    poNumber: text('a purchase order number, as text')
      .refine((reference) => !isMadeReference(reference), {
        error:
          'a purchase order number of your own: wonce- and 16 hexadecimal digits are made by Wonce, for one request each',
      })
      .optional(),
  },
  { error: 'a JSON object, the purchase request' },
);

/**
 * Reads a request from JSON text. Numbers that JavaScript cannot hold exactly are refused, never rounded, and so is a key
 * that stands twice.
 *
 * @throws Refusal InvalidRequest (malformed JSON, a field that is wrong), ServiceNeedsPlan
 */
export function parseRequestText(json: string): PurchaseRequest {
  let value: unknown;
  try {
    value = readJsonText(json);
  } catch (error) {
    throw new Refusal(
      'InvalidRequest',
      `The request ${(error as Error).message}. Expected one JSON object, the purchase request.`,
    );
  }
  return parseRequest(value);
}

/**
 * Checks a request and returns it in its normal form: texts without what nobody can see and without blanks at their ends,
 * ids and serial numbers without any blanks, the serial number in capitals; what is null or "" is left out. Unknown keys
 * are refused.
 *
 * @throws Refusal InvalidRequest with every problem found (`details.problems`), ServiceNeedsPlan
 */
export function parseRequest(given: unknown): PurchaseRequest {
  const inexact = findInexactNumbers(given);
  if (inexact.length > 0) throw invalid(inexact);
  const visible = withVisibleTexts(given);
  const value = isRecord(visible) ? withoutLeftOut(visible) : visible;
  const result = requestSchema.safeParse(value);
  if (!result.success) throw invalid(result.error.issues.flatMap((issue) => problemsOf(issue, value)));
  // The schema cannot express "exactly one key" as a type; its refinements have just proven it.
  const request = result.data as PurchaseRequest;
  const wrong = [...erasedIn(request), ...problemsOfOperation(request)];
  if (wrong.length > 0) throw invalid(wrong);
  refuseRepeatedServices(request);
  // A plan named by its id is checked once the vendor's catalogue has told its name.
  if (!isVendorId(request.plan)) {
    checkServicesFitPlan(
      request.plan,
      serviceLines(request).map((line) => line.service),
    );
  }
  return request;
}

/** What was erased and is sent again: the vendor would look for a person of that name. */
function erasedIn(value: unknown, path: string[] = []): RequestProblem[] {
  if (typeof value === 'string' && holdsErased(value)) {
    const expected = 'what stood there before it was erased, or something else';
    return [{ field: fieldName(path), expected, received: `the mark ${ERASED} of an erased value` }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => erasedIn(entry, [...path, key]));
}

/** Nesting that no request has, and that would exhaust the stack of whoever walks down. */
const DEEPEST = 20;

/** As many problems are told: the rest is of the same kind. */
const MOST_PROBLEMS = 50;

function findInexactNumbers(value: unknown, path: string[] = []): RequestProblem[] {
  const digits =
    value instanceof LosslessNumber
      ? value.value
      : typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
        ? String(value)
        : typeof value === 'bigint'
          ? String(value)
          : undefined;
  if (digits !== undefined) {
    const received = `the number ${digits}, beyond what a number can hold exactly`;
    return [{ field: fieldName(path), expected: 'an id in quotes, digit for digit', received }];
  }
  if (value === null || typeof value !== 'object') return [];
  if (path.length === DEEPEST) {
    const received = `lists or objects more than ${DEEPEST} deep`;
    return [{ field: fieldName(path.slice(0, 3)), expected: 'what a request has there', received }];
  }
  return Object.entries(value).flatMap(([key, entry]) => findInexactNumbers(entry, [...path, key]));
}

function problemsOf(issue: z.core.$ZodIssue, root: unknown): RequestProblem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: fieldName([...path, key]),
      expected: contradiction(key, path) ?? 'no such key',
      received: 'a key that is not known here',
      ...present({ didYouMean: meantBy(key, path) }),
    }));
  }
  return [{ field: fieldName(path), expected: issue.message, received: describe(valueAt(root, path)) }];
}

/** The keys of the objects in a request, by where they stand. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  license: ['kind', 'serialNumber', 'partner'],
  'license.partner': PARTNER_KEYS,
  activationMailTo: PARTNER_KEYS,
  billingContact: BILLING_CONTACT_KEYS,
};

/** The key that was probably meant. Where it is a key of another kind of license, `contradiction` says so. */
function meantBy(key: string, path: string[]): string | undefined {
  if (contradiction(key, path) !== undefined) return undefined;
  return didYouMean(key, path.length === 0 ? Object.keys(requestSchema.shape) : (KEYS[path.join('.')] ?? []));
}

/** Serial number and partner exclude each other: say so, where "no such key" would only puzzle. */
function contradiction(key: string, path: string[]): string | undefined {
  if (path[0] !== 'license' || path.length !== 1) return undefined;
  if (key === 'partner')
    return 'no partner with an existing PBX: the license goes to the PBX of the serial number (use kind "new" for a partner)';
  if (key === 'serialNumber')
    return 'no serial number with a new license: the vendor assigns it (use kind "existing" for a PBX that exists)';
  return undefined;
}

function valueAt(root: unknown, path: string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined,
    root,
  );
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return value === '' ? 'empty text' : describeText(value);
  if (typeof value === 'number' || typeof value === 'boolean')
    return `${typeof value === 'number' ? 'the number' : 'the value'} ${value}`;
  if (Array.isArray(value)) return 'a list';
  return `an object with the keys ${printable(Object.keys(value).slice(0, 10).join(', ')) || '(none)'}`;
}

function describeText(text: string): string {
  const hidden = unprintableIn(text);
  return `the text ${jsonText(text.slice(0, 60))}${hidden === undefined ? '' : `, in which ${hidden} stands`}`;
}

function fieldName(path: string[]): string {
  return path.length === 0 ? 'request' : printable(path.join('.'));
}

function refuseRepeatedServices(request: PurchaseRequest): void {
  const seen = new Set<string>();
  for (const [index, line] of serviceLines(request).entries()) {
    const name = foldName(line.service);
    if (seen.has(name)) {
      throw invalid([
        {
          field: `services.${index}`,
          expected: 'each service once',
          received: `${line.service} a second time`,
        },
      ]);
    }
    seen.add(name);
  }
}

function invalid(found: RequestProblem[]): Refusal {
  const problems = found.slice(0, MOST_PROBLEMS);
  return new Refusal(
    'InvalidRequest',
    `The request cannot be bought as it stands. ${problemsInWords(problems)}.`,
    {
      problems,
    },
  );
}
