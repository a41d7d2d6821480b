import type { ErrorCode } from '../domain/error-catalogue';
import type { OrderOutcome } from '../domain/outcome';
import { connectionFailureOf, type ConnectionFailure } from './connection-failure';
import type { PurchaseRecord } from './purchase-record';
import { ONE_ORDER_PER_PBX, ONE_REQUEST_PER_ORDER } from './schema';

export type LedgerErrorCode = Extract<ErrorCode, `Ledger${string}` | 'PbxBusy'>;

/**
 * The ledger cannot do what was asked. `LedgerUnavailable` passes by itself or by an operator's hand; the others say
 * that the caller has the wrong purchase. Messages hold no password and no personal data.
 */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';

  constructor(
    readonly code: LedgerErrorCode,
    message: string,
    /** Of LedgerUnavailable: why. */
    readonly failure?: ConnectionFailure,
  ) {
    super(message);
  }
}

/**
 * SQLSTATE classes and codes, and Node's own, that mean: not now, or not with these settings. 42P01: no worker has made
 * the tables yet.
 */
const UNAVAILABLE =
  /^(08|53|57P|58|28|3D|42501|42P01|E(CONN|TIMEDOUT|PIPE|AI_AGAIN|NOTFOUND|NOENT|ACCES|HOST|NET)|ERR_INVALID_URL|40001|40P01|25006|55P03|57014)/;

/** What Node calls a certificate that it does not take: expired, of another host, or of an authority not known here. */
const UNTRUSTED = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_(TLS_CERT|OSSL|SSL)_)/;

/** What the driver says in words only: a connection that is lost, late, or refused by the password's check. */
const UNAVAILABLE_IN_WORDS =
  /Connection terminated|timeout e|read timeout|Client (has encountered|was closed)|not queryable|SASL|SSL|Invalid URL/;

/** A database driver's error as the ledger's own when the database cannot be used; anything else as it is. */
export function asLedgerError(error: unknown, databaseUrl: string): unknown {
  if (error instanceof LedgerError) return error;
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const isUnavailable = UNAVAILABLE.test(code) || UNTRUSTED.test(code) || UNAVAILABLE_IN_WORDS.test(message);
  if (!isUnavailable) return error;
  const failure = connectionFailureOf(error);
  const what = failure.seen === undefined ? '' : `: ${failure.seen}`;
  return new LedgerError(
    'LedgerUnavailable',
    `The ledger at ${withoutPassword(databaseUrl)} cannot be used (${failure.code})${what}. ` +
      `Nothing is ordered without it. ${failure.next}`,
    failure,
  );
}

/** Does some work with the database, and throws its failures as the ledger's own. */
export type Run = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function isUniqueViolation(error: unknown): boolean {
  return (error as { code?: string }).code === '23505';
}

/** Whether an order was not written because it belongs to another request. */
export function isOrderTaken(error: unknown): boolean {
  return isUniqueViolation(error) && (error as { constraint?: string }).constraint === ONE_REQUEST_PER_ORDER;
}

/** Whether nothing was written because another order of the PBX is under way. */
export function isPbxBusy(error: unknown): boolean {
  return isUniqueViolation(error) && (error as { constraint?: string }).constraint === ONE_ORDER_PER_PBX;
}

export function pbxBusy(serialNumber: string): LedgerError {
  return new LedgerError(
    'PbxBusy',
    `Another order of the PBX ${serialNumber} is under way: nothing was sent. It goes on when that one has ended.`,
  );
}

function withoutPassword(databaseUrl: string): string {
  if (!URL.canParse(databaseUrl)) return 'an address that cannot be read';
  const { hostname, port, pathname, searchParams } = new URL(databaseUrl);
  const socketFolder = searchParams.get('host');
  if (socketFolder !== null) return socketFolder;
  return `${hostname}:${port || '5432'}${pathname}`;
}

export function orderTaken(outcome: OrderOutcome): LedgerError {
  const orderNo = outcome.outcome === 'created' ? outcome.order.orderNo : '';
  return new LedgerError('LedgerOrderTaken', `The order ${orderNo} belongs to another request already.`);
}

export function conflict(requestId: string): LedgerError {
  return new LedgerError(
    'LedgerConflict',
    `The request id "${requestId}" belongs to a purchase of other content.`,
  );
}

export function hasEnded({ requestId, status }: Pick<PurchaseRecord, 'requestId' | 'status'>): LedgerError {
  return new LedgerError(
    'LedgerSettled',
    `The purchase "${requestId}" has ended as ${status}: nothing is ordered for it any more. Use a new request id.`,
  );
}

