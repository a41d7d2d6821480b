import { effectiveStatus, is2xx, type Envelope } from './envelope';

/**
 * What an answer that is no success means. Only `refused` and `not-there` are the vendor's own word that a call will
 * never succeed; everything else may pass.
 */
export type FailureKind =
  'unauthorised' | 'slow-down' | 'out-of-order' | 'refused' | 'not-there' | 'not-understood';

/** Statuses below 500 that say "not now": time-out, locked, too early. */
const NOT_NOW = new Set([408, 423, 425]);

/** Statuses of HTTP that go with a refusal of what was asked; with another the vendor contradicts itself. */
const REFUSING = new Set([400, 403, 404, 405, 413, 415, 422]);

/**
 * Error names, without case, blanks and underscores. The vendor documents one, `parameter_validation_…`, and it alone
 * ends a purchase; the others are usual ones, and all that they speak of may pass.
 */
const OF_TOKEN =
  /token|unauthori[sz]ed|unauthenticated|notauthenticated|notloggedin|credential|^invalidclient$/;
const OF_HURRY = /toomany|toofrequent|ratelimit|throttl|slowdown|limitexceeded|exceedlimit|quotaexceeded/;
const OF_TROUBLE =
  /busy|unavailable|timeout|timedout|overload|maintenance|tryagain|internal|(system|server|service|gateway)error/;
const OF_ABSENCE = /notfound|notexist|notexists|doesnotexist|nosuch/;
const OF_REFUSAL = /^parametervalidation/;

/** The kind of a failure, from its HTTP status and the envelope, where there is one. */
export function kindOfFailure(httpStatus: number, envelope: Envelope | undefined): FailureKind {
  const status = effectiveStatus(httpStatus, envelope);
  if (status === 401) return 'unauthorised';
  if (status === 429) return 'slow-down';
  if (status >= 500 || NOT_NOW.has(status)) return 'out-of-order';
  const name = folded(envelope?.code ?? '');
  if (OF_REFUSAL.test(name)) return isOwnRefusal(httpStatus, envelope) ? 'refused' : 'not-understood';
  if (OF_TOKEN.test(name)) return 'unauthorised';
  if (OF_HURRY.test(name)) return 'slow-down';
  if (OF_TROUBLE.test(name)) return 'out-of-order';
  if (OF_ABSENCE.test(name)) return isOwnRefusal(httpStatus, envelope) ? 'not-there' : 'not-understood';
  return 'not-understood';
}

/** Names that speak of paying: such an order may be there, and wait to be paid. */
const OF_PAYMENT = /pay|balance|fund|credit|insufficient|price|amount/;

/**
 * Whether a failure proves that an order was not taken: the vendor itself refuses it, under the one error name that it
 * documents, or with a status that means so (400, 403, 404, 405, 413, 415, 422) and a name that speaks of nothing else.
 */
export function refusesOrder(httpStatus: number, envelope: Envelope | undefined): boolean {
  const kind = kindOfFailure(httpStatus, envelope);
  if (kind === 'refused') return true;
  if (kind !== 'not-understood' && kind !== 'not-there') return false;
  const isRefusing = REFUSING.has(effectiveStatus(httpStatus, envelope));
  return isRefusing && isOwnRefusal(httpStatus, envelope) && !OF_PAYMENT.test(folded(envelope?.code ?? ''));
}

/**
 * Whether a refusal is the vendor's own word and consistent: its envelope has a request id, which nothing in front of
 * the API invents, and neither HTTP nor the envelope says that anything but the request is at fault.
 */
function isOwnRefusal(httpStatus: number, envelope: Envelope | undefined): boolean {
  if (envelope === undefined || envelope.requestId === '') return false;
  return [httpStatus, envelope.status ?? httpStatus].every((status) => is2xx(status) || REFUSING.has(status));
}

function folded(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
