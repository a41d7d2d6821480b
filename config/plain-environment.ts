import type { Environment } from './check';

/** A configuration file that is not there says nothing. An empty one would do as well, but the SDK's loader stumbles. */
const NO_CONFIG_FILE = '/nonexistent/temporal.toml';

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
