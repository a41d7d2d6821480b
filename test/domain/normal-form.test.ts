import fc from 'fast-check';
import { normalForm } from '../../domain/normal-form';
import { parseRequest } from '../../validation/request-schema';
import { Undecodable } from '../../domain/undecodable';

/** As people type and paste: in any case, with blanks and with what nobody can see. */
const typed = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(
      text,
      fc.constantFrom('', ' ', '\u200b', '\u00ad ', '\ufeff'),
      fc.constantFrom('', ' ', '\u200e', '\u00a0'),
    )
    .map(([word, before, after]) => `${before}${word}${after}`);

const id = typed(fc.stringMatching(/^[1-9]\d{0,19}$/));
const name = typed(fc.constantFrom('Ultimate', 'Enterprise Plan', 'Blue Lagoon Ltd', '３０４９'));
const reference = (key: string) =>
  fc.oneof(
    id.map((value) => ({ [key]: value })),
    typed(fc.constant('a@b.example')).map((email) => ({ email })),
    name.map((company) => ({ company })),
  );

const request = fc.record(
  {
    requestId: typed(fc.stringMatching(/^[a-z0-9-]{1,20}$/)),
    license: fc.oneof(
      typed(fc.constantFrom('3651e1292455', '3651E129 2455', '３６５１Ｅ1292455')).map((serialNumber) => ({
        kind: 'existing',
        serialNumber,
      })),
      reference('partnerId').map((partner) => ({ kind: 'new', partner })),
      fc.constant({ kind: 'new' }),
    ),
    plan: fc.oneof(name, id),
    extensions: fc.integer({ min: 1, max: 500 }),
    years: fc.integer({ min: 1, max: 5 }),
    services: fc.oneof(
      fc.constant(null),
      fc.constant([' Recording\u200b', '']),
      fc.constant([{ service: '３１２９', quantity: 2 }]),
    ),
    billingContact: fc.oneof(fc.constant(null), reference('billingContactId')),
    poNumber: fc.constantFrom('', 'PO-7781 ', 'PO\u200b1'),
  },
  { requiredKeys: ['requestId', 'license', 'plan', 'extensions', 'years'] },
);

it('a request that is right has the form in which it is checked and written down', () => {
  fc.assert(fc.property(request, (given) => expect(normalForm(given)).toEqual(parseRequest(given))));
});

it.each([
  ['nothing', undefined],
  ['text', 'deal-1'],
  ['a list', []],
  ['what cannot be decoded', new Undecodable('json/protobuf')],
])('%s stays what it is, to be refused', (_what, given) => {
  expect(normalForm(given)).toBe(given);
});

it.each([
  ['a license that is none', { license: 5 }],
  ['a serial number that is none', { license: { kind: 'existing', serialNumber: 5 } }],
  ['services that are none', { services: [null, 5, {}] }],
])('%s is no reason to fail', (_what, given) => {
  expect(() => normalForm(given)).not.toThrow();
});
