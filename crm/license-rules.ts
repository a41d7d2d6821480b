import type { OURSELVES } from '../domain/deal';
import { plainText } from '../domain/visible-text';

/** Where a fact of the license stands in a deal: a field of the deal or of its company, or always the same. */
export type FactSource =
  | { from: 'deal' | 'company'; field: string; default?: string; required?: boolean }
  | { from: 'rule'; value: string };

/** What a SKU among the deal's line items stands for. */
export interface ServiceBySku {
  service: string;
  /** The line item's quantity is the service's; without, the service is bought once. */
  byQuantity: boolean;
}

/** How a deal of a source becomes a purchase request. */
export interface LicenseRules {
  /** There: the license is for that PBX. Not there: a new license, for `partner`. */
  serialNumber?: FactSource;
  /** For a new license: the user it is for, by exactly one of the three, or the word for oneself. */
  partner?: { by: 'partnerId' | 'email' | 'company'; fact: FactSource } | typeof OURSELVES;
  /** From the one line item whose SKU is listed (SKU to plan), or from a fact. */
  plan: { skus: Readonly<Record<string, string>> } | { fact: FactSource };
  /** Absent: the quantity of the plan's line item. */
  extensions?: FactSource;
  services?: { skus: Readonly<Record<string, ServiceBySku>> } | { names: readonly string[] };
  years: FactSource;
  billingContact?: { by: 'billingContactId' | 'email' | 'company'; fact: FactSource };
  poNumber?: FactSource;
}

/** The fields that a source's rules name: what is read of a deal, and nothing else. */
export interface NamedFields {
  deal: readonly string[];
  company: readonly string[];
}

/** The fields that rules name, each once. */
export function namedFields(rules: LicenseRules): NamedFields {
  const facts = [
    rules.serialNumber,
    typeof rules.partner === 'object' ? rules.partner.fact : undefined,
    'fact' in rules.plan ? rules.plan.fact : undefined,
    rules.extensions,
    rules.years,
    rules.billingContact?.fact,
    rules.poNumber,
  ];
  return { deal: fieldsFrom('deal', facts), company: fieldsFrom('company', facts) };
}

function fieldsFrom(place: 'deal' | 'company', facts: readonly (FactSource | undefined)[]): string[] {
  return [...new Set(facts.flatMap((fact) => (fact?.from === place ? [fact.field] : [])))];
}

/** What a whole number looks like, for messages. */
export const A_WHOLE_NUMBER = 'a whole number above 0';

/**
 * Reads a whole number above 0 as CRMs write it: "100", "100.0", "100.000". Whatever could mean something else is
 * none: "100,0", "1,000", "1e2".
 *
 * @returns undefined when it is none, or more than a number can hold exactly
 */
export function readWholeNumber(text: string): number | undefined {
  const [, digits] = /^([1-9]\d*)(?:\.0+)?$/.exec(plainText(text)) ?? [];
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : undefined;
}
