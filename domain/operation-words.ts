import { NOT_OFFERED, OPERATION_RULES, PRODUCTS_NOT_OFFERED, type OperationRule } from './operations';
import { OPERATIONS, PRODUCTS } from './request';

/** What an operation is one of; of what somebody may well mean instead it is said why it is not ordered here. */
export function anOperation(came?: unknown): string {
  return oneOf(OPERATIONS, NOT_OFFERED, came);
}

/** The same of a product. */
export function aProduct(came?: unknown): string {
  return oneOf(PRODUCTS, PRODUCTS_NOT_OFFERED, came);
}

function oneOf(
  words: readonly string[],
  notOffered: Readonly<Record<string, string>>,
  came: unknown,
): string {
  const why = typeof came === 'string' && Object.hasOwn(notOffered, came) ? notOffered[came] : undefined;
  const choices = `one of ${words.join(', ')}`;
  return why === undefined ? choices : `${choices} (${String(came)} is not ordered here: ${why})`;
}

/** An operation on a product, as messages name it. */
export function nameOf({ operation, product }: Pick<OperationRule, 'operation' | 'product'>): string {
  return product === 'software' ? operation : `${operation} of the ${product}`;
}

/** The products of which there is an operation: `software or appliance`. */
export function productsOf(operation: string): string {
  return OPERATION_RULES.filter((rule) => rule.operation === operation)
    .map(({ product }) => product)
    .join(' or ');
}

/** Fields of a request that every operation has. */
const ALL_HAVE = ['operation', 'product', 'license', 'plan', 'poNumber'];

/** Whether a request of the operation may have the field. */
export function hasField({ needs, oneOf = [], may }: OperationRule, field: string): boolean {
  return [...ALL_HAVE, ...needs, ...oneOf, ...may].includes(field);
}
