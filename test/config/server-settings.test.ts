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
