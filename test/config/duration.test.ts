import { readDuration } from '../../config/duration';

it.each([
  ['200ms', 200],
  ['90s', 90_000],
  [' 10m ', 600_000],
  ['1.5 h', 5_400_000],
  ['1d', 86_400_000],
])('"%s" is %d ms', (text, ms) => {
  expect(readDuration(text)).toBe(ms);
});

it.each(['', '90', '0s', '-1m', 'soon', '5 minutes', '1h30m', '1,5h', '1e3s', `${'9'.repeat(400)}d`])(
  '"%s" is no duration',
  (text) => {
    expect(readDuration(text)).toBeUndefined();
  },
);
