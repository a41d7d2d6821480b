import { PLAIN_HTTP_ALLOWED, type Environment } from './check';
import { isLoopback } from './loopback';
import type { TemporalTarget } from './temporal-connection';

/**
 * Whether what is sent to an address can be read by nobody on its way: by HTTPS, or on this machine alone.
 *
 * @param env says WONCE_ALLOW_PLAIN_HTTP, if any address will do
 */
export function isPrivate(url: string, env: Environment): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || isLoopback(hostname) || env.WONCE_ALLOW_PLAIN_HTTP === PLAIN_HTTP_ALLOWED;
}

/**
 * What goes in clear beyond this machine, and what to do about it; for the log. It is no reason not to start: in the
 * network of containers or behind a tunnel nobody else reads it, and that cannot be seen from here.
 */
export function clearTextWarnings(
  { databaseUrl, temporal }: { databaseUrl: string; temporal: TemporalTarget },
  env: Environment,
): string[] {
  const warnings: string[] = [];
  const host = hostOf(databaseUrl);
  if (!isLoopback(host) && !host.startsWith('/') && !hasTls(databaseUrl, env)) {
    warnings.push(
      `The ledger at ${host} is reached without TLS: whoever reads along sees its password, requests and orders. ` +
        'Add ?sslmode=verify-full to DATABASE_URL, unless the network between is yours alone.',
    );
  }
  const { address, connection } = temporal;
  if (!isLoopback(address) && !connection.tls) {
    warnings.push(
      `Temporal at ${address} is reached without TLS: whoever reads along sees requests, and whoever reaches it can buy. ` +
        'Set TEMPORAL_TLS=true, unless the network between is yours alone.',
    );
  }
  return warnings;
}

function hostOf(databaseUrl: string): string {
  const { hostname, searchParams } = new URL(databaseUrl);
  // Without one it is a socket or localhost.
  return searchParams.get('host') ?? (decodeURIComponent(hostname) || 'localhost');
}

/** As `pg` decides: by the address, and where that says nothing, by the environment. */
function hasTls(databaseUrl: string, env: Environment): boolean {
  const { searchParams } = new URL(databaseUrl);
  const mode = searchParams.get('sslmode') ?? env.PGSSLMODE;
  const isAsked = ['true', '1'].includes(searchParams.get('ssl') ?? '');
  return isAsked || (mode !== undefined && !['', 'disable', 'allow'].includes(mode));
}
