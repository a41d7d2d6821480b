import { loadClientConfigProfile, toClientOptions, type ClientConfigTLS } from '@temporalio/envconfig';
import type { ConnectionOptions } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { Environment } from './check';
import { SettingsError } from './settings-error';
import { dataConverterOf } from './data-converter';
import { plainEnvironment } from './plain-environment';

/** Where Temporal is, and how it is spoken with: all of it belongs together, for every process alike. */
export interface TemporalTarget {
  /** May hold keys: never log it. */
  connection: ConnectionOptions;
  address: string;
  namespace: string;
  /** How payloads are written and read. Holds keys: never log it. */
  dataConverter: DataConverter;
}

/**
 * Temporal's own environment configuration (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_PROFILE`, TLS, API
 * key, …); a development server on this machine when nothing is said.
 *
 * @throws SettingsError when the configuration cannot be read, or WONCE_PAYLOAD_KEYS is wrong
 */
export function temporalTarget(env: Environment): TemporalTarget {
  const config = configOf(env);
  const address = config.connectionOptions.address ?? 'localhost:7233';
  return {
    connection: {
      ...config.connectionOptions,
      address,
      // The client of server and command would take the proxy that https_proxy names, and the worker's would not.
      channelArgs: { 'grpc.enable_http_proxy': 0 },
    },
    address,
    namespace: config.namespace ?? 'default',
    dataConverter: dataConverterOf(env),
  };
}

/** @throws SettingsError with names of settings, and no value */
function configOf(env: Environment) {
  try {
    const profile = loadClientConfigProfile({ overrideEnvVars: setIn(env) });
    wantWholePair(profile.tls);
    return toClientOptions(profile);
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    const { code, path, message } = error as NodeJS.ErrnoException;
    // A message of the reader of TOML shows the line, which may hold a key.
    const what =
      path !== undefined
        ? `${nameOf(path, env)} names a file that cannot be read (${code})`
        : /^Profile '[^']{1,100}' not found/.test(message)
          ? 'there is no profile of the name that TEMPORAL_PROFILE has'
          : 'TEMPORAL_CONFIG_FILE is no TOML, or two of the settings exclude each other, such as a certificate by path and by data';
    throw new SettingsError(
      `Temporal's own configuration cannot be used: ${what}. Correct TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE or TEMPORAL_TLS_…; ` +
        'see docs/connections.md.',
    );
  }
}

function nameOf(path: string, env: Environment): string {
  const [name] = Object.entries(env).find(([, value]) => value === path) ?? [];
  return name ?? 'the profile of TEMPORAL_CONFIG_FILE';
}

/** Set to nothing is what a compose file makes of a variable that is not there; of metadata it takes one away. */
function setIn(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && (entry[1] !== '' || entry[0].startsWith('TEMPORAL_GRPC_META_')),
    ),
  );
}

/** The loader passes over a certificate without a key, and the server would refuse a client that shows none. */
function wantWholePair(tls: ClientConfigTLS | undefined): void {
  if ((tls?.clientCert === undefined) === (tls?.clientKey === undefined)) return;
  const [there, missing] = tls?.clientCert === undefined ? ['KEY', 'CERT'] : ['CERT', 'KEY'];
  throw new SettingsError(
    `TEMPORAL_TLS_CLIENT_${there}_… is set and TEMPORAL_TLS_CLIENT_${missing}_… is not: set both (by _PATH or _DATA), or none. ` +
      'See docs/connections.md.',
  );
}

/** A server that is reached by its address alone, without TLS and keys. */
export function plainTarget(address: string, namespace: string): TemporalTarget {
  return temporalTarget(plainEnvironment({}, { address, namespace }));
}
