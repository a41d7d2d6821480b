import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainEnvironment, plainTarget, temporalTarget } from '../../config/temporal-connection';

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

it.each(['127.0.0.1:7233', 'localhost:7233', 'localhost', '[::1]:7233', '127.1.2.3:1'])(
  '%s is this machine: no proxy is asked for it',
  (TEMPORAL_ADDRESS) => {
    const { connection } = temporalTarget({ TEMPORAL_ADDRESS });
    expect(connection.channelArgs).toEqual({ 'grpc.enable_http_proxy': 0 });
  },
);

it.each(['temporal:7233', 'localhost.example:7233', '10.0.0.1:7233', '127.0.0.1.example:7233'])(
  '%s is elsewhere: a proxy may stand before it',
  (TEMPORAL_ADDRESS) => expect(temporalTarget({ TEMPORAL_ADDRESS }).connection.channelArgs).toBeUndefined(),
);
