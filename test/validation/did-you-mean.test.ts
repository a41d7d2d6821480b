import { didYouMean } from '../../validation/did-you-mean';
import { Refusal } from '../../domain/refusal';
import { parseRequest } from '../../validation/request-schema';
import { tutorialRequest } from '../support/requests';

function problemsOf(more: object): unknown[] {
  try {
    parseRequest({ ...tutorialRequest('typed'), ...more });
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return (error as Refusal).details.problems as unknown[];
  }
  throw new Error('Expected a refusal.');
}

it.each([
  ['licence', 'license'],
  ['extension', 'extensions'],
  ['yeards', 'years'],
  ['billing_contact', 'billingContact'],
  ['billing contact', 'billingContact'],
  ['PONumber', 'poNumber'],
  ['price', undefined],
  ['x', undefined],
])('a request with the key %s: did you mean %s', (key, meant) => {
  expect(problemsOf({ [key]: 1 })).toEqual([
    {
      ...{ field: key, expected: 'no such key', received: 'a key that is not known here' },
      ...(meant !== undefined && { didYouMean: meant }),
    },
  ]);
});

it.each([
  [{ license: { kind: 'existing', serialNumber: '3651E1292455', serialnumber: '1' } }, 'serialNumber'],
  [{ license: { kind: 'new', partner: { 'e-mail': 'a@b.example' } } }, 'email'],
  [{ billingContact: { mail: 'a@b.example' } }, 'email'],
  [{ activationMailTo: { partnerid: '1' } }, 'partnerId'],
])('%j: the keys of that place are meant', (more, meant) => {
  expect(problemsOf(more)).toContainEqual(expect.objectContaining({ didYouMean: meant }));
});

it('a partner with a serial number is no slip: what is wrong is said', () => {
  const license = { kind: 'existing', serialNumber: '3651E1292455', partner: { email: 'a@b.example' } };
  expect(problemsOf({ license })).toEqual([
    expect.objectContaining({
      expected: expect.stringMatching(/^no partner with an existing PBX/) as string,
    }),
  ]);
  expect(JSON.stringify(problemsOf({ license }))).not.toContain('didYouMean');
});

it('what is as near to two is either, and what is near to none is nothing', () => {
  expect(['ac', 'bc']).toContain(didYouMean('aac', ['ac', 'bc']));
  expect(didYouMean('plan', ['services', 'years'])).toBeUndefined();
});
