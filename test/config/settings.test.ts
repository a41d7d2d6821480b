import { workerSettings } from '../../config/settings';

const ENV = {
  PORTAL_URL: 'https://openapi.partner.example',
  PORTAL_CLIENT_ID: 'id',
  PORTAL_CLIENT_SECRET: 'secret',
  DATABASE_URL: 'postgres://ledger.example/wonce',
};

it.each(['2026-11-24T05:00:00Z', '2026-11-24 06:00:00+0100', '2026-11-24T05:00:00+00'])(
  'the time of a backup may be written as %s',
  (time) => {
    const { ledgerRestoredFrom } = workerSettings({ ...ENV, WONCE_LEDGER_RESTORED_FROM: time });
    expect(ledgerRestoredFrom).toEqual(new Date('2026-11-24T05:00:00Z'));
  },
);

it('but with its zone', () => {
  const time = '2026-11-24T05:00:00';
  expect(() => workerSettings({ ...ENV, WONCE_LEDGER_RESTORED_FROM: time })).toThrow(
    /WONCE_LEDGER_RESTORED_FROM: expected the time of the backup with its zone/,
  );
});

describe('where metrics are served', () => {
  const metricsOf = (address?: string) => workerSettings({ ...ENV, WONCE_METRICS: address }).metrics;

  it.each([
    ['127.0.0.1:9464', { host: '127.0.0.1', port: 9464 }],
    ['0.0.0.0:0', { host: '0.0.0.0', port: 0 }],
    ['worker.internal:65535', { host: 'worker.internal', port: 65535 }],
    ['[::1]:9464', { host: '::1', port: 9464 }],
  ])('%s', (address, expected) => expect(metricsOf(address)).toEqual(expected));

  it('is nowhere at first', () => {
    expect(metricsOf()).toBeUndefined();
    expect(metricsOf('')).toBeUndefined();
  });

  it.each(['9464', ':9464', '127.0.0.1', '127.0.0.1:65536', 'http://127.0.0.1:9464', '::1:9464'])(
    '%s is none',
    (address) =>
      expect(() => metricsOf(address)).toThrow(/WONCE_METRICS: expected an address to serve metrics/),
  );
});
