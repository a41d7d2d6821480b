import fc from 'fast-check';
import { readFilledIn } from '../../domain/filled-in';
import { parseRequest } from '../../validation/request-schema';
import { tutorialRequest } from '../support/requests';

it.each([
  { plan: 'Ultimate' },
  { extensions: 100, years: 5 },
  { license: { kind: 'existing', serialNumber: '3651E1292455' } },
  { license: { kind: 'new' } },
  { license: { kind: 'new', partner: { company: 'Blue GmbH' } } },
  { plan: 'Ultimate', services: ['Disaster Recovery', { service: 'Recording', quantity: 2 }] },
  { services: [] },
  { billingContact: { billingContactId: '9223372036854775807' }, poNumber: 'PO-7781' },
])('%j fills in, and a request takes it', (value) => {
  expect(readFilledIn(value)).toEqual(value);
  expect(() => parseRequest({ ...tutorialRequest('filled-1'), ...value })).not.toThrow();
});

it.each([
  [undefined, 'one JSON object'],
  [null, 'one JSON object'],
  ['Ultimate', 'one JSON object'],
  [['plan'], 'one JSON object'],
  [{}, 'at least one of operation, product, license, plan'],
  [{ requestId: 'another' }, 'requestId: expected one of operation, product, license, plan'],
  [{ colour: 'red' }, 'colour: expected one of operation, product, license, plan'],
  [JSON.parse('{"__proto__": 1}'), '__proto__: expected one of'],
  [{ toString: 'x' }, 'toString: expected one of'],
  [{ plan: 7 }, 'plan: expected the name or id of a plan, as text'],
  [{ plan: ' ' }, 'plan: expected'],
  [{ plan: undefined }, 'plan: expected'],
  [{ plan: 'x'.repeat(501) }, 'plan: expected'],
  [{ extensions: '100' }, 'extensions: expected a whole number of at least 1'],
  [{ extensions: 0 }, 'extensions: expected'],
  [{ extensions: 1.5 }, 'extensions: expected'],
  [{ extensions: 2 ** 53 }, 'extensions: expected'],
  [{ years: 6 }, 'years: expected a whole number from 1 to 5'],
  [{ services: 'Hotel PMS' }, 'services: expected a list'],
  [{ services: [7] }, 'services: expected a list'],
  [{ services: [{ service: 'Recording' }] }, 'services: expected a list'],
  [{ services: [{ service: 'Recording', quantity: 1, colour: 'red' }] }, 'services: expected a list'],
  [{ license: 'new' }, 'license: expected an object such as'],
  [{ license: { kind: 'used' } }, 'license: expected'],
  [{ license: { kind: 'existing' } }, 'license: expected'],
  [{ license: { kind: 'existing', serialNumber: 3651 } }, 'license: expected'],
  [{ license: { kind: 'existing', partner: { email: 'a@b.example' } } }, 'license: expected'],
  [{ license: { kind: 'new', serialNumber: '3651E1292455' } }, 'license: expected'],
  [{ license: { kind: 'new', partner: {} } }, 'license: expected'],
  [{ license: { kind: 'new', partner: { partnerId: 42 } } }, 'license: expected'],
  [{ billingContact: { email: 'a@b.example', company: 'B' } }, 'billingContact: expected'],
  [{ billingContact: { mail: 'a@b.example' } }, 'billingContact: expected'],
  [{ poNumber: 7781 }, 'poNumber: expected a purchase order number, as text'],
])('%j does not, and what would is said', (value, message) => {
  expect(readFilledIn(value)).toEqual(expect.stringMatching(/^fill: .*expected/));
  expect(readFilledIn(value)).toContain(message);
});

it.each([
  { operation: 'renew' },
  { product: 'appliance' },
  { operation: 'expand', addExtensions: 20, addConcurrentCalls: 8 },
  { operation: 'renew', product: 'appliance', billingCycle: 'monthly' },
  { operation: 'trial', activationMailTo: { email: 'ann@blue.example' } },
  { addExtensions: 20 },
  { billingCycle: 'annually', years: 2 },
])('%j fills in', (value) => {
  expect(readFilledIn(value)).toEqual(value);
});

it('what nobody can see in a word is none of it', () => {
  expect(readFilledIn({ operation: '\u200brenew ', billingCycle: 'mon\u00adthly' })).toEqual({
    operation: 'renew',
    billingCycle: 'monthly',
  });
});

it.each([
  [
    { operation: 'renewal' },
    'operation: expected one of purchase, renew, switch-plan, expand, add-service, trial',
  ],
  [{ operation: 'cancel' }, "(cancel is not ordered here: the vendor's API cannot cancel an order"],
  [{ operation: 'Renew' }, 'operation: expected one of purchase, renew'],
  [{ operation: ['renew'] }, 'operation: expected one of purchase, renew'],
  [{ product: 'cloud' }, 'product: expected one of software, appliance (cloud is not ordered here: '],
  [{ addExtensions: 0 }, 'addExtensions: expected a whole number of at least 1'],
  [{ addExtensions: '20' }, 'addExtensions: expected a whole number of at least 1'],
  [{ addConcurrentCalls: 1.5 }, 'addConcurrentCalls: expected a whole number of at least 1'],
  [{ billingCycle: 'yearly' }, 'billingCycle: expected one of annually, monthly'],
  [
    { activationMailTo: 'ann@blue.example' },
    'activationMailTo: expected an object with exactly one of partnerId, email, company',
  ],
  [{ activationMailTo: { billingContactId: '7' } }, 'activationMailTo: expected an object with'],
  [{ operation: 'expand', extensions: 20 }, 'extensions: expected no extensions for expand'],
  [{ operation: 'trial', years: 1 }, 'years: expected no years for trial'],
  [
    { operation: 'renew', billingCycle: 'monthly', product: 'software' },
    'expected no billingCycle for renew',
  ],
  [{ operation: 'trial', product: 'appliance' }, 'product: expected software for trial'],
])('%j is refused, and nothing of it is filled in', (value, message) => {
  expect(readFilledIn(value)).toEqual(expect.stringMatching(/^fill: /));
  expect(readFilledIn(value)).toContain(message);
});

it('whatever is typed fills in or is a sentence', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const read = readFilledIn(value);
      expect(['string', 'object']).toContain(typeof read);
    }),
  );
});
