import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ConnectionOptions } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { Environment } from './check';
import { dataConverterOf } from './data-converter';
import { isLoopback } from './loopback';

/** Where Temporal is, and how it is spoken with: all of it belongs together, for every process alike. */
export interface TemporalTarget {
  /** May hold keys: never log it. */
  connection: ConnectionOptions;
  address: string;
  namespace: string;
  /** How payloads are written and read. Holds keys: never log it. */
  dataConverter: DataConverter;
}

/** A configuration file that is not there says nothing. An empty one would do as well, but the SDK's loader stumbles. */
const NO_CONFIG_FILE = '/nonexistent/temporal.toml';

/**
 * Temporal's own environment configuration (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_PROFILE`, TLS, API
 * key, …); a development server on this machine when nothing is said.
 *
 * @throws SettingsError when WONCE_PAYLOAD_KEYS is wrong
 */
export function temporalTarget(env: Environment): TemporalTarget {
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const config = loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(set) });
  const address = config.connectionOptions.address ?? 'localhost:7233';
  return {
    connection: {
      ...config.connectionOptions,
      address,
      // grpc-js would send this machine's own addresses to the proxy that https_proxy names.
      ...(isLoopback(address) && { channelArgs: { 'grpc.enable_http_proxy': 0 } }),
    },
    address,
    namespace: config.namespace ?? 'default',
    dataConverter: dataConverterOf(env),
  };
}

/**
 * The environment of a process that works with a server reached by its address alone, without TLS and keys. What the
 * user has configured for other servers (TEMPORAL_API_KEY, TEMPORAL_PROFILE, ~/.config/temporalio/temporal.toml, …) is
 * not in it.
 */
export function plainEnvironment(
  env: Environment,
  server: { address: string; namespace: string },
): Environment {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_'))),
    TEMPORAL_CONFIG_FILE: NO_CONFIG_FILE,
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: server.namespace,
  };
}

/** A server that is reached by its address alone, without TLS and keys. */
export function plainTarget(address: string, namespace: string): TemporalTarget {
  return temporalTarget(plainEnvironment({}, { address, namespace }));
}
