import { OURSELVES, type FilledIn } from '../domain/deal';
import type { BillingCycle, Operation, Product } from '../domain/request';
import { plainText, visibleText } from '../domain/visible-text';
import { ClientError } from '../client/client-error';

/** What `wonce deals fill` takes, by the names that people type. */
const READERS: Record<string, (text: string) => FilledIn> = {
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
};

/** The names that `wonce deals fill` takes. */
export const FILL_FIELDS = Object.keys(READERS);

/**
 * Reads `plan=Ultimate`, `extensions=100`, `services=Disaster Recovery,Recording` and the like. Whether the values are
 * right is for `readDealDecision` to say.
 *
 * @throws ClientError DecisionInvalid when one names no field, or names one twice
 */
export function readFillArguments(given: readonly string[]): FilledIn {
  const filledIn: FilledIn = {};
  for (const argument of given) {
    const at = argument.indexOf('=');
    const field = at < 0 ? argument : argument.slice(0, at);
    const reader = at > 0 && Object.hasOwn(READERS, field) ? READERS[field] : undefined;
    if (reader === undefined) {
      throw invalid(`${field.slice(0, 60)}: expected field=value, with one of ${FILL_FIELDS.join(', ')}`);
    }
    const text = visibleText(argument.slice(at + 1));
    if (text === '') throw invalid(`${field}: expected a value behind the =; came nothing`);
    for (const [key, value] of Object.entries(reader(text))) {
      if (Object.hasOwn(filledIn, key)) throw invalid(`${field}: expected each field once`);
      Object.assign(filledIn, { [key]: value });
    }
  }
  return filledIn;
}

function invalid(problem: string): ClientError {
  return new ClientError('DecisionInvalid', `fill: ${problem}. Nothing was filled in.`);
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
