import { readDealNotification } from '../../domain/deal-notification';

const hint = { source: 'shop', deal: 'standard-webhooks:shop:4714', by: 'webhook' };
const content = { dealId: '4714', isWon: true, fields: {}, company: {}, lineItems: [] };

it.each([
  hint,
  { ...hint, by: 'sweep' },
  { ...hint, content },
  { ...hint, content: { ...content, lineItems: [{ sku: 'YS-ULT', quantity: '100' }] } },
  { ...hint, by: 'person', decision: { verb: 'buy', by: 'Ann' } },
])('%j is word of a deal', (word) => {
  expect(readDealNotification(word)).toEqual(word);
});

it('what is null counts as absent, and times are read as UTC: one win has one time', () => {
  expect(readDealNotification({ ...hint, content: null, decision: null })).toEqual(hint);
  const told = { ...content, wonAt: '2026-11-24T10:00:00+01:00' };
  expect(readDealNotification({ ...hint, content: told })).toMatchObject({
    content: { wonAt: '2026-11-24T09:00:00.000Z' },
  });
});

it.each([
  [undefined, /^expected one JSON object/],
  [[hint], /^expected one JSON object/],
  [{ ...hint, source: 7 }, /^source: /],
  [{ ...hint, source: 'The Shop' }, /^source: /],
  [{ ...hint, deal: 'shop:4714' }, /^deal: /],
  [{ source: 'shop', deal: hint.deal }, /^by: expected one of webhook, sweep, person/],
  [{ ...hint, by: 'ann' }, /^by: /],
  [{ ...hint, by: null }, /^by: /],
  [{ ...hint, decison: {} }, /^decison: expected one of source, deal, by, content, decision/],
  [{ ...hint, content: 'won' }, /^content: expected the deal/],
  [{ ...hint, content: { ...content, isWon: 'yes' } }, /^content: expected the deal/],
  [{ ...hint, content: { ...content, fields: { seats: 100 } } }, /^content: expected the deal/],
  [{ ...hint, content: { ...content, dealId: '4715' } }, /^content: dealId: expected 4714/],
  [{ ...hint, content: { ...content, wonAt: '24.11.2026' } }, /^content: /],
  [{ ...hint, content: { ...content, wonAt: '2026-11-24T10:00:00' } }, /a time with its zone/],
  [{ ...hint, content: { ...content, fields: { a: 'x'.repeat(50_000) } } }, /at most 50,000 characters/],
  [{ ...hint, deal: 'hubspot:1:4714', content }, /^content: expected none/],
  [{ ...hint, decision: { verb: 'buy', by: 'Ann' } }, /^decision: expected none, unless by is person/],
  [{ ...hint, by: 'person', decision: { verb: 'sell', by: 'Ann' } }, /^decision: verb: /],
  [{ ...hint, by: 'person', decision: { verb: 'buy' } }, /^decision: buy: by: /],
  [{ ...hint, by: 'person', decision: { verb: 'fill', by: 'Ann', fill: {} } }, /^decision: fill: /],
])('%j is none: %s', (word, problem) => {
  expect(readDealNotification(word)).toMatch(problem);
});
