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
  const tls = ledgerTls(databaseUrl, env);
  const isElsewhere = !isLoopback(host) && !host.startsWith('/');
  if (isElsewhere && tls === 'unchecked') {
    warnings.push(
      `The ledger at ${host} is reached by TLS with whoever answers: its certificate is not checked, or not its name. ` +
        'Write sslmode=verify-full in DATABASE_URL, with sslrootcert=FILE where its authority is your own.',
    );
  }
  if (isElsewhere && tls === 'none') {
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

/**
 * How the ledger is reached, as `pg` decides: by the address, and where that says nothing, by the environment. Its sslmodes
 * but `disable`, `no-verify` and those of `uselibpqcompat` are all `verify-full` (pg-connection-string 2, pg 8).
 */
export function ledgerTls(databaseUrl: string, env: Environment): 'none' | 'checked' | 'unchecked' {
  const { searchParams } = new URL(databaseUrl);
  const asked = ['sslmode', 'sslcert', 'sslkey', 'sslrootcert'].filter((name) => searchParams.get(name));
  const ssl = searchParams.get('ssl') ?? '';
  if (asked.length > 0) return ofMode(searchParams.get('sslmode') ?? '', searchParams);
  if (['true', '1'].includes(ssl) || searchParams.get('sslnegotiation') === 'direct') return 'checked';
  if (ssl === 'no-verify') return 'unchecked';
  const mode = env.PGSSLMODE ?? '';
  const isKnown = ['prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'].includes(mode);
  return ssl === '' && isKnown ? ofMode(mode) : 'none';
}

function ofMode(mode: string, searchParams = new URLSearchParams()): 'none' | 'checked' | 'unchecked' {
  if (mode === 'disable') return 'none';
  const isAsLibpq = searchParams.get('uselibpqcompat') === 'true' && mode !== '';
  return mode === 'no-verify' || (isAsLibpq && mode !== 'verify-full') ? 'unchecked' : 'checked';
}
