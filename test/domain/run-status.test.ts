import { goesOn } from '../../domain/run-status';

it.each([
  ['RUNNING', true],
  ['PAUSED', true],
  ['COMPLETED', false],
  ['CONTINUED_AS_NEW', false],
  ['TERMINATED', false],
])('a run that is %s: goes on %s', (name, expected) => {
  expect(goesOn(name)).toBe(expected);
});
