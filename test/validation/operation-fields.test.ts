import { NOT_OFFERED, OPERATION_RULES, PRODUCTS_NOT_OFFERED } from '../../domain/operations';
import { parseRequest } from '../../validation/request-schema';

const PBX = { kind: 'existing', serialNumber: '3651E1292455' };

/** A request that is right, for each row of the table. */
const RIGHT: Record<string, object> = {
  'purchase software': { license: PBX, extensions: 100, years: 2 },
  'renew software': { license: PBX, extensions: 100, years: 2, services: ['Hot Standby'] },
  'switch-plan software': { license: PBX, years: 1 },
  'expand software': { license: PBX, addExtensions: 20, years: 1 },
  'add-service software': { license: PBX, services: ['Hot Standby'], years: 1 },
  'trial software': { license: { kind: 'new' }, activationMailTo: { email: 'it@customer.example' } },
  'purchase appliance': { license: PBX, years: 3 },
  'renew appliance': { license: PBX, billingCycle: 'monthly' },
  'switch-plan appliance': { license: PBX, billingCycle: 'annually', years: 1 },
};

const request = (fields: object) => ({ requestId: 'fields-1', plan: 'Ultimate', ...fields });

it.each(OPERATION_RULES.map(({ operation, product }) => [operation, product] as const))(
  'the fields of %s %s are taken',
  (operation, product) => {
    const given = request({ operation, product, ...RIGHT[`${operation} ${product}`] });
    expect(parseRequest(given)).toEqual(given);
  },
);

const renew = { operation: 'renew', license: PBX, extensions: 100, years: 2 };

it.each<[string, object, RegExp]>([
  [
    'a renewal without the number of extensions',
    { ...renew, extensions: undefined },
    /extensions: expected a whole number of at least 1; came nothing/,
  ],
  [
    'a renewal of a new license',
    { ...renew, license: { kind: 'new' } },
    /license.kind: expected kind "existing" and the serial number of the PBX, for renew; came the text "new"/,
  ],
  [
    'a trial for a PBX that is there',
    { operation: 'trial', license: PBX },
    /license.kind: expected kind "new", for trial: it makes a new license, and a PBX that is there gets none/,
  ],
  [
    'a trial with a billing contact',
    { operation: 'trial', license: { kind: 'new' }, billingContact: { company: 'A' } },
    /billingContact: expected no billingContact for trial/,
  ],
  [
    'an expansion by 0',
    { operation: 'expand', license: PBX, addExtensions: 0, years: 1 },
    /addExtensions: expected a whole number of at least 1; came the number 0/,
  ],
  [
    'an expansion of nothing',
    { operation: 'expand', license: PBX, years: 1 },
    /addExtensions: expected addExtensions \(.*\) or addConcurrentCalls \(.*\); came nothing/,
  ],
  [
    'an expansion with the number of extensions',
    { operation: 'expand', license: PBX, addExtensions: 5, extensions: 105, years: 1 },
    /extensions: expected no extensions for expand: it is a field of purchase, renew; came one/,
  ],
  [
    'a switch with services',
    { operation: 'switch-plan', license: PBX, years: 1, services: ['Hot Standby'] },
    /services: expected no services for switch-plan/,
  ],
  [
    'an added service without one',
    { operation: 'add-service', license: PBX, services: [], years: 1 },
    /services: expected a list of services, at least one; came nothing/,
  ],
  [
    'a purchase with what comes on top',
    { license: PBX, extensions: 100, years: 1, addExtensions: 5 },
    /addExtensions: expected no addExtensions for purchase: it is a field of expand/,
  ],
  [
    'a month of the Software Edition',
    { ...renew, years: undefined, billingCycle: 'monthly' },
    /billingCycle: expected no billingCycle for renew: it is a field of purchase of the appliance/,
  ],
  [
    'years by the month',
    { operation: 'renew', product: 'appliance', license: PBX, billingCycle: 'monthly', years: 1 },
    /years: expected no years with the billing cycle monthly; came the number 1/,
  ],
  [
    'a year without years',
    { operation: 'renew', product: 'appliance', license: PBX, billingCycle: 'annually' },
    /years: expected a whole number from 1 to 5; came nothing/,
  ],
  [
    'no term',
    { operation: 'renew', product: 'appliance', license: PBX },
    /years: expected years \(.*\) or billingCycle \(.*\); came nothing/,
  ],
  [
    'an expansion of an appliance',
    { operation: 'expand', product: 'appliance', license: PBX, addExtensions: 5, years: 1 },
    /product: expected software for expand: the vendor sells no expand for another product; came the text "appliance"/,
  ],
  [
    'an operation that is none',
    { ...renew, operation: 'renewal' },
    /operation: expected one of purchase, renew, switch-plan, expand, add-service, trial; came the text "renewal"/,
  ],
  ['six years', { ...renew, years: 6 }, /years: expected a whole number from 1 to 5; came the number 6/],
])('refused before anything happens: %s', (_what, fields, message) => {
  expect(() => parseRequest(request(fields))).toThrow(message);
});

it.each(Object.entries(NOT_OFFERED))('%s is refused by name, with the reason', (operation, why) => {
  expect(() => parseRequest(request({ ...renew, operation }))).toThrow(
    `(${operation} is not ordered here: ${why})`,
  );
});

it.each(Object.entries(PRODUCTS_NOT_OFFERED))(
  'the product %s is refused by name, with the reason',
  (product, why) => {
    expect(() => parseRequest(request({ ...renew, product }))).toThrow(
      `(${product} is not ordered here: ${why})`,
    );
  },
);
