import { compareClocks } from '../../doctor/clock';

const NOW = Date.UTC(2026, 10, 27);
const ALLOWED = 10 * 60_000;

it.each([
  [0, 'as expected'],
  [-29_000, 'as expected'],
  [90_000, 'different, handled'],
  [-600_000, 'different, handled'],
  [-601_000, 'different, not handled'],
  [3_600_000, 'different, not handled'],
])('a clock that is %d ms ahead: %s', (ahead, verdict) => {
  expect(compareClocks(NOW + ahead, NOW, ALLOWED).verdict).toBe(verdict);
});

it('no time, and one that cannot be read, are not checked', () => {
  expect(compareClocks(undefined, NOW, ALLOWED).verdict).toBe('not checked');
  expect(compareClocks(NaN, NOW, ALLOWED).verdict).toBe('not checked');
});
