import fc from 'fast-check';
import { CRMS, dealIdOf, dealKeyOf, dealRequestIdOf, isDealKey } from '../../src/orders/deal';
import { REQUEST_ID } from '../../src/orders/request-schema';

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
