import { BILLING_CONTACTS, PARTNERS, type ProductId } from './catalogue';
import { invalid } from './envelope';
import { digitsOf, expectField, onlyKeys, type Fields } from './json-fields';
import { linesOf } from './line-rules';
import { OPERATIONS, VARYING, type Operation } from './operations';
import { stateAt, type PbxState } from './pbx-state';
import type { Product } from './products';

/** What is kept of an order that keeps the rules, beside its body. */
export interface CheckedOrder {
  productNo?: string;
  poNumber?: string;
}

/** The fields that every order may have. */
const COMMON = ['operationType', 'productId', 'poNumber', 'serviceList'];

type FindProduct = (productNo: string) => Product | undefined;

/**
 * Checks the body of Create an Order (vendor page "Create an Order" and the tutorial of its operation) as it came,
 * digit for digit.
 *
 * @param at when it comes, in ms since 1970: what the PBX has then counts
 * @throws Refused
 */
export function checkOrder(order: Fields, find: FindProduct, at: number): CheckedOrder {
  onlyKeys(order, [...COMMON, ...VARYING], 'body');
  const { productId, operation } = operationOf(order);
  const name = `an order of ${String(order.operationType)} for product ${productId}`;
  onlyKeys(order, [...COMMON, ...operation.fields], name);
  const productNo = optionalText(order, 'productNo');
  const product = productNo === undefined ? undefined : find(productNo);
  if (productNo !== undefined || operation.needs !== 'nothing') checkExisting(order, productId, product);
  if (order.partnerId !== undefined) checkUser(order, 'partnerId');
  checkAssignee(order);
  if (operation.fields.includes('billingId')) checkBillingContact(order);
  const poNumber = optionalText(order, 'poNumber');
  const lines = linesOf(order.serviceList);
  if (operation.needs === 'a plan') operation.checkLines(lines, boughtPlanOf(product!, at));
  else operation.checkLines(lines);
  return { ...(productNo !== undefined && { productNo }), ...(poNumber !== undefined && { poNumber }) };
}

function operationOf(order: Fields): { productId: ProductId; operation: Operation } {
  const { operationType } = order;
  const known = Object.keys(OPERATIONS);
  expectField(
    order,
    'operationType',
    `the text ${known.join(' or ')}`,
    (value) => typeof value === 'string' && known.includes(value),
  );
  const ofProducts = OPERATIONS[operationType as string]!;
  const productIds = Object.keys(ofProducts).sort().reverse();
  const productId = digitsOf(order.productId) ?? '';
  expectField(order, 'productId', `the number ${productIds.join(' or ')} with ${String(operationType)}`, () =>
    productIds.includes(productId),
  );
  return { productId: productId as ProductId, operation: ofProducts[productId as ProductId]! };
}

/** A serial number is for an existing PBX, a subordinate user for a new license (vendor tutorial, the table). */
function checkExisting(order: Fields, productId: ProductId, product: Product | undefined): void {
  expectField(order, 'productNo', 'a serial number of this account', () => product !== undefined);
  const isOfProduct = product!.productId === productId;
  expectField(order, 'productNo', `a serial number of product ${productId}`, () => isOfProduct);
  expectField(order, 'partnerId', 'none beside productNo', (value) => value === undefined);
}

/** What a PBX has at a moment. @throws Refused where it has no plan or one to try */
export function boughtPlanOf({ productNo, state }: Product, at: number): PbxState {
  if (state === undefined) throw invalid(`productNo: expected a PBX with a plan; ${productNo} has none`);
  if (state.isTrial) {
    throw invalid(`productNo: expected a PBX with a plan that was bought; ${productNo} is in trial`);
  }
  return stateAt(state, at);
}

function checkBillingContact(order: Fields): void {
  expectField(order, 'billingId', 'the id of a billing contact as a bare number, digit for digit', (value) =>
    BILLING_CONTACTS.some(({ billingContactId }) => billingContactId === digitsOf(value)),
  );
}

/** Who gets the activation mail of a trial too; of other orders its meaning is not clear (vendor page "Create an Order"). */
function checkAssignee(order: Fields): void {
  if (order.operationType !== 'trial_plan') optionalText(order, 'assignId');
  else if (order.assignId !== undefined) checkUser(order, 'assignId');
}

/** The type in an order is not documented: bare number and text are taken, the digits must be right. */
function checkUser(order: Fields, field: 'partnerId' | 'assignId'): void {
  expectField(order, field, 'the id of a subordinate user, digit for digit', (value) => {
    const id = typeof value === 'string' ? value : digitsOf(value);
    return PARTNERS.some(({ partnerId }) => partnerId === id);
  });
}

function optionalText(order: Fields, field: string): string | undefined {
  const value = order[field];
  expectField(order, field, `text, or no ${field} at all`, () => value === undefined || isText(value));
  return value as string | undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
