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
