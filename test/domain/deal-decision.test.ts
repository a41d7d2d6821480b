import fc from 'fast-check';
import { DEAL_VERBS } from '../../domain/deal';
import { isDealVerb, readDealDecision } from '../../domain/deal-decision';

it.each([
  ['buy', { by: 'Ann' }, { verb: 'buy', by: 'Ann' }],
  ['buy', { by: ' Ann ', why: ' asked ' }, { verb: 'buy', by: 'Ann', why: 'asked' }],
  ['dismiss', { by: 'Ann', why: 'a test' }, { verb: 'dismiss', by: 'Ann', why: 'a test' }],
  [
    'fill',
    { fill: { plan: 'Ultimate', years: 2 }, by: 'Ann' },
    { verb: 'fill', fill: { plan: 'Ultimate', years: 2 }, by: 'Ann' },
  ],
] as const)('%s with %j', (verb, input, decision) => {
  expect(readDealDecision(verb, input)).toEqual(decision);
});

it.each([
  ['buy', undefined],
  ['buy', null],
  ['buy', 'Ann'],
  ['buy', ['Ann']],
  ['buy', {}],
  ['buy', { by: '  ' }],
  ['buy', { by: 7 }],
  ['buy', { by: 'A'.repeat(501) }],
  ['buy', { by: 'Ann', why: 7 }],
  ['buy', { by: 'Ann', plan: 'Ultimate' }],
  ['buy', { by: 'Ann', fill: { plan: 'Ultimate' } }],
  ['dismiss', { by: 'Ann', fill: {} }],
  ['fill', { fill: { plan: 'Ultimate' } }],
] as const)('%s with %j is none, and what would be one is said', (verb, input) => {
  expect(readDealDecision(verb, input)).toMatch(new RegExp(`^${verb}: .*expected`));
});

it.each([undefined, {}, { extensions: 'a hundred' }, { requestId: 'another' }, { plann: 'Ultimate' }])(
  'filling in %j is refused in words',
  (fill) => {
    expect(readDealDecision('fill', { fill, by: 'Ann' })).toEqual(expect.any(String));
  },
);

it('all that is wrong with one is told at once, a sentence each', () => {
  expect(
    readDealDecision('fill', { fill: { extensions: 'a hundred', plann: 'x', years: 6 }, price: 1 }),
  ).toMatch(
    /^fill: by: expected [^.]*\. fill: expected \{.*\. fill: extensions: expected .*\. fill: plann: expected .*\. fill: years: expected /,
  );
  expect(readDealDecision('buy', { about: 7 })).toMatch(/^buy: by: expected .*\. buy: about: expected /);
  expect(
    readDealDecision('fill', { fill: { operation: 'trial', extensions: 1, addExtensions: 1 }, by: 'Ann' }),
  ).toMatch(/^fill: \w+: expected no \w+ for trial\. fill: \w+: expected no \w+ for trial$/);
});

it('whatever is typed is a decision or a sentence', () => {
  fc.assert(
    fc.property(fc.constantFrom(...DEAL_VERBS), fc.anything(), (verb, input) => {
      const decision = readDealDecision(verb, input);
      expect(typeof decision === 'string' || decision.verb === verb).toBe(true);
    }),
  );
});

it('a verb is one of the three, and nothing else', () => {
  expect(DEAL_VERBS.every(isDealVerb)).toBe(true);
  for (const other of ['settle', 'toString', '', undefined, 0]) expect(isDealVerb(other)).toBe(false);
});
