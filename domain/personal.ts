import type { NotCreatedOutcome } from './outcome';

/**
 * What of all that is written down is personal: this file alone says so. An e-mail address, whole or shortened, is; the name
 * of who decided, their words, their login name and token; what is shown of a name, a street, a telephone number or a tax
 * number to tell people apart. The name of a company, an id of the vendor's, a serial number and the number of an order are not.
 */

/** What stands in the place of a personal value that was erased. */
export const ERASED = '(erased)';

/** Gives what is to stand in the place of a personal value. @param field where it stands: `request.billingContact.email` */
export type Replace = (value: string, field: string) => string;

/** Fields that are personal as a whole, by their names, wherever they stand. */
const PERSONAL_FIELDS: ReadonlySet<string> = new Set(['email', 'why']);

/** What an outcome says in its own `why`, which nobody has said. */
const OWN_WORDS: ReadonlySet<string> = new Set(['not-sent', 'refused'] satisfies NotCreatedOutcome['why'][]);

/** The address, or the mask of one that `activities/tell-apart.ts` makes: `a…@`, `a… (4 letters)@`. */
const EMAIL = String.raw`[^\s<>"'(),;:@]{1,200}(?: \(\d+ letters\))?@[^\s<>"'(),;:@\\]+`;

/** What is shown of a person to tell them from others. */
const SHOWN_IN_PART = String.raw`(?<=\b(?:first name|last name|street|phone|tax number) )[^,;()…]*…[^\s,;()]*(?: \(\d+ letters\))?`;

/** Whoever has decided, in the sentence that says so. */
const DECIDER = String.raw`(?<=^|: )[^:]{1,500}?(?= decided that the order was not created)`;

const IN_TEXTS = new RegExp([EMAIL, SHOWN_IN_PART, DECIDER].join('|'), 'gu');

/** Whose session or token it was, behind the door: `wonce command, ann@desk`, `page, token 1a2b3c4d, Ann`. */
const IN_DOORS =
  /(?<=, )token .+$|(?<=^(?:wonce command|npm start|page without sign-in|page, OpenID Connect of [^,]+), ).+$/;

/** How what is personal is replaced. */
export interface Replacing {
  replace: Replace;
  /** Whether a text must be replaced as a whole, because it could be taken for what stands in the place of another. */
  isForeign: (text: string) => boolean;
}

/**
 * A value with each personal value in it replaced. A request that holds one takes its fingerprint with it: whoever had that,
 * and guessed the address, could see that they have guessed right.
 */
export function replacePersonal<Value>(value: Value, how: Replacing): Value {
  return replaced(value, how, []) as Value;
}

function replaced(value: unknown, how: Replacing, path: readonly string[]): unknown {
  if (typeof value === 'string') return replacedText(value, how, path);
  if (Array.isArray(value)) return value.map((entry) => replaced(entry, how, path));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const fields = Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, replaced(entry, how, [...path, key])]),
  );
  const { fingerprint, request } = value as Record<string, unknown>;
  const isPersonal = JSON.stringify(fields.request) !== JSON.stringify(request);
  if (isPersonal && typeof fingerprint === 'string')
    fields.fingerprint = how.replace(fingerprint, 'fingerprint');
  return fields;
}

function replacedText(text: string, { replace, isForeign }: Replacing, path: readonly string[]): string {
  if (text === '') return text;
  const [field, name = ''] = [path.join('.'), path.at(-1)];
  const isWhole = (PERSONAL_FIELDS.has(name) && !OWN_WORDS.has(text)) || isOfApproval(path);
  if (isWhole || isForeign(text)) return replace(text, field);
  return text.replace(name === 'via' ? IN_DOORS : IN_TEXTS, (part) => replace(part, field));
}

/** Who asked for an order, or approved it, in what people are asked. */
function isOfApproval(path: readonly string[]): boolean {
  return path.at(-1) === 'by' && path.includes('approval');
}

function addressesIn(text: string): string[] {
  return [...text.matchAll(new RegExp(EMAIL, 'gu'))].map(([address]) => address);
}

/** Whether a text, or what is in a value, was erased. */
export function holdsErased(value: unknown): boolean {
  return JSON.stringify(value ?? null).includes(ERASED);
}

/**
 * Whether a personal value is of that person: their address or name, without case, a text with their address in it, or a mask
 * of it, as `a…@desk.example`.
 */
export function isOfPerson(value: string, person: string): boolean {
  const [one, other] = [value.toLowerCase(), person.toLowerCase()];
  if (one === other || addressesIn(one).includes(other)) return true;
  const [, start, end] = /^([^…]+)….*(@.+)$/u.exec(one) ?? [];
  return start !== undefined && other.startsWith(start) && other.endsWith(end!);
}
