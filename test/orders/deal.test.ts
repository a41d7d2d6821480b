import fc from 'fast-check';
import { CRMS, DEAL_ID, dealIdOf, dealKeyOf, isDealKey } from '../../src/orders/deal';

const id = fc.stringMatching(DEAL_ID);
const reference = fc.record({ crm: fc.constantFrom(...CRMS), account: id, dealId: id });

it('a key is made of CRM, account and deal, and tells the deal again', () => {
  fc.assert(
    fc.property(reference, (deal) => {
      const key = dealKeyOf(deal);
      expect(isDealKey(key)).toBe(true);
      expect(dealIdOf(key)).toBe(deal.dealId);
    }),
  );
});

it('two deals never have one key', () => {
  fc.assert(
    fc.property(reference, reference, (one, other) => {
      expect(dealKeyOf(one) === dealKeyOf(other)).toBe(
        one.crm === other.crm && one.account === other.account && one.dealId === other.dealId,
      );
    }),
  );
});

it.each([
  '',
  'hubspot',
  'hubspot:9001234',
  'hubspot:9001234:',
  'hubspot::7',
  ':9001234:7',
  'HubSpot:9001234:7',
  'zoho:9001234:7',
  // The request id of its first win.
  'hubspot:9001234:7:1',
  'hubspot:9001234:7 ',
  'hubspot:9001234:7\n',
  'hubspot:9001234:a/b',
  'hubspot:9001234:é',
  `hubspot:9001234:${'7'.repeat(61)}`,
])('%j is no key of a deal', (text) => {
  expect(isDealKey(text)).toBe(false);
});