export function unknownPurchase(requestId: string): LedgerError {
  return new LedgerError(
    'LedgerUnknownPurchase',
    `The ledger has no purchase "${requestId}". If it had one, it was restored from an older backup: see docs/ledger.md.`,
  );
}

export function unknownAttempt(requestId: string, attempt: number): LedgerError {
  return new LedgerError(
    'LedgerUnknownPurchase',
    `The purchase "${requestId}" has no attempt ${attempt} in the ledger.`,
  );
}

export function noAttempt(requestId: string): LedgerError {
  return new LedgerError(
    'LedgerUnknownPurchase',
    `The ledger has no attempt of the purchase "${requestId}". If it had one, it was restored from an older backup: see docs/ledger.md.`,
  );
}

export function unknownDeal(deal: string): LedgerError {
  return new LedgerError(
    'LedgerUnknownDeal',
    `The ledger has no deal "${deal}". See what there is: wonce deals list`,
  );
}

export function noRole(role: string): LedgerError {
  return new LedgerError(
    'LedgerRights',
    `The database has no role "${role}". Make it first: create role ${role} login password '…'`,
  );
}

export function roleOwnsTables(role: string): LedgerError {
  return new LedgerError(
    'LedgerRights',
    `The role "${role}" owns the tables of the ledger, or is a superuser, and can do anything with them: expected a role that owns nothing.`,
  );
}

export function notTheOwner(owner: string): LedgerError {
  return new LedgerError(
    'LedgerRights',
    `The tables of the ledger belong to "${owner}", who alone can let a role use them: set DATABASE_URL so.`,
  );
}

export function personalDataErased(requestId: string): LedgerError {
  return new LedgerError(
    'LedgerPersonalDataErased',
    `Personal data of the request "${requestId}" was erased, and nobody knows any more what was quoted. Nothing was ordered. ` +
      'Send it under a new request id.',
  );
}

/** @param open what has not ended of what was to be erased */
export function erasureRefused(
  open: readonly { record: 'purchase' | 'deal'; id: string; status: string }[],
): LedgerError {
  const shown = open.slice(0, 10).map(({ record, id, status }) => `the ${record} "${id}" is ${status}`);
  const more = open.length > shown.length ? `, and ${open.length - shown.length} more` : '';
  return new LedgerError(
    'LedgerErasureRefused',
    `Nothing was erased: ${shown.join(', ')}${more}, and its order still needs what would be erased. ` +
      'Let it come to its end, or end it (wonce cancel, wonce deals dismiss), and erase again.',
  );
}

/** What is under way, or over, is quoted no more. */
export function purchaseBegun({ requestId, status }: PurchaseRecord): LedgerError {
  return new LedgerError(
    'LedgerPurchaseBegun',
    `The request "${requestId}" is a purchase already, which is ${status}. Nothing was quoted. Quote under a new request id.`,
  );
}

export function quoteOutdated(quotedAt: string): LedgerError {
  return new LedgerError(
    'LedgerQuoteOutdated',
    `The order would not be what was quoted at ${quotedAt}: the vendor's lists have changed since. Nothing was ordered. ` +
      'Quote again under a new request id, and compare.',
  );
}

export function notEmpty(filled: readonly string[]): LedgerError {
  return new LedgerError(
    'LedgerNotEmpty',
    `The ledger has something already (${filled.join(', ') || 'ledger_head'}): expected empty tables. Nothing was written. ` +
      'Import into a new database: createdb, wonce tables, and then again.',
  );
}

export function versionDiffers(inFile: readonly string[], here: readonly string[]): LedgerError {
  return new LedgerError(
    'LedgerVersionDiffers',
    `The tables are of another version: expected the last migration "${inFile.at(-1) ?? 'none'}" of the file, came ` +
      `"${here.at(-1) ?? 'none'}". Nothing was written. Run wonce tables on both ledgers with one version of Wonce, and export again.`,
  );
}

export function fileBroken(why: string): LedgerError {
  return new LedgerError(
    'LedgerFileBroken',
    `Expected a file of wonce ledger export, whole and unchanged; ${why}. Nothing was written. Export again.`,
  );
}

export function importRefused(why: string): LedgerError {
  return new LedgerError(
    'LedgerImportRefused',
    `What came in is not a whole ledger, and nothing was written: ${why}. Verify the ledger that it came from: wonce audit --verify`,
  );
}
