import { isRecord } from '../../domain/json-values';
import { nameOf, productsOf } from '../../domain/operation-words';
import type { OperationRule } from '../../domain/operations';
import { operationsIn, possibleRules, type LicenseRules } from '../license-rules';

type Key = keyof LicenseRules;

/** What the part `license` lacks: the key, and what would be right there. */
interface Lack {
  key: Key;
  expected: string;
}

/** What a key says. */
const MEANINGS: Readonly<Partial<Record<Key, string>>> = {
  serialNumber: 'where the serial number of the PBX stands',
  extensions:
    'where the number of extensions stands: without SKUs of plans there is no line item to take it from',
  services: 'where the services stand',
  years: 'a whole number from 1 to 5, or { deal: field }, or { company: field }',
};

/**
 * What is not there, so that no deal of one of the file's operations could ever become a request.
 *
 * @param rules as far as they are right: of what is wrong, that is said
 */
export function lacksOf(rules: LicenseRules): Lack[] {
  if (![rules.operation, rules.product].every(isRightOrAbsent)) return [];
  const possible = possibleRules(rules);
  const lacks = [
    ...operationsIn(rules)
      .filter((operation) => !possible.some((rule) => rule.operation === operation))
      .map(otherProduct),
    ...possible.flatMap((rule) => lacksFor(rule, rules)),
  ];
  return lacks.filter(({ key }, at) => lacks.findIndex((other) => other.key === key) === at);
}

function isRightOrAbsent(source: unknown): boolean {
  if (source === undefined) return true;
  if (!isRecord(source) || !('from' in source)) return false;
  return typeof source.word === 'string' || isRecord(source.skus ?? source.words);
}

function otherProduct(operation: string): Lack {
  return { key: 'product', expected: `${productsOf(operation)} for ${operation}` };
}

function lacksFor(rule: OperationRule, rules: LicenseRules): Lack[] {
  const { licenses, needs, oneOf = [] } = rule;
  const name = nameOf(rule);
  const purpose = name === 'purchase' ? '' : `for ${name}: `;
  const keys: readonly Key[] = licenses.includes('new') ? needs : ['serialNumber', ...needs];
  const lacks = keys
    .filter((key) => !says(rules, key))
    .map((key): Lack => ({ key, expected: `${purpose}${MEANINGS[key] ?? key}` }));
  if (oneOf.length === 0 || oneOf.some((key) => says(rules, key))) return lacks;
  return [...lacks, { key: oneOf[0]!, expected: `${purpose}${oneOf.join(' or ')}` }];
}

function says(rules: LicenseRules, key: Key): boolean {
  const isThere = rules[key] !== undefined;
  return key === 'extensions' ? isThere || !isPlanOfDeal(rules.plan) : isThere;
}

/** Not by SKU; of a plan that is wrong, that is said. */
function isPlanOfDeal(plan: unknown): boolean {
  return typeof plan === 'object' && plan !== null && 'fact' in plan;
}
