import { withMetrics } from '../../../dev/stack/metrics-address';

it.each([
  ['127.0.0.1:9464', 0, '127.0.0.1:9464'],
  ['127.0.0.1:9464', 2, '127.0.0.1:9466'],
  ['[::1]:9464', 1, '[::1]:9465'],
  ['127.0.0.1:0', 1, '127.0.0.1:0'],
  ['nonsense', 1, 'nonsense'],
  [undefined, 1, undefined],
])('of %s the process at place %i serves at %s', (address, place, expected) => {
  expect(withMetrics({ WONCE_METRICS: address }, place).WONCE_METRICS).toBe(expected);
});
