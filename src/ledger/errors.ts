export type LedgerErrorCode = 'LedgerUnavailable' | 'LedgerConflict' | 'LedgerUnknownPurchase';

/**
 * The ledger cannot do what was asked. `LedgerUnavailable` passes by itself or by an operator's hand; the others say
 * that the caller has the wrong purchase. Messages hold no password and no personal data.
 */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';

  constructor(
    readonly code: LedgerErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** SQLSTATE classes and codes, and Node's own, that mean: not now, or not with these settings. */
const UNAVAILABLE =
  /^(08|53|57P|28|3D|E(CONN|TIMEDOUT|PIPE|AI_AGAIN|NOTFOUND|HOST|NET)|40001|40P01|25006|55P03|57014)/;

/** A database driver's error as the ledger's own when the database cannot be used; anything else as it is. */
export function asLedgerError(error: unknown, databaseUrl: string): unknown {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const lost =
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered|not queryable/;
  if (!UNAVAILABLE.test(code) && !lost.test(message)) return error;
  return new LedgerError(
    'LedgerUnavailable',
    `The ledger at ${withoutPassword(databaseUrl)} cannot be used (${code || 'connection lost'}). ` +
      'Nothing is ordered without it. See that the database runs and that DATABASE_URL is right.',
  );
}

function withoutPassword(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `${hostname}:${port || '5432'}${pathname}`;
}
