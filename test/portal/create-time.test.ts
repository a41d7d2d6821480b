import { LosslessNumber } from 'lossless-json';
import { createTimeMs } from '../../portal/create-time';

const now = Date.parse('2026-01-01T00:00:00Z');
const moment = Date.parse('2025-02-16T14:58:46Z');
const number = (digits: string) => new LosslessNumber(digits);

it.each<[string, unknown]>([
  ['milliseconds', number('1739717926000')],
  ['milliseconds as text', '1739717926000'],
  ['milliseconds with an exponent', number('1.739717926E12')],
  ['seconds', number('1739717926')],
  ['seconds as text', ' 1739717926 '],
  ['seconds with a fraction', number('1739717926.000')],
  ['ISO text', '2025-02-16T14:58:46Z'],
  ['ISO text with milliseconds', '2025-02-16T14:58:46.000z'],
  ['ISO text of another zone', '2025-02-16T22:58:46+08:00'],
  ['ISO text of a zone as Java writes it', '2025-02-16 22:58:46.000 +0800'],
  ['ISO text of a zone of whole hours', '2025-02-16T22:58:46+08'],
])('is read from %s', (_what, value) => {
  expect(createTimeMs(value, now)).toBe(moment);
});

it('keeps what is finer than a second', () => {
  expect(createTimeMs(number('1739717926123'), now)).toBe(1_739_717_926_123);
  expect(createTimeMs(number('1739717926.123'), now)).toBe(1_739_717_926_123);
  expect(createTimeMs('2025-02-16T14:58:46.123456Z', now)).toBe(1_739_717_926_123);
});

it.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['zero', number('0')],
  ['a negative number', number('-1739717926')],
  ['microseconds', number('1739717926000000')],
  ['a time before the portal, in seconds', number('1420070399')],
  ['a time more than a year ahead', number('1798900000000')],
  ['a number that is beyond all numbers', number('1e999')],
  ['a day: the hour is missing', '2025-02-16'],
  ['a time without a zone: it may be half a day off', '2025-02-16T14:58:46'],
  ['a minute: up to a minute too early', '2025-02-16T14:58Z'],
  ['a day that is none', '2025-13-45T14:58:46Z'],
  ['words', 'yesterday'],
  ['an object', { time: 1_739_717_926_000 }],
])('is not known from %s', (_what, value) => {
  expect(createTimeMs(value, now)).toBeUndefined();
});

it('a clock of the vendor that is fast by less than a year is believed', () => {
  expect(createTimeMs(number(String(now + 1000)), now)).toBe(now + 1000);
});
