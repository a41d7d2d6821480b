import { anOperation, aProduct, hasField, productsOf } from './operation-words';
import { canonicalJson } from './canonical-json';
import { OURSELVES, type DealDraft, type FilledIn } from './deal';
import { withoutLeftOut } from './left-out';
import { OPERATION_RULES } from './operations';
import { printable } from './printable';
import { BILLING_CYCLES, OPERATIONS, PRODUCTS } from './request';
import {
  findUnprintable,
  isBlank,
  unprintableIn,
  visibleText,
  withVisibleTexts,
  MOST_SAID,
} from './visible-text';
import { isRecord } from './json-values';

const FIELDS = [
  ...['operation', 'product', 'license', 'plan', 'extensions', 'addExtensions', 'addConcurrentCalls'],
  ...['services', 'years', 'billingCycle', 'billingContact', 'activationMailTo', 'poNumber'],
] as const;
type Field = (typeof FIELDS)[number];

const MOST_SERVICES = 20;

/** What a field wants, and whether that came. */
interface Shape {
  expected: string | ((came: unknown) => string);
  fits: (value: unknown) => boolean;
}

const COUNT: Shape = { expected: 'a whole number of at least 1', fits: isCount };
const USER_KEYS = ['partnerId', 'email', 'company'];

/** What each field wants: the types; the full check of a request is in request-schema.ts. */
const SHAPES: Record<Field, Shape> = {
  operation: { expected: anOperation, fits: (value) => isWord(value, OPERATIONS) },
  product: { expected: aProduct, fits: (value) => isWord(value, PRODUCTS) },
  license: {
    expected:
      'an object such as {"kind": "existing", "serialNumber": "…"} or {"kind": "new", "partner": {"email": "…"}}; ' +
      `for yourself, in words: {"kind": "new", "partner": "${OURSELVES}"}`,
    fits: isLicense,
  },
  plan: { expected: 'the name or id of a plan, as text', fits: isText },
  extensions: COUNT,
  addExtensions: COUNT,
  addConcurrentCalls: COUNT,
  services: {
    expected: `a list of at most ${MOST_SERVICES} names or ids as text, or of {"service": name or id, "quantity": whole number of at least 1}`,
    fits: (value) => Array.isArray(value) && value.length <= MOST_SERVICES && value.every(isService),
  },
  years: { expected: 'a whole number from 1 to 5', fits: (value) => isCount(value) && value <= 5 },
  billingCycle: {
    expected: `one of ${BILLING_CYCLES.join(', ')}`,
    fits: (value) => isWord(value, BILLING_CYCLES),
  },
  billingContact: reference(['billingContactId', 'email', 'company']),
  activationMailTo: reference(USER_KEYS),
  poNumber: { expected: 'a purchase order number, as text', fits: isText },
};

function reference(keys: readonly string[]): Shape {
  return {
    expected: `an object with exactly one of ${keys.join(', ')}, as text`,
    fits: (value) => isOneOf(value, keys),
  };
}

/**
 * Reads what a person fills in where the CRM does not tell: typed by hand in the Temporal UI or sent by `wonce`, so
 * anything may come. Written without the schema of a request, which the workflow bundle must not contain. What is null or
 * "" is not filled in.
 *
 * @returns what was filled in, or all that is wrong with it, a sentence for each field
 */
export function readFilledIn(value: unknown): FilledIn | string {
  if (!isRecord(value)) return 'fill: expected one JSON object, such as {"plan": "Ultimate", "years": 2}';
  const told = withoutLeftOut(value);
  // Where nothing is told, what is wrong with the field that is empty says more.
  const filledIn = Object.keys(told).length > 0 ? told : value;
  const entries = Object.entries(filledIn);
  if (entries.length === 0) return `fill: expected at least one of ${FIELDS.join(', ')}`;
  const problems = entries.flatMap(([key, entry]) => problemWithField(key, entry) ?? []);
  if (problems.length > 0) return problems.slice(0, FIELDS.length).join('. ');
  const read = withVisibleTexts(filledIn) as FilledIn;
  return problemWithOperation(read) ?? read;
}

function problemWithField(key: string, entry: unknown): string | undefined {
  const shape = isField(key) ? SHAPES[key] : undefined;
  if (shape === undefined)
    return `fill: ${printable(key.slice(0, 60))}: expected one of ${FIELDS.join(', ')}`;
  if (shape.fits(entry)) return undefined;
  return `fill: ${key}: expected ${inWords(shape, entry)}${hiddenCharacter(entry)}`;
}

/** The fields that the operation, filled in together with it, does not have. */
function problemWithOperation({ operation, product, ...fields }: FilledIn): string | undefined {
  if (operation === undefined) return undefined;
  const fitting = OPERATION_RULES.filter(
    (rule) => rule.operation === operation && (product === undefined || rule.product === product),
  );
  if (fitting.length === 0) return `fill: product: expected ${productsOf(operation)} for ${operation}`;
  const foreign = Object.keys(fields).filter((key) => !fitting.some((rule) => hasField(rule, key)));
  if (foreign.length === 0) return undefined;
  return foreign.map((key) => `fill: ${key}: expected no ${key} for ${operation}`).join('. ');
}

/**
 * Whether what is filled in is what is known already.
 *
 * @param draft what the deal comes to
 * @param before what people have filled in since
 */
export function changesNothing(filledIn: FilledIn, draft: DealDraft, before: FilledIn): boolean {
  const { license } = draft;
  // In a draft nobody named is oneself; filled in, it is nobody named yet.
  const isOurs = license?.kind === 'new' && license.partner === undefined;
  const known: Record<string, unknown> = {
    ...draft,
    ...(isOurs && { license: { kind: 'new', partner: OURSELVES } }),
    ...before,
  };
  return Object.entries(filledIn).every(
    ([field, value]) => canonicalJson(value) === canonicalJson(known[field] ?? null),
  );
}

function inWords({ expected }: Shape, came: unknown): string {
  return typeof expected === 'string' ? expected : expected(came);
}

function isField(key: string): key is Field {
  return (FIELDS as readonly string[]).includes(key);
}

function isLicense(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { kind, ...rest } = value;
  const [key, ...more] = Object.keys(rest);
  if (more.length > 0) return false;
  if (kind === 'existing') return key === 'serialNumber' && isText(rest.serialNumber);
  if (kind !== 'new') return false;
  if (key === undefined || (key === 'partner' && rest.partner === OURSELVES)) return true;
  return key === 'partner' && isOneOf(rest.partner, USER_KEYS);
}

function isService(value: unknown): boolean {
  if (!isRecord(value)) return isText(value);
  return Object.keys(value).length === 2 && isText(value.service) && isCount(value.quantity);
}

function isOneOf(value: unknown, keys: readonly string[]): boolean {
  if (!isRecord(value)) return false;
  const [[key, entry] = ['', undefined], ...more] = Object.entries(value);
  return more.length === 0 && keys.includes(key) && isText(entry);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isWord(value: unknown, words: readonly string[]): boolean {
  return typeof value === 'string' && words.includes(visibleText(value));
}

function isText(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    !isBlank(value) &&
    value.length <= MOST_SAID &&
    unprintableIn(visibleText(value)) === undefined
  );
}

/** Which character of what was filled in is none of a text, in words. */
function hiddenCharacter(entry: unknown): string {
  const found = findUnprintable(withVisibleTexts(entry));
  return found === undefined ? '' : `; came a text with ${found.character}`;
}
