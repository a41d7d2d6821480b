import type { OURSELVES } from '../domain/deal';
import { OPERATION_RULES, type OperationRule } from '../domain/operations';
import type { Operation, Product } from '../domain/request';
import { plainText } from '../domain/visible-text';

/** Where a fact of the license stands in a deal: a field of the deal or of its company, or always the same. */
export type FactSource =
  | { from: 'deal' | 'company'; field: string; default?: string; required?: boolean }
  | { from: 'rule'; value: string };

/** Always the same word of ours, or a field, each of whose values stands for one. */
export type WordSource<Word extends string> =
  | { from: 'rule'; word: Word }
  | {
      from: 'deal' | 'company';
      field: string;
      words: Readonly<Record<string, Word>>;
      default?: Word;
    };

/** SKUs of line items, each of which stands for a word of ours. */
export interface SkuWords<Word extends string> {
  from: 'skus';
  skus: Readonly<Record<string, Word>>;
  default?: Word;
}

export type OperationSource = WordSource<Operation> | SkuWords<Operation>;

/** What a SKU among the deal's line items stands for. */
export interface ServiceBySku {
  service: string;
  /** The line item's quantity is the service's; without, the service is bought once. */
  byQuantity: boolean;
}

/** How many come on top: the quantity of the one line item whose SKU is listed, or a fact. */
export type AddedSource = { skus: readonly string[] } | { fact: FactSource };

/** How a deal of a source becomes a purchase request. */
export interface LicenseRules {
  /** Which operation a deal is. Absent: a purchase. */
  operation?: OperationSource;
  /** Absent: the Software Edition. */
  product?: WordSource<Product>;
  /** There: the license is for that PBX. Not there: a new license, for `partner`. */
  serialNumber?: FactSource;
  /** For a new license: the user it is for, by exactly one of the three, or the word for oneself. */
  partner?: { by: 'partnerId' | 'email' | 'company'; fact: FactSource } | typeof OURSELVES;
  /** From the one line item whose SKU is listed (SKU to plan), or from a fact. */
  plan: { skus: Readonly<Record<string, string>> } | { fact: FactSource };
  /** Absent: the quantity of the plan's line item. */
  extensions?: FactSource;
  addExtensions?: AddedSource;
  addConcurrentCalls?: AddedSource;
  services?: { skus: Readonly<Record<string, ServiceBySku>> } | { names: readonly string[] };
  years?: FactSource;
  billingCycle?: FactSource;
  billingContact?: { by: 'billingContactId' | 'email' | 'company'; fact: FactSource };
  activationMailTo?: { by: 'partnerId' | 'email' | 'company'; fact: FactSource };
  poNumber?: FactSource;
}

/** The operations that the rules name. */
export function operationsIn({ operation }: Pick<LicenseRules, 'operation'>): Operation[] {
  return operation === undefined ? ['purchase'] : wordsIn(operation);
}

/** The operations, each on a product, that deals of these rules can be. */
export function possibleRules(rules: Pick<LicenseRules, 'operation' | 'product'>): OperationRule[] {
  const operations = operationsIn(rules);
  const products = rules.product === undefined ? ['software'] : wordsIn(rules.product);
  return OPERATION_RULES.filter(
    (rule) => operations.includes(rule.operation) && products.includes(rule.product),
  );
}

function wordsIn<Word extends string>(source: WordSource<Word> | SkuWords<Word>): Word[] {
  if (source.from === 'rule') return [source.word];
  const words = Object.values(source.from === 'skus' ? source.skus : source.words);
  return source.default === undefined ? words : [...words, source.default];
}

/** The SKUs that a rule lists; none where it goes by something else. */
export function skusIn(source: object | undefined): readonly string[] {
  if (source === undefined || !('skus' in source)) return [];
  const { skus } = source as { skus: readonly string[] | Readonly<Record<string, unknown>> };
  return Array.isArray(skus) ? (skus as string[]) : Object.keys(skus);
}

/** The fields that a source's rules name: what is read of a deal, and nothing else. */
export interface NamedFields {
  deal: readonly string[];
  company: readonly string[];
}

/** Where something stands, as far as it is a field. */
type FieldPlace = { from: 'deal' | 'company'; field: string } | { from: 'rule' | 'skus' };

/** The fields that rules name, each once. */
export function namedFields(rules: LicenseRules): NamedFields {
  const places = [
    rules.operation,
    rules.product,
    rules.serialNumber,
    typeof rules.partner === 'object' ? rules.partner.fact : undefined,
    factIn(rules.plan),
    rules.extensions,
    factIn(rules.addExtensions),
    factIn(rules.addConcurrentCalls),
    rules.years,
    rules.billingCycle,
    rules.billingContact?.fact,
    rules.activationMailTo?.fact,
    rules.poNumber,
  ];
  return { deal: fieldsFrom('deal', places), company: fieldsFrom('company', places) };
}

function factIn(source: { fact: FactSource } | { skus: unknown } | undefined): FactSource | undefined {
  return source !== undefined && 'fact' in source ? source.fact : undefined;
}

function fieldsFrom(from: 'deal' | 'company', places: readonly (FieldPlace | undefined)[]): string[] {
  return [...new Set(places.flatMap((place) => (place?.from === from ? [place.field] : [])))];
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
