import fc from 'fast-check';
import { readDecision, VERBS } from '../../domain/decision';

it.each([
  ['choose', { id: '77', by: 'Ann' }, { verb: 'choose', id: '77', by: 'Ann' }],
  [
    'settle',
    { created: ' ZC1 ', by: 'Ann', why: 'seen' },
    { verb: 'settle', created: 'ZC1', by: 'Ann', why: 'seen' },
  ],
  ['settle', { notCreated: 'stop', by: 'Ann' }, { verb: 'settle', notCreated: 'stop', by: 'Ann' }],
  ['cancel', { by: 'Ann' }, { verb: 'cancel', by: 'Ann' }],
] as const)('%s with %j', (verb, input, decision) => {
  expect(readDecision(verb, input)).toEqual(decision);
});

it.each([
  ['choose', undefined],
  ['choose', 'ZC1'],
  ['choose', ['ZC1']],
  ['choose', { by: 'Ann' }],
  ['choose', { id: 77, by: 'Ann' }],
  ['choose', { id: '77' }],
  ['choose', { id: '77', by: '  ' }],
  ['choose', { id: '77', by: 'Ann', created: 'ZC1' }],
  ['choose', { id: '7'.repeat(501), by: 'Ann' }],
  ['settle', { created: 'ZC1', notCreated: 'stop', by: 'Ann' }],
  ['settle', { notCreated: 'perhaps', by: 'Ann' }],
  ['settle', { by: 'Ann' }],
  ['cancel', { by: 'Ann', why: 7 }],
  ['cancel', { by: 'Ann', id: '7' }],
] as const)('%s with %j is none, and what would be one is said', (verb, input) => {
  expect(readDecision(verb, input)).toMatch(new RegExp(`^${verb}: .*expected`));
});

it('all that is wrong with one is told at once, a sentence each', () => {
  const problems = readDecision('settle', { why: 7, about: 7, created: 'ZC1', notCreated: 'stop' });
  expect(problems).toMatch(
    /^settle: by: expected [^.]*\. why: expected [^.]*\. settle: about: expected [^.]*\. settle: expected \{/,
  );
});

it('whatever is typed is a decision or a sentence', () => {
  fc.assert(
    fc.property(fc.constantFrom(...VERBS), fc.anything(), (verb, input) => {
      const decision = readDecision(verb, input);
      expect(typeof decision === 'string' || decision.verb === verb).toBe(true);
    }),
  );
});
