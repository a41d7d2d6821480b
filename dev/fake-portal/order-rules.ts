import { BILLING_CONTACTS, PARTNERS } from './catalogue';
import { digitsOf, expectField, onlyKeys, parseFields, type Fields } from './json-fields';
import { checkLines } from './line-rules';

/** What is kept of an order that keeps the rules. */
export interface CheckedOrder {
  body: string;
  productNo?: string;
  poNumber?: string;
}

const KEYS = [
  'operationType',
  'productId',
  'productNo',
  'partnerId',
  'assignId',
  'billingId',
  'poNumber',
  'serviceList',
];

/**
 * Checks the body of Create an Order (vendor page "Create an Order" and tutorial) as it came, digit for digit.
 *
 * @throws Refused
 */
export function checkOrder(body: string, isKnownProduct: (productNo: string) => boolean): CheckedOrder {
  const order = parseFields(body);
  onlyKeys(order, KEYS, 'body');
  expectField(order, 'operationType', 'the text "purchase_plan"', (value) => value === 'purchase_plan');
  expectField(order, 'productId', 'the number 12', (value) => digitsOf(value) === '12');
  const productNo = optionalText(order, 'productNo');
  if (productNo !== undefined) checkExisting(order, isKnownProduct(productNo));
  if (order.partnerId !== undefined) checkPartner(order);
  optionalText(order, 'assignId');
  expectField(order, 'billingId', 'the id of a billing contact as a bare number, digit for digit', (value) =>
    BILLING_CONTACTS.some(({ billingContactId }) => billingContactId === digitsOf(value)),
  );
  const poNumber = optionalText(order, 'poNumber');
  checkLines(order.serviceList);
  return { body, ...(productNo !== undefined && { productNo }), ...(poNumber !== undefined && { poNumber }) };
}

/** A serial number is for an existing PBX, a subordinate user for a new license (vendor tutorial, the table). */
function checkExisting(order: Fields, isKnown: boolean): void {
  expectField(order, 'productNo', 'a serial number of this account', () => isKnown);
  expectField(order, 'partnerId', 'none beside productNo', (value) => value === undefined);
}

/** Its type in an order is not documented: bare number and text are taken, the digits must be right. */
function checkPartner(order: Fields): void {
  expectField(order, 'partnerId', 'the id of a subordinate user, digit for digit', (value) => {
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
