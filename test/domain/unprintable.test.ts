import { readFilledIn } from '../../domain/filled-in';
import { wrongShape } from '../../domain/request-shape';
import { normalForm } from '../../domain/normal-form';
import { orderBody } from '../../portal/order-body';
import type { Refusal } from '../../domain/refusal';
import type { PurchaseRequest } from '../../domain/request';
import { parseRequest } from '../../validation/request-schema';
import { tutorialRequest } from '../support/requests';

/** Of what is left once that is taken away which nobody can see: what never goes to the vendor. */
const UNPRINTABLE: [string, string][] = [
  ['U+0000', '\0'],
  ['U+000A', '\n'],
  ['U+001B', '\u001b'],
  ['U+007F', '\u007f'],
  ['U+0085', '\u0085'],
  ['U+009B', '\u009b'],
  ['U+2028', '\u2028'],
  ['U+2029', '\u2029'],
  ['U+0600', '\u0600'],
  ['U+13430', '\u{13430}'],
  ['U+D800', '\ud800'],
];

/** A request with the character in each of its texts, by the field. */
const FIELDS: [string, (mark: string) => object][] = [
  ['requestId', (mark) => ({ requestId: `deal${mark}4711` })],
  ['license.serialNumber', (mark) => ({ license: { kind: 'existing', serialNumber: `3651${mark}E1` } })],
  [
    'license.partner.partnerId',
    (mark) => ({ license: { kind: 'new', partner: { partnerId: `1${mark}1` } } }),
  ],
  [
    'license.partner.email',
    (mark) => ({ license: { kind: 'new', partner: { email: `a${mark}@b.example` } } }),
  ],
  ['license.partner.company', (mark) => ({ license: { kind: 'new', partner: { company: `A${mark}B` } } })],
  ['plan', (mark) => ({ plan: `Ulti${mark}mate` })],
  ['services.0', (mark) => ({ services: [`Hotel${mark}PMS`] })],
  ['services.0.service', (mark) => ({ services: [{ service: `Hotel${mark}PMS`, quantity: 1 }] })],
  ['billingContact.billingContactId', (mark) => ({ billingContact: { billingContactId: `1${mark}1` } })],
  ['billingContact.email', (mark) => ({ billingContact: { email: `a${mark}@b.example` } })],
  ['billingContact.company', (mark) => ({ billingContact: { company: `A${mark}B` } })],
  ['poNumber', (mark) => ({ poNumber: `PO${mark}1` })],
];

const refusalOf = (request: unknown): Refusal | undefined => {
  try {
    parseRequest(request);
    return undefined;
  } catch (error) {
    return error as Refusal;
  }
};

describe.each(FIELDS)('%s', (field, change) => {
  it.each(UNPRINTABLE)('is refused with %s, which the message names and does not repeat', (name, mark) => {
    const request = { ...tutorialRequest('deal-4711'), ...change(mark) };
    const refusal = refusalOf(request);
    expect(refusal?.code).toBe('InvalidRequest');
    expect(refusal?.message).toContain(name.replace('U+', 'U+'));
    expect(refusal?.message).toContain(field.replace(/\.service$/, ''));
    expect(refusal?.message).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    // Before the lookups of a run that was started by hand.
    expect(wrongShape(normalForm(request))).toMatch(
      new RegExp(`${field}: expected .*; came ${name.replace('+', '\\+')}`),
    );
  });

  it.each(['\u200b', '\u202e', '\u00ad', '\ufeff'])('is taken without %j, which nobody can see', (mark) => {
    const asSeen = { ...tutorialRequest('deal-4711'), ...change('') };
    expect(refusalOf({ ...tutorialRequest('deal-4711'), ...change(mark) })).toBeUndefined();
    expect(parseRequest({ ...tutorialRequest('deal-4711'), ...change(mark) })).toEqual(parseRequest(asSeen));
  });
});

it.each(UNPRINTABLE)('%s is not filled in either', (name, mark) => {
  expect(readFilledIn({ poNumber: `PO${mark}1` })).toMatch(
    new RegExp(`poNumber: expected .*${name.slice(2)}`),
  );
});

it('a key with such a character is named without it', () => {
  const refusal = refusalOf({ ...tutorialRequest('deal-4711'), 'x\u001b[2J\n': 1 });
  expect(refusal?.message).toContain('x\\u{1b}[2J\\u{a}: expected no such key');
});

it.each(UNPRINTABLE)('what the lookups gave does not go to the vendor with %s', (name, mark) => {
  const facts = {
    plan: { planId: '1', planName: 'Ultimate' },
    services: [],
    billingContactId: '2',
  };
  const request: PurchaseRequest = tutorialRequest('deal-4711');
  for (const change of [{ serialNumber: `3651${mark}` }, { partnerId: `P${mark}` }]) {
    expect(() => orderBody(request, { ...facts, ...change } as never)).toThrow(name);
  }
  expect(() => orderBody({ ...request, poNumber: `PO${mark}` }, facts as never)).toThrow(name);
});
