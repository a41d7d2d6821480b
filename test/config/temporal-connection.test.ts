import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainEnvironment } from '../../config/plain-environment';
import { plainTarget, temporalTarget } from '../../config/temporal-connection';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'wonce-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** The environment of somebody who has Temporal Cloud configured, in its file and by variables. */
function withCloud(): Record<string, string> {
  const folder = join(home, 'temporalio');
  mkdirSync(folder);
  const profile = 'address = "cloud.example:7233"\nnamespace = "prod"\napi_key = "planted-in-file"\n';
  writeFileSync(join(folder, 'temporal.toml'), `[profile.default]\n${profile}\n[profile.prod]\n${profile}`);
  return { HOME: home, XDG_CONFIG_HOME: home, PATH: '/bin' };
}

const MORE = {
  TEMPORAL_PROFILE: 'prod',
  TEMPORAL_API_KEY: 'planted-in-environment',
  TEMPORAL_TLS: 'true',
  TEMPORAL_GRPC_META_TENANT: 'planted',
};

it("Temporal's own configuration is used whole: address, namespace, key and TLS", () => {
  const target = temporalTarget({ ...withCloud(), ...MORE });
  expect(target).toMatchObject({
    address: 'cloud.example:7233',
    namespace: 'prod',
    connection: { address: 'cloud.example:7233', apiKey: 'planted-in-environment', tls: {} },
  });
});

it('for a server of this machine nothing of it is used, by whatever process', () => {
  const server = { address: '127.0.0.1:7233', namespace: 'orders' };
  const env = plainEnvironment({ ...withCloud(), ...MORE }, server);
  expect(env).toMatchObject({ PATH: '/bin', HOME: home });
  expect(temporalTarget(env)).toEqual(plainTarget('127.0.0.1:7233', 'orders'));
  const { address, namespace, connection } = temporalTarget(env);
  expect({ address, namespace }).toEqual(server);
  expect([connection.apiKey, connection.tls, connection.metadata]).toEqual([undefined, undefined, undefined]);
});

it.each(['127.0.0.1:7233', 'localhost', '[::1]:7233', 'temporal:7233', '10.0.0.1:7233'])(
  '%s is reached straight, by server and command as by the worker, whose client knows of no proxy',
  (TEMPORAL_ADDRESS) => {
    const { connection } = temporalTarget({ TEMPORAL_ADDRESS });
    expect(connection.channelArgs).toEqual({ 'grpc.enable_http_proxy': 0 });
  },
);

it('set to nothing, as a compose file sets what is not there, is not set', () => {
  const nothing = { TEMPORAL_API_KEY: '', TEMPORAL_ADDRESS: '', TEMPORAL_TLS_SERVER_CA_CERT_PATH: '' };
  expect(temporalTarget({ HOME: home, ...nothing })).toEqual(temporalTarget({ HOME: home }));
});

it('a profile of the file has TLS with a certificate of an authority and a client, by path and by data', () => {
  const [ca, cert] = [join(home, 'ca.pem'), join(home, 'client.pem')];
  writeFileSync(ca, 'the authority');
  writeFileSync(cert, 'the client');
  const file = join(home, 'of-the-house.toml');
  writeFileSync(
    file,
    `[profile.prod]\naddress = "temporal.example:7233"\nnamespace = "orders"\n[profile.prod.tls]\nserver_name = "other.example"\n` +
      `server_ca_cert_path = "${ca}"\nclient_cert_path = "${cert}"\nclient_key_data = "the key"\n`,
  );
  const { connection, namespace } = temporalTarget({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'prod' });
  expect(namespace).toBe('orders');
  const bytes = (text: string) => Uint8Array.from(Buffer.from(text));
  expect(connection.tls).toEqual({
    serverNameOverride: 'other.example',
    serverRootCACertificate: bytes('the authority'),
    clientCertPair: { crt: bytes('the client'), key: bytes('the key') },
  });
});

it.each<[string, Record<string, string>, RegExp]>([
  ['a certificate without its key', { TEMPORAL_TLS_CLIENT_CERT_DATA: 'planted' }, /CLIENT_KEY_… is not/],
  ['a key without its certificate', { TEMPORAL_TLS_CLIENT_KEY_DATA: 'planted' }, /CLIENT_CERT_… is not/],
  [
    'a file that is not there',
    { TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nonexistent/planted.pem' },
    /TEMPORAL_TLS_SERVER_CA_CERT_PATH names a file that cannot be read \(ENOENT\)/,
  ],
  ['a profile that is not there', { TEMPORAL_PROFILE: 'planted' }, /no profile of the name/],
  [
    'the same by path and by data',
    { TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/planted', TEMPORAL_TLS_SERVER_CA_CERT_DATA: 'planted' },
    /by path and by data/,
  ],
])('%s is refused, and its value is not shown', (_what, env, message) => {
  const failure = () => temporalTarget({ HOME: home, ...env });
  expect(failure).toThrow(message);
  expect(failure).not.toThrow(/planted/);
});

it('a file that is no TOML is refused, and what stands in it is not shown', () => {
  const file = join(home, 'broken.toml');
  writeFileSync(file, '[profile.default]\napi_key = planted');
  const failure = () => temporalTarget({ TEMPORAL_CONFIG_FILE: file });
  expect(failure).toThrow(/TEMPORAL_CONFIG_FILE is no TOML/);
  expect(failure).not.toThrow(/planted/);
});
