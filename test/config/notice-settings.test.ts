import { SettingsError } from '../../config/settings-error';
import { serverSettings } from '../../config/server-settings';
import { workerSettings } from '../../config/settings';

const DATABASE = { DATABASE_URL: 'postgres://ledger.example/wonce' };
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ENV = {
  ...DATABASE,
  PORTAL_URL: 'https://openapi.partner.example',
  PORTAL_CLIENT_ID: 'id',
  PORTAL_CLIENT_SECRET: 'secret',
};
const notices = (env: Record<string, string>) => workerSettings({ ...ENV, ...env }).notices;

it.each([
  {},
  { WONCE_NOTICES: '', WONCE_NOTICES_SECRET: '', WONCE_NOTICES_REMIND_AFTER: '', WONCE_PUBLIC_URL: '' },
])('no address, no notices: %j', (env) => {
  expect(notices(env)).toEqual({ addresses: [], remindAfterMs: 4 * 60 * 60_000 });
});

it('addresses are of a receiver of signed messages, or of a chat tool; each once', () => {
  const one = 'https://ops.example/hooks?a=b%2Cc';
  const chat = 'text+https://hooks.slack.example/services/T0/B0/token';
  const { addresses, ...more } = notices({
    WONCE_NOTICES: `${one}, ${chat},${one},`,
    WONCE_NOTICES_SECRET: SECRET,
    WONCE_NOTICES_REMIND_AFTER: '90m',
    WONCE_PUBLIC_URL: 'https://wonce.example/',
  });
  expect(addresses).toMatchObject([
    { kind: 'signed', url: one, host: 'ops.example' },
    { kind: 'text', url: chat.slice('text+'.length), host: 'hooks.slack.example' },
  ]);
  expect(more).toEqual({ secret: SECRET, remindAfterMs: 90 * 60_000, publicUrl: 'https://wonce.example' });
});

it('the id of an address is a digest of it, whatever stands beside it', () => {
  const env = { WONCE_NOTICES_SECRET: SECRET };
  const [alone] = notices({ ...env, WONCE_NOTICES: 'https://ops.example/token' }).addresses;
  const second = notices({ ...env, WONCE_NOTICES: 'https://a.example,https://ops.example/token' })
    .addresses[1];
  expect(second!.id).toBe(alone!.id);
  expect(alone!.id).toMatch(/^[0-9a-f]{16}$/);
});

it.each([
  ['no address', { WONCE_NOTICES: 'ops.example' }, /WONCE_NOTICES: expected addresses with commas/],
  ['another scheme', { WONCE_NOTICES: 'text+ftp://ops.example/token' }, /WONCE_NOTICES: expected addresses/],
  ['a password', { WONCE_NOTICES: 'https://me:token@ops.example' }, /without a user and password/],
  ['no secret', { WONCE_NOTICES: 'https://ops.example/token' }, /WONCE_NOTICES_SECRET is not set/],
  [
    'a password for a secret',
    { WONCE_NOTICES: 'https://ops.example', WONCE_NOTICES_SECRET: 'token-token' },
    /WONCE_NOTICES_SECRET: expected whsec_/,
  ],
  [
    'plain http',
    { WONCE_NOTICES: 'text+http://ops.example/token' },
    /begins with http:\/\/ and is not of this/,
  ],
])('%s is refused, and not shown', (_what, env, message) => {
  let error: unknown;
  try {
    notices(env);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(SettingsError);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).not.toMatch(/token-token|ops\.example/);
});

it('plain http is for this machine, or for whoever allows it in words', () => {
  expect(notices({ WONCE_NOTICES: 'text+http://127.0.0.1:9/x' }).addresses).toHaveLength(1);
  const env = { WONCE_NOTICES: 'text+http://ops.example/x', WONCE_ALLOW_PLAIN_HTTP: 'yes' };
  expect(notices(env).addresses).toHaveLength(1);
});

it('a chat tool alone needs no secret', () => {
  expect(notices({ WONCE_NOTICES: 'text+https://ops.example' }).addresses).toHaveLength(1);
});

it('the server is told whether there are any', () => {
  expect(serverSettings(DATABASE).hasNotices).toBe(false);
  expect(serverSettings({ ...DATABASE, WONCE_NOTICES: ' ' }).hasNotices).toBe(false);
  expect(serverSettings({ ...DATABASE, WONCE_NOTICES: 'https://ops.example' }).hasNotices).toBe(true);
});
