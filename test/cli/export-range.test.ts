import { readRange } from '../../cli/export-range';

const startOf = (year: number, month: number, day: number) => new Date(year, month - 1, day);

it('days are those of this machine, and both are included', () => {
  expect(readRange('2026-11-01..2026-11-30')).toEqual({
    from: startOf(2026, 11, 1),
    to: startOf(2026, 12, 1),
  });
  expect(readRange('2026-12-31..2026-12-31')).toEqual({
    from: startOf(2026, 12, 31),
    to: startOf(2027, 1, 1),
  });
  expect(readRange('2028-02-29..2028-02-29')).toEqual({
    from: startOf(2028, 2, 29),
    to: startOf(2028, 3, 1),
  });
});

it('a time is that moment, and the second is not included', () => {
  expect(readRange('2026-11-01T00:00:00Z..2026-12-01T00:00:00+01:00')).toEqual({
    from: new Date('2026-11-01T00:00:00Z'),
    to: new Date('2026-11-30T23:00:00Z'),
  });
  expect(readRange('2026-11-01..2026-11-05T12:00:00Z')).toEqual({
    from: startOf(2026, 11, 1),
    to: new Date('2026-11-05T12:00:00Z'),
  });
});

it.each([
  ['', /two ends/],
  ['2026-11-01', /two ends/],
  ['2026-11-01..2026-11-02..2026-11-03', /two ends/],
  ['2026-11-01..', /came ""/],
  ['..2026-11-30', /came ""/],
  ['2026-11..2026-12', /came "2026-11"/],
  ['2026-11-31..2026-12-01', /came "2026-11-31"/],
  ['2026-02-01..2026-02-29', /came "2026-02-29"/],
  ['0050-01-01..2026-01-01', /came "0050-01-01"/],
  ['2026-11-01T00:00:00..2026-11-30', /a time with its zone/],
  ['01.11.2026..30.11.2026', /a day, such as/],
  ['2026-11-30..2026-11-01', /the earlier end first/],
  ['2026-11-01T00:00:00Z..2026-11-01T00:00:00Z', /the earlier end first/],
])('the range "%s" is none, and it is said what one looks like', (text, problem) => {
  const read = () => readRange(text);
  expect(read).toThrow(problem);
  expect(read).toThrow(/For example: wonce audit --export 2026-11-01\.\.2026-11-30$/);
  expect(read).toThrow(expect.objectContaining({ code: 'WrongUse' }) as Error);
});
