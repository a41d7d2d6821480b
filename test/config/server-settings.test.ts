import { serverSettings } from '../../config/server-settings';

const settings = (within?: string) =>
  serverSettings({ DATABASE_URL: 'postgres://ledger.example/wonce', WONCE_RENEWALS_WITHIN: within });

it.each([
  ['60d', 60],
  ['36h', 1.5],
  [undefined, undefined],
  // Set to nothing is what a compose file makes of a variable that is not there.
  ['', undefined],
])('renewals are told within %s, which is %s days', (within, days) => {
  expect(settings(within).renewalsWithinDays).toBe(days);
});

it.each(['60', 'soon', '0d', '-1d'])('%s is no such time, and is refused by name', (within) => {
  expect(() => settings(within)).toThrow(/WONCE_RENEWALS_WITHIN: expected a duration such as/);
});

const booksAt = (at: string | undefined) =>
  serverSettings({ DATABASE_URL: 'postgres://ledger.example/wonce', WONCE_BOOKS: at }).booksAt;

it.each([
  [undefined, { hour: 2, minute: 0 }],
  ['', { hour: 2, minute: 0 }],
  ['23:30', { hour: 23, minute: 30 }],
  ['off', undefined],
])('with WONCE_BOOKS=%s the books are compared at %j', (at, time) => {
  expect(booksAt(at)).toEqual(time);
});

it.each(['2:00', '24:00', 'nightly', 'on'])('%s is no time of day, and is refused by name', (at) => {
  expect(() => booksAt(at)).toThrow(/WONCE_BOOKS: expected a time of day by UTC, such as 02:00, or off/);
});
