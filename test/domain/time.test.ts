import { readTime, utcOf } from '../../domain/time';

it.each([
  '2026-11-23T09:14:02Z',
  '2026-11-23T09:14:02z',
  '2026-11-23t09:14:02Z',
  '2026-11-23 09:14:02Z',
  '2026-11-23\u00a009:14:02Z',
  '\uFEFF2026-11-23T09:14:02Z ',
  '2026-11-23T09:14:02.000Z',
  '2026-11-23T09:14:02.000+0000',
  '2026-11-23T09:14:02+00',
  '2026-11-23T09:14:02+00:00',
  '2026-11-23T09:14:02 +0000',
  '2026-11-23T10:14:02+0100',
  '2026-11-23T10:14:02+01',
  '2026-11-23T05:44:02-03:30',
  '2026-11-23T09:14:02.000000Z',
])('%s is one moment', (text) => {
  expect(utcOf(text)).toBe('2026-11-23T09:14:02.000Z');
});

it('seconds may be left out', () => {
  expect(utcOf('2026-11-23T09:14Z')).toBe('2026-11-23T09:14:00.000Z');
});

it.each([
  ['without a zone', '2026-11-23T09:14:02'],
  ['without a time', '2026-11-23'],
  ['of a day that is none', '2026-02-30T00:00:00Z'],
  ['of a leap day in another year', '2026-02-29T00:00:00Z'],
  ['of an hour that is none', '2026-11-23T24:00:00Z'],
  ['of a zone that is none', '2026-11-23T09:14:02+25:00'],
  ['in words', 'Mon, 23 Nov 2026 09:14:02 GMT'],
  ['that is a number', '1795425242000'],
  ['that is empty', ''],
])('a time %s is none', (_what, text) => {
  expect(readTime(text)).toBeUndefined();
});

it('a leap day is a day', () => {
  expect(utcOf('2028-02-29T00:00:00Z')).toBe('2028-02-29T00:00:00.000Z');
});
