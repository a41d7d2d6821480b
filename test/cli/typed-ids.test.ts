import { dealIn, idIn } from '../../cli/typed-ids';

const PAGE = 'http://127.0.0.1:8233/namespaces/default/workflows/';

it.each([
  ['as it is', 'deal-4711', 'deal-4711'],
  ['of its run', 'purchase:deal-4711', 'deal-4711'],
  ['of its quote', 'quote:deal-4711', 'deal-4711'],
  ['of the run of a purchase of a deal', 'purchase:hubspot:1:2:1', 'hubspot:1:2:1'],
  ['of the run of a deal', 'deal:hubspot:1:2', 'hubspot:1:2'],
  ['in an address', `${PAGE}purchase%3Ahubspot%3A1%3A2%3A1/0198-run/history`, 'hubspot:1:2:1'],
  ['from an address', 'purchase%3Adeal-4711', 'deal-4711'],
  ['with what nobody sees', ' \u200bpurchase:deal-4711\u00a0', 'deal-4711'],
  ['that only begins so', 'purchase:purchase:1', 'purchase:1'],
  ['with a sign that no id has', '100%', '100%'],
])('an id %s is understood', (_how, typed, id) => {
  expect(idIn(typed)).toBe(id);
});

it('a deal is known by the id of one of its purchases', () => {
  expect(dealIn('purchase:hubspot:1:2:3')).toBe('hubspot:1:2');
  expect(dealIn('hubspot:1:2:3')).toBe('hubspot:1:2');
  expect(dealIn('deal:hubspot:1:2')).toBe('hubspot:1:2');
});
