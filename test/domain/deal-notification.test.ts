import { readDealNotification } from '../../domain/deal-notification';

const notification = { source: 'shop', deal: 'standard-webhooks:shop:4714', by: 'webhook' };
const content = { dealId: '4714', isWon: true, fields: {}, company: {}, lineItems: [] };

it.each([
  notification,
  { ...notification, by: 'sweep' },
  { ...notification, content },
  { ...notification, content: { ...content, lineItems: [{ sku: 'YS-ULT', quantity: '100' }] } },
  { ...notification, by: 'person', decision: { verb: 'buy', by: 'Ann' } },
])('%j is word of a deal', (word) => {
  expect(readDealNotification(word)).toEqual(word);
});

it('what is null counts as absent, and times are read as UTC: one win has one time', () => {
  expect(readDealNotification({ ...notification, content: null, decision: null })).toEqual(notification);
  const told = { ...content, wonAt: '2026-11-24T10:00:00+01:00' };
  expect(readDealNotification({ ...notification, content: told })).toMatchObject({
    content: { wonAt: '2026-11-24T09:00:00.000Z' },
  });
});

it.each([
  [undefined, /^expected one JSON object/],
  [[notification], /^expected one JSON object/],
  [{ ...notification, source: 7 }, /^source: /],
  [{ ...notification, source: 'The Shop' }, /^source: /],
  [{ ...notification, deal: 'shop:4714' }, /^deal: /],
  [{ source: 'shop', deal: notification.deal }, /^by: expected one of webhook, sweep, person/],
  [{ ...notification, by: 'ann' }, /^by: /],
  [{ ...notification, by: null }, /^by: /],
  [{ ...notification, decison: {} }, /^decison: expected one of source, deal, by, content, decision/],
  [{ ...notification, content: 'won' }, /^content: expected the deal/],
  [{ ...notification, content: { ...content, isWon: 'yes' } }, /^content: expected the deal/],
  [{ ...notification, content: { ...content, fields: { seats: 100 } } }, /^content: expected the deal/],
  [{ ...notification, content: { ...content, dealId: '4715' } }, /^content: dealId: expected 4714/],
  [{ ...notification, content: { ...content, wonAt: '24.11.2026' } }, /^content: /],
  [{ ...notification, content: { ...content, wonAt: '2026-11-24T10:00:00' } }, /a time with its zone/],
  [
    { ...notification, content: { ...content, fields: { a: 'x'.repeat(50_000) } } },
    /at most 50,000 characters/,
  ],
  [{ ...notification, deal: 'hubspot:1:4714', content }, /^content: expected none/],
  [
    { ...notification, decision: { verb: 'buy', by: 'Ann' } },
    /^decision: expected none, unless by is person/,
  ],
  [{ ...notification, by: 'person', decision: { verb: 'sell', by: 'Ann' } }, /^decision: verb: /],
  [{ ...notification, by: 'person', decision: { verb: 'buy' } }, /^decision: buy: by: /],
  [{ ...notification, by: 'person', decision: { verb: 'fill', by: 'Ann', fill: {} } }, /^decision: fill: /],
])('%j is none: %s', (word, problem) => {
  expect(readDealNotification(word)).toMatch(problem);
});
