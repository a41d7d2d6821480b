import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ConnectionOptions } from '@temporalio/client';
import type { Environment } from './settings';

/** Where Temporal is: connection options and namespace belong together, for every process alike. */
export interface TemporalTarget {
  /** May hold keys: never log it. */
  connection: ConnectionOptions;
  address: string;
  namespace: string;
}

/**
 * Temporal's own environment configuration (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_PROFILE`, TLS, API
 * key, …); a development server on this machine when nothing is said.
 */
export function temporalTarget(env: Environment): TemporalTarget {
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const config = loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(set) });
  const address = config.connectionOptions.address ?? 'localhost:7233';
  return {
    connection: { ...config.connectionOptions, address },
    address,
    namespace: config.namespace ?? 'default',
  };
}
