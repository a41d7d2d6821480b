import { OURSELVES, type FilledIn } from '../domain/deal';
import type { BillingCycle, Operation, Product } from '../domain/request';
import { plainText, visibleText } from '../domain/visible-text';

/** What people fill in for a deal, by the names that they type. */
const READERS = {
  operation: (text) => ({ operation: text as Operation }),
  product: (text) => ({ product: text as Product }),
  serialNumber: (serialNumber) => ({ license: { kind: 'existing', serialNumber } }),
  partner: (whom) => ({ license: { kind: 'new', partner: whom === OURSELVES ? whom : { email: whom } } }),
  plan: (plan) => ({ plan }),
  extensions: (text) => ({ extensions: number(text) }),
  addExtensions: (text) => ({ addExtensions: number(text) }),
  addConcurrentCalls: (text) => ({ addConcurrentCalls: number(text) }),
  services: (text) => ({ services: listOf(text) }),
  years: (text) => ({ years: number(text) }),
  billingCycle: (text) => ({ billingCycle: text as BillingCycle }),
  billingContact: (email) => ({ billingContact: { email } }),
  activationMailTo: (email) => ({ activationMailTo: { email } }),
  poNumber: (poNumber) => ({ poNumber }),
} satisfies Record<string, (text: string) => FilledIn>;

/** One of the names. */
export type TypedField = keyof typeof READERS;

export const TYPED_FIELDS = Object.keys(READERS) as TypedField[];

/**
 * Reads a field as it was typed: `100` of `extensions`, `Disaster Recovery,Recording` of `services`. Whether the value is
 * right is for `readDealDecision` to say.
 *
 * @returns undefined when nothing was typed
 */
export function readTypedField(field: TypedField, typed: string): FilledIn | undefined {
  const text = visibleText(typed);
  return text === '' ? undefined : READERS[field](text);
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

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
