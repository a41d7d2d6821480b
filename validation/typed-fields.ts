import { OURSELVES, type DealDraft, type FilledIn } from '../domain/deal';
import {
  serviceInWords,
  serviceLines,
  type BillingCycle,
  type BillingContactReference,
  type Operation,
  type PartnerReference,
  type Product,
  type ServiceRequest,
} from '../domain/request';
import { isVendorId } from '../domain/rules';
import { plainText, visibleText } from '../domain/visible-text';

/** What people fill in for a deal, by the names that they type. */
const READERS = {
  operation: (text) => ({ operation: text as Operation }),
  product: (text) => ({ product: text as Product }),
  serialNumber: (serialNumber) => ({ license: { kind: 'existing', serialNumber } }),
  partner: (whom) => ({ license: { kind: 'new', partner: whom === OURSELVES ? whom : partner(whom) } }),
  plan: (plan) => ({ plan }),
  extensions: (text) => ({ extensions: number(text) }),
  addExtensions: (text) => ({ addExtensions: number(text) }),
  addConcurrentCalls: (text) => ({ addConcurrentCalls: number(text) }),
  services: (text) => ({ services: listOf(text) }),
  years: (text) => ({ years: number(text) }),
  billingCycle: (text) => ({ billingCycle: text as BillingCycle }),
  billingContact: (whom) => ({ billingContact: billingContact(whom) }),
  activationMailTo: (whom) => ({ activationMailTo: partner(whom) }),
  poNumber: (poNumber) => ({ poNumber }),
} satisfies Record<string, (text: string) => FilledIn>;

/** One of the names. */
export type TypedField = keyof typeof READERS;

export const TYPED_FIELDS = Object.keys(READERS) as TypedField[];

/**
 * Reads a field as it was typed: `100` of `extensions`, `Disaster Recovery, 5 × Outbound Call Center`
 * of `services`, an e-mail address, a company or the vendor's id of whoever gets something. Whether the value is
 * right is for `readDealDecision` to say.
 *
 * @returns undefined when nothing was typed
 */
export function readTypedField(field: TypedField, typed: string): FilledIn | undefined {
  const text = visibleText(typed);
  return text === '' ? undefined : READERS[field](text);
}

/** What is known as it would be typed: read again, it is the same. */
export function typedFields(draft: DealDraft): Partial<Record<TypedField, string>> {
  const { license, services, billingContact, activationMailTo, ...others } = draft;
  const people = {
    partner: license?.kind === 'new' ? license.partner : undefined,
    ...{ billingContact, activationMailTo },
  };
  const texts = {
    ...others,
    ...Object.fromEntries(
      Object.entries(people).map(([field, whom]) => [field, whom && Object.values(whom)[0]]),
    ),
    serialNumber: license?.kind === 'existing' ? license.serialNumber : undefined,
    services: services && serviceLines({ services }).map(serviceInWords).join(', '),
  };
  const known = Object.entries(texts).filter(([field, text]) => isTypedField(field) && text !== undefined);
  return Object.fromEntries(known.map(([field, text]) => [field, String(text)]));
}

/** Whether a text is the name of a field. */
export function isTypedField(name: string): name is TypedField {
  return Object.hasOwn(READERS, name);
}

/** What is no number is passed on as it came, so that it is refused and never becomes another number. */
function number(text: string): number {
  const digits = plainText(text);
  return /^\d+$/.test(digits) ? Number(digits) : (text as unknown as number);
}

function listOf(text: string): ServiceRequest[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map(serviceOf);
}

/** `5 × Outbound Call Center`, with an x or an asterisk as well: no keyboard has the sign. */
function serviceOf(text: string): ServiceRequest {
  const [, quantity, service] = /^(\d+)\s*[×xX*]\s+(.+)$/.exec(plainText(text)) ?? [];
  return service === undefined ? text : { service, quantity: Number(quantity) };
}

function partner(whom: string): PartnerReference {
  return person(whom) ?? { partnerId: plainText(whom) };
}

function billingContact(whom: string): BillingContactReference {
  return person(whom) ?? { billingContactId: plainText(whom) };
}

/** Undefined for one of the vendor's ids. */
function person(whom: string): { email: string } | { company: string } | undefined {
  if (whom.includes('@')) return { email: whom };
  return isVendorId(plainText(whom)) ? undefined : { company: whom };
}
