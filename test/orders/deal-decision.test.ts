import fc from 'fast-check';
import { DEAL_VERBS } from '../../src/orders/deal';
import { isDealVerb, readDealDecision } from '../../src/orders/deal-decision';

it.each([
  ['buy', { by: ' Ann ' }, { verb: 'buy', by: 'Ann' }],
  ['dismiss', { by: 'Ann', why: 'a test deal' }, { verb: 'dismiss', by: 'Ann', why: 'a test deal' }],
  [
    'fill',
    { fill: { plan: 'Ultimate', extensions: 100 }, by: 'Ann' },
    { verb: 'fill', fill: { plan: 'Ultimate', extensions: 100 }, by: 'Ann' },
  ],
] as const)('%s with %j', (verb, input, decision) => {
  expect(readDealDecision(verb, input)).toEqual(decision);
});

it.each([
  ['buy', undefined],
  ['buy', null],
  ['buy', 'Ann'],
  ['buy', [{ by: 'Ann' }]],
  ['buy', {}],
  ['buy', { by: '  ' }],
  ['buy', { by: 7 }],
  ['buy', { by: 'A'.repeat(501) }],
  ['buy', { by: 'Ann', why: 7 }],
  ['buy', { by: 'Ann', why: '' }],
  ['buy', { by: 'Ann', fill: { plan: 'Ultimate' } }],
  ['buy', { by: 'Ann', verb: 'dismiss' }],
  ['dismiss', { by: 'Ann', requestId: 'x' }],
  ['fill', { fill: { plan: 'Ultimate' } }],
  ['fill', { fill: { plan: 'Ultimate' }, by: 'Ann', plan: 'Ultimate' }],
] as const)('%s with %j is none, and what would be one is said', (verb, input) => {
  expect(readDealDecision(verb, input)).toMatch(new RegExp(`^${verb}: .*expected`));
});

it.each([undefined, {}, { requestId: 'mine' }, { extensions: 'a hundred' }, { colour: 'red' }])(
  'nothing that a request has not can be filled in: %j',
  (fill) => {
    expect(typeof readDealDecision('fill', { fill, by: 'Ann' })).toBe('string');
  },
);

it('whatever is typed is a decision or a sentence', () => {
  fc.assert(
    fc.property(fc.constantFrom(...DEAL_VERBS), fc.anything(), (verb, input) => {
      const decision = readDealDecision(verb, input);
      expect(typeof decision === 'string' || decision.verb === verb).toBe(true);
    }),
  );
});

it('the verbs about a deal are no others', () => {
  expect([...DEAL_VERBS, 'settle', 'toString', undefined].map(isDealVerb)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
