import fc from 'fast-check';
import { CRMS, dealIdOf, dealKeyOf, isDealKey } from '../../src/orders/deal';

const id = fc.stringMatching(/^[A-Za-z0-9._-]{1,60}$/);

it('every deal of every CRM has a key, which has its id', () => {
  fc.assert(
    fc.property(fc.constantFrom(...CRMS), id, id, (crm, account, dealId) => {
      const key = dealKeyOf({ crm, account, dealId });
      expect(isDealKey(key)).toBe(true);
      expect(dealIdOf(key)).toBe(dealId);
    }),
  );
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
])('%j is no key of a deal', (text) => {
  expect(isDealKey(text)).toBe(false);
});
