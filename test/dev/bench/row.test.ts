import { median, percentile } from '../../../dev/bench/percentiles';
import { reportInWords } from '../../../dev/bench/report';
import { inWords, judged, targetInWords, type Row } from '../../../dev/bench/row';

const ROW: Row = {
  what: 'one purchase',
  measured: 240,
  unit: 'ms',
  reference: { what: 'plain code', value: 500 },
  target: { of: 'ratio', is: 'at most', value: 0.48 },
};

describe('what is reached', () => {
  it.each([
    [240, true],
    [240.1, false],
  ])('a ratio to the reference, its bound included: %d ms beside 500 ms', (measured, isReached) => {
    expect(judged('purchase', { ...ROW, measured })).toMatchObject({ isReached, ratio: measured / 500 });
  });

  it.each([
    ['at most', 535, true],
    ['at most', 536, false],
    ['at least', 535, true],
    ['at least', 534, false],
  ] as const)('%s 35 ms more than 500 ms: %d ms', (is, measured, isReached) => {
    const target = { of: 'difference', is, value: 35 } as const;
    expect(judged('purchase', { ...ROW, measured, target }).isReached).toBe(isReached);
  });

  it('a figure without a reference, which has no ratio', () => {
    const row = { what: 'a second', measured: 50, unit: '/s' } as const;
    const target = { of: 'measured', is: 'at least', value: 50 } as const;
    expect(judged('throughput', { ...row, target })).toEqual({
      ...row,
      target,
      part: 'throughput',
      isReached: true,
    });
  });

  it('never what has no figure, or no reference to compare it with', () => {
    expect(judged('purchase', { ...ROW, measured: Number.NaN }).isReached).toBe(false);
    const { reference: _, ...alone } = ROW;
    expect(judged('purchase', alone).isReached).toBe(false);
  });

  it('nothing is said of a row without a target', () => {
    const { target: _, ...row } = ROW;
    expect(judged('purchase', row)).not.toHaveProperty('isReached');
  });
});

it('says what is to be reached with its unit, as far as it has one', () => {
  expect(targetInWords(ROW)).toBe('at most 0.48 of it');
  expect(targetInWords({ ...ROW, target: { of: 'difference', is: 'at most', value: 35 } })).toBe(
    'at most 35 ms more',
  );
  expect(targetInWords({ ...ROW, unit: '/s', target: { of: 'measured', is: 'at least', value: 50 } })).toBe(
    'at least 50 /s',
  );
});

it('rounds to what counts', () => {
  expect([1.234, 12.34, 123.4, 12_345.6].map((value) => inWords(value, 'ms'))).toEqual([
    '1.23 ms',
    '12.3 ms',
    '123 ms',
    '12,346 ms',
  ]);
});

describe('percentiles', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('are measurements that there were', () => {
    expect([1, 50, 99, 100].map((percent) => percentile(hundred, percent))).toEqual([1, 50, 99, 100]);
    expect(percentile([7], 99)).toBe(7);
    // Of ten, the largest is within the last per cent.
    expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 99)).toBe(10);
  });

  it('have the middle between two', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([3, 1, 2])).toBe(2);
  });

  it('of nothing are no figure', () => {
    expect([median([]), percentile([], 99)]).toEqual([Number.NaN, Number.NaN]);
  });
});

it('the table has a row for each figure, and below it what could not be measured', () => {
  const text = reportInWords({
    at: '2026-11-28T12:00:00.000Z',
    cores: 2,
    machine: 'linux x64',
    node: '20.20.2',
    ground: 'embedded',
    rows: [judged('purchase', ROW), judged('history', { what: 'events', measured: 29, unit: 'events' })],
    failed: [{ part: 'deal', problem: 'no CRM' }],
  });
  expect(text.split('\n')).toEqual([
    '2 cores (linux x64), Node 20.20.2, embedded, 2026-11-28T12:00:00.000Z',
    '',
    'part      what          measured   reference          ratio  to reach            reached',
    'purchase  one purchase  240 ms     500 ms plain code  0.48   at most 0.48 of it  yes',
    'history   events        29 events  -                  -      -                   -',
    '',
    'deal could not be measured: no CRM',
  ]);
});
