import { present } from '../domain/optional';
import type { Evidence, OrderOutcome, PlacedOrder } from '../domain/outcome';
import {
  effectiveStatus,
  evidenceOf,
  is2xx,
  isRecord,
  isSuccess,
  readEnvelope,
  saidBy,
  shortTextOf,
  textOf,
  type Envelope,
} from './envelope';
import { refusesOrder } from './failure-kind';
import type { PortalErrorCode } from './portal-error';
import { retryAfterMs } from '../config/retry-after';
import { isAnswer, type Answer, type NoAnswer } from './transport';

/** Deeper than any answer the vendor documents: what is not looked at is not proven. */
const MAX_DEPTH = 12;

/**
 * What an end of the order's call proves. Only what is proven is `created` or `not-created`; everything else, new
 * kinds of failure included, is unknown. Nothing was taken:
 *
 * - by a 401, whoever answers it: it means by its definition that the request was not applied (RFC 9110, 15.5.2);
 * - by a 429 in an envelope or without a body, as API gateways answer before they pass a call on; another page with
 *   a 429 may come from something that had passed the order on;
 * - by the vendor's own refusal: its envelope with the one error name that it documents, or with a status that means so.
 *   What the other names mean for an order in a 200 (a payment that failed may well leave one that waits to be paid) is
 *   not known, a status alone may be a proxy's, and a redirect may lead to what was just made.
 *
 * @param secrets texts that must not stand in the outcome
 */
export function orderVerdict(end: Answer | NoAnswer, secrets: readonly string[]): OrderOutcome {
  try {
    return isAnswer(end) ? verdictOfAnswer(end, secrets) : verdictOfSilence(end);
  } catch {
    // A bug in the reading must not look like an order that was not sent.
    return unknown('The answer could not be judged.', {});
  }
}

function verdictOfSilence({ errorCode, neverConnected }: NoAnswer): OrderOutcome {
  if (neverConnected) {
    const message = `The Partner Portal cannot be reached (${errorCode}): the order was not sent.`;
    return notSent('PortalUnreachable', message, { errorCode });
  }
  return unknown(`The connection ended without a whole answer (${errorCode}).`, { errorCode });
}

function verdictOfAnswer(answer: Answer, secrets: readonly string[]): OrderOutcome {
  const envelope = readEnvelope(answer.body);
  const evidence = evidenceOf(answer, envelope, secrets);
  const order = placedOrder(envelope?.result);
  if (envelope !== undefined && order !== undefined) {
    if (isSuccess(answer.httpStatus, envelope)) return { outcome: 'created', order, evidence };
    return unknown('The vendor reports a failure together with an order number.', withHash(evidence, answer));
  }
  if (envelope !== undefined && mentionsOrder(envelope.result)) {
    return unknown('The answer holds an order number where none is documented.', withHash(evidence, answer));
  }
  if (envelope !== undefined && saysSuccess(envelope)) {
    const what = is2xx(answer.httpStatus)
      ? 'The vendor reports success without an order number; the order was probably taken.'
      : 'The answer contradicts itself.';
    return unknown(what, withHash(evidence, answer));
  }
  if (envelope !== undefined && contradicts(answer.httpStatus, envelope)) {
    return unknown('The answer contradicts itself.', withHash(evidence, answer));
  }
  return verdictOfFailure(answer, envelope, evidence);
}

/** A gateway's status around an envelope that says otherwise: the order may have been taken behind it. */
function contradicts(httpStatus: number, envelope: Envelope): boolean {
  return !is2xx(httpStatus) && envelope.status !== undefined && envelope.status !== httpStatus;
}

/** An answer without an order. */
function verdictOfFailure(answer: Answer, envelope: Envelope | undefined, evidence: Evidence): OrderOutcome {
  const status = effectiveStatus(answer.httpStatus, envelope);
  const said = saidBy(evidence);
  if (status === 401) {
    const message = `The Partner Portal turned down the token before it took the order${said}.`;
    return notSent('PortalUnauthorised', message, evidence);
  }
  if (status === 429 && (envelope !== undefined || answer.body.trim() === '')) {
    const message = 'The Partner Portal asks to slow down: the order was not taken.';
    return notSent('PortalRateLimited', message, evidence, retryAfterMs(answer.retryAfter));
  }
  if (refusesOrder(answer.httpStatus, envelope)) {
    return refused(`The Partner Portal refuses the order (${status}${said}).`, evidence);
  }
  return unknown(whatCame(status, envelope, said), withHash(evidence, answer));
}

function whatCame(status: number, envelope: Envelope | undefined, said: string): string {
  if (is2xx(status)) {
    return envelope === undefined
      ? `The answer (HTTP ${status}) cannot be read; the order was probably taken.`
      : `The vendor reports a failure that is not documented${said}.`;
  }
  if (status >= 300 && status < 400) {
    return `The Partner Portal redirects the order (HTTP ${status}), perhaps to what it has just made. Is PORTAL_URL right?`;
  }
  const whose = envelope === undefined ? ', and not in its own words' : said;
  return `The Partner Portal answers ${status}${whose}; it may have taken the order.`;
}

function saysSuccess({ code }: Envelope): boolean {
  return code.toLowerCase() === 'success' || /^2\d\d$/.test(code);
}

/** Whether an order number stands anywhere in a result, under whatever it is nested. */
function mentionsOrder(value: unknown, depth = 0): boolean {
  if (depth > MAX_DEPTH) return true;
  if (Array.isArray(value)) return value.some((entry) => mentionsOrder(entry, depth + 1));
  if (!isRecord(value)) return false;
  return Object.entries(value).some(
    ([key, entry]) => (key === 'orderNo' && textOf(entry) !== undefined) || mentionsOrder(entry, depth + 1),
  );
}

/** The result of Create an Order (vendor tutorial, "Result"): an order is what has an order number. */
function placedOrder(result: unknown): PlacedOrder | undefined {
  if (!isRecord(result)) return undefined;
  const [orderNo, orderStatus, transactionNo, instanceId, productNo] = [
    result.orderNo,
    result.orderStatus,
    result.transactionNo,
    result.instanceId,
    result.productNo,
  ].map(shortTextOf);
  if (orderNo === undefined) return undefined;
  return {
    orderNo,
    // Without a status nothing says that it is final: it is watched.
    orderStatus: orderStatus ?? 'unknown',
    ...present({ transactionNo, instanceId, productNo }),
  };
}

function notSent(
  code: PortalErrorCode,
  message: string,
  evidence: Evidence,
  retryAfter?: number,
): OrderOutcome {
  const wait = retryAfter === undefined ? {} : { retryAfterMs: retryAfter };
  return { outcome: 'not-created', why: 'not-sent', code, message, ...wait, evidence };
}

function refused(message: string, evidence: Evidence): OrderOutcome {
  return { outcome: 'not-created', why: 'refused', code: 'PortalRejected', message, evidence };
}

function unknown(what: string, evidence: Evidence): OrderOutcome {
  const message = `${what} Whether the order was created is not known; it is not sent again. Look for it in the Partner Portal under Orders.`;
  return { outcome: 'unknown', code: 'OrderOutcomeUnknown', message, evidence };
}

/** With the body's SHA-256, by which a person can recognise the answer in the vendor's or a proxy's records. */
function withHash(evidence: Evidence, { bodySha256 }: Answer): Evidence {
  return { ...evidence, bodySha256 };
}
