import fc from 'fast-check';
import { readDeal, type Deal } from '../../domain/deal';
import { CRMS, dealIdOf, dealKeyIn, dealKeyOf, dealRequestIdOf, isDealKey } from '../../domain/deal-ids';
import { REQUEST_ID } from '../../validation/request-schema';

const id = fc.stringMatching(/^[A-Za-z0-9._-]{1,60}$/);
const account = fc.stringMatching(/^[A-Za-z0-9._-]{1,40}$/);

it('every deal of every CRM has a key, which has its id', () => {
  fc.assert(
    fc.property(fc.constantFrom(...CRMS), account, id, (crm, ofAccount, dealId) => {
      const key = dealKeyOf({ crm, account: ofAccount, dealId });
      expect(isDealKey(key)).toBe(true);
      expect(dealIdOf(key)).toBe(dealId);
    }),
  );
});

it.each(CRMS)('the longest ids that a deal of %s may have still make a request id', (crm) => {
  const deal = dealKeyOf({ crm, account: 'a'.repeat(40), dealId: '1'.repeat(60) });
  expect(isDealKey(deal)).toBe(true);
  expect(dealRequestIdOf(deal, 9999)).toMatch(REQUEST_ID);
});

it.each([
  '',
  'hubspot',
  'hubspot:9001234',
  'hubspot:9001234:',
  'hubspot::31415926535',
  'hubspot:9001234:31415926535:1',
  'deal:hubspot:9001234:31415926535',
  'siebel:9001234:31415926535',
  'HubSpot:9001234:31415926535',
  'toString:9001234:31415926535',
  'hubspot:9001234:314 159',
  'hubspot:9001234:314/159',
  'hubspot:9001234:31415926535\n',
  `hubspot:9001234:${'1'.repeat(61)}`,
  `hubspot:${'1'.repeat(41)}:31415926535`,
])('%j is no key of a deal', (text) => {
  expect(isDealKey(text)).toBe(false);
});

const OPPORTUNITY = 'salesforce:00DAA0000001abc2AA:006AA00000xyzABYAY';

it.each([
  ['hubspot:9001234:31415926535', 'hubspot:9001234:31415926535'],
  [OPPORTUNITY, OPPORTUNITY],
  ['salesforce:00DAA0000001abc:006AA00000xyzAB', OPPORTUNITY],
  ['salesforce:00DAA0000001abc2AA:006AA00000xyzAB', OPPORTUNITY],
  ['salesforce:00DAA0000001abcMAA:006AA00000xyzABYAY', undefined],
  [OPPORTUNITY.toLowerCase(), undefined],
  ['salesforce:00DAA0000001abc2AA:006aA00000xyzABYAY', undefined],
  ['salesforce:00DAA0000001abc2AA:4714', undefined],
  ['siebel:1:2', undefined],
])('a deal has one key: %s means %s', (text, key) => {
  expect(dealKeyIn(text)).toBe(key);
});

const deal: Deal = {
  dealId: '4714',
  isWon: true,
  wonAt: '2026-11-24T09:29:57.000Z',
  toldAt: '2026-11-24T09:30:00.000Z',
  fields: { po_number: 'PO-7781' },
  company: {},
  lineItems: [{ sku: 'YS-ULT', quantity: '100' }, { name: 'Recovery', isUnknown: true }, {}],
};

it('a deal has the shape of one, with as little as is required, too', () => {
  expect(readDeal(deal)).toEqual(deal);
  const least = { dealId: '7', isWon: false, fields: {}, company: {}, lineItems: [] };
  expect(readDeal(least)).toEqual(least);
  expect(readDeal({ dealId: '7', isWon: false })).toEqual(least);
});

it.each([
  undefined,
  null,
  'won',
  [],
  { isWon: true },
  { ...deal, isWon: 'yes' },
  { ...deal, wonAt: 'today' },
  { ...deal, toldAt: 'later' },
  { ...deal, fields: { po_number: 7781 } },
  { ...deal, lineItems: {} },
  { ...deal, lineItems: [{ sku: 4 }] },
])('%j is no deal', (value) => {
  expect(readDeal(value)).toBeUndefined();
});

it.each([null, undefined, '', ' \u200b'])('what is %j in it is left out', (empty) => {
  const { wonAt: _1, toldAt: _2, ...rest } = deal;
  const lineItems = [{ sku: empty, name: 'Fee', quantity: empty, isUnknown: empty }, empty];
  const given = { ...rest, wonAt: empty, toldAt: empty, fields: { po: empty }, company: empty, lineItems };
  expect(readDeal(given)).toEqual({ ...rest, fields: {}, company: {}, lineItems: [{ name: 'Fee' }] });
});

it('true and false are text in its fields', () => {
  expect(readDeal({ ...deal, fields: { po: true }, company: { vip: false } })).toMatchObject({
    ...{ fields: { po: 'true' }, company: { vip: 'false' } },
  });
});

it('its times may be written in any way that tells a moment', () => {
  const { wonAt, toldAt } = readDeal({
    ...{ ...deal, wonAt: '2026-11-24 09:29:57+0000', toldAt: '2026-11-24t10:30:00+01' },
  })!;
  expect({ wonAt, toldAt }).toEqual({ wonAt: deal.wonAt, toldAt: deal.toldAt });
  expect(readDeal({ ...deal, wonAt: '2026-11-24T09:29:57' })).toBeUndefined();
});
