import type { FilledIn } from '../domain/deal';
import { foldName, listAtMostTen } from '../domain/names';
import { hasField, nameOf } from '../domain/operation-words';
import type { OperationRule } from '../domain/operations';
import { OPERATIONS, PRODUCTS, type Operation, type Product } from '../domain/request';
import { placeOf, quoted, shown, skuOf, type DealLookup } from './deal-lookup';
import { skusIn, type LicenseRules, type SkuWords, type WordSource } from './license-rules';

/**
 * Which operation a deal is; undefined where the rules do not say (a purchase then), and where the deal is not clear: that is
 * added to what is missing.
 */
export function operationIn(lookup: DealLookup, { operation }: LicenseRules): Operation | undefined {
  if (operation === undefined) return undefined;
  return operation.from === 'skus'
    ? operationBySku(lookup, operation)
    : wordIn(lookup, 'operation', operation, OPERATIONS);
}

/** Which product it is of; undefined as above (the Software Edition where the rules do not say). */
export function productIn(lookup: DealLookup, { product }: LicenseRules): Product | undefined {
  return product === undefined ? undefined : wordIn(lookup, 'product', product, PRODUCTS);
}

/** A value that stands for nothing is not guessed, and no default covers it. */
function wordIn<Word extends string>(
  lookup: DealLookup,
  field: string,
  source: WordSource<Word>,
  choices: readonly Word[],
): Word | undefined {
  if (source.from === 'rule') return source.word;
  const value = lookup.told(source);
  if (value === undefined && source.default !== undefined) return source.default;
  const words = Object.entries(source.words);
  const [, word] = words.find(([text]) => foldName(text) === foldName(value ?? '')) ?? [];
  if (word !== undefined) return word;
  const expected = `expected in ${placeOf(source)} one of ${pairs(words)}`;
  return lookup.report(field, `${expected}${filledIn(choices)}`, quoted(value ?? ''));
}

function operationBySku(lookup: DealLookup, { skus, ...rest }: SkuWords<Operation>): Operation | undefined {
  const listed = Object.keys(skus);
  const items = lookup.itemsWith(listed);
  const [first, ...others] = new Set(items.map((item) => skus[skuOf(item)]!));
  const isKnown = lookup.unknownInWords() === undefined;
  const isOne = first !== undefined && others.length === 0;
  // Of each it is looked at whether it is sold; what is wrong with it is said there.
  if (isKnown && isOne) {
    return items.every((item) => lookup.isSold('operation', item)) ? first : undefined;
  }
  if (isKnown && items.length === 0 && rest.default !== undefined) return rest.default;
  const expected = `expected line items with the SKUs of one operation (${pairs(Object.entries(skus))})`;
  const came =
    isKnown && items.length > 0
      ? pairs(items.map((item) => [shown(item), skus[skuOf(item)]!]))
      : lookup.itemsInWords([]);
  return lookup.report('operation', `${expected}${filledIn(OPERATIONS)}`, came);
}

/**
 * Line items that the rules list for a field that the operation does not have, and one that may be any: two orders may be
 * meant, and nobody guesses which. They are added to what is missing.
 */
export function reportStrayItems(lookup: DealLookup, rules: LicenseRules, rule: OperationRule): void {
  const { services, addExtensions, addConcurrentCalls } = rules;
  const strange = Object.entries({ services, addExtensions, addConcurrentCalls }).filter(
    ([field, source]) => !hasField(rule, field) && skusIn(source).length > 0,
  );
  const strays = strange.flatMap(([field, source]) =>
    lookup.itemsWith(skusIn(source)).map((item): [string, string] => [shown(item), field]),
  );
  const unknown = strange.length > 0 ? lookup.unknownInWords() : undefined;
  if (strays.length === 0 && unknown === undefined) return;
  const expected = `expected no line items that ${nameOf(rule)} does not order`;
  lookup.report('operation', `${expected}${filledIn(OPERATIONS)}`, unknown ?? pairs(strays));
}

/**
 * What is filled in that the operation does not have: somebody meant another operation, or another field. Added to what is
 * missing, and left out.
 */
export function fittingOf(lookup: DealLookup, filledIn: FilledIn, rule: OperationRule): FilledIn {
  const foreign = Object.keys(filledIn).filter((key) => !hasField(rule, key));
  if (foreign.length === 0) return filledIn;
  const expected = `expected an operation that has what is filled in (${foreign.join(', ')})`;
  const without = 'to order without that, dismiss the win and order by hand';
  lookup.report('operation', expected, `${nameOf(rule)}; ${without}`);
  return Object.fromEntries(Object.entries(filledIn).filter(([key]) => !foreign.includes(key)));
}

/** `YS-RENEW (renew), YS-EXT (expand)` */
function pairs(entries: readonly (readonly [string, string])[]): string {
  return listAtMostTen(entries.map(([text, word]) => `${text} (${word})`));
}

function filledIn(choices: readonly string[]): string {
  return `, or one of ${choices.join(', ')} filled in`;
}
