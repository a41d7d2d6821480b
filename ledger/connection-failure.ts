/** Why the database cannot be used, for people: no address, name or password is in it. */
export interface ConnectionFailure {
  /** The database's, Node's or OpenSSL's own word. */
  code: string;
  /** What is in the way; absent where the code says it all. */
  seen?: string;
  /** What to do. */
  next: string;
}

/** What is known of failures: their code, and where that is one for many, what the message says. The first that fits. */
const KNOWN: readonly { codes?: RegExp; says?: RegExp; seen: string; next: string }[] = [
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    seen: "the server's certificate is of another name",
    next: 'Reach it in DATABASE_URL by a name that is in its certificate.',
  },
  {
    codes: /^CERT_HAS_EXPIRED$/,
    seen: "the server's certificate has expired",
    next: "If this machine's clock is right, tell whoever runs the database.",
  },
  {
    codes: /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_)/,
    seen: "the server's certificate is of an authority that is not known here",
    next: 'Add sslrootcert=FILE to DATABASE_URL, the certificate of the authority that has signed it. Never switch the check off.',
  },
  {
    codes: /^ERR_(OSSL|SSL)_/,
    seen: 'TLS does not come to be: a certificate or key is none, they do not belong together, or the other side does not take them',
    next: 'See the files that sslrootcert, sslcert and sslkey in DATABASE_URL name.',
  },
  {
    says: /does not support SSL/,
    seen: 'it answers without TLS, and DATABASE_URL asks for it',
    next: 'Switch TLS on at the server; or take sslmode out, where the network between is yours alone.',
  },
  {
    says: /requires a valid client certificate|certificate authentication failed/,
    seen: 'it wants a certificate of this user',
    next: 'Add sslcert=FILE and sslkey=FILE to DATABASE_URL, made for the user in it by the authority that the server trusts.',
  },
  {
    says: /no pg_hba\.conf entry[^]*(no encryption|SSL off)|SSL required/,
    seen: 'it lets nobody in without TLS',
    next: 'Add sslmode=verify-full to DATABASE_URL.',
  },
  {
    says: /no pg_hba\.conf entry/,
    seen: 'it does not let this user in from here',
    next: 'Whoever runs the database adds a line to its pg_hba.conf.',
  },
  {
    codes: /^28/,
    seen: 'it does not take this user and password',
    next: 'Correct them in DATABASE_URL; what is no letter or digit there is written %40 for @, and so on.',
  },
  {
    says: /SASL/,
    seen: 'it wants a password, and got none that it takes',
    next: 'Correct it in DATABASE_URL.',
  },
  {
    codes: /^3D000$/,
    seen: 'it has no database of that name',
    next: 'Make it (createdb), or correct the name in DATABASE_URL.',
  },
  {
    codes: /^53300$/,
    seen: 'it has no connection left',
    next: 'Raise max_connections, or put PgBouncer in front (docs/connections.md).',
  },
  {
    says: /statement pooling mode/,
    seen: 'PgBouncer in front of it is in statement mode, which knows no transactions',
    next: 'Set pool_mode = transaction, or session.',
  },
  {
    says: /unsupported startup parameter/,
    seen: 'a pooler in front of it does not take what DATABASE_URL adds behind the ?',
    next: 'Take that out of DATABASE_URL, or let the pooler pass it over (ignore_startup_parameters).',
  },
  {
    says: /query_wait_timeout/,
    seen: 'PgBouncer in front of it had no connection free in time',
    next: 'See that the database behind it runs; raise default_pool_size.',
  },
  {
    says: /no such (database|user)|server login|authentication failed|login rejected|server conn crashed/,
    seen: 'a pooler in front of it does not know this user or database, or cannot log in there',
    next: 'See its [databases] and auth_file, and its own log.',
  },
];

const USUAL = 'See that the database runs and that DATABASE_URL is right.';

/** @param error of the driver */
export function connectionFailureOf(error: unknown): ConnectionFailure {
  const { code: given, message = '', syscall } = error as NodeJS.ErrnoException;
  const code = given ?? 'connection lost';
  if (code === 'ENOENT' && syscall === 'open') {
    return {
      code,
      seen: 'a file that DATABASE_URL names is not there',
      next: 'See sslrootcert, sslcert and sslkey in DATABASE_URL.',
    };
  }
  const known = KNOWN.find(({ codes = /^/, says = /^/ }) => codes.test(given ?? '') && says.test(message));
  return known === undefined ? { code, next: USUAL } : { code, seen: known.seen, next: known.next };
}
