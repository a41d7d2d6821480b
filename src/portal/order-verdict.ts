import { createHash } from 'node:crypto';
import type { Evidence, OrderOutcome, PlacedOrder } from '../orders/outcome';
import { cleaned } from './cleaning';
import {
  effectiveStatus,
  evidenceOf,
  is2xx,
  isRecord,
  isSuccess,
  readEnvelope,
  textOf,
  type Envelope,
} from './envelope';
import { retryAfterMs } from './retry-after';
import { isAnswer, type Answer, type NoAnswer } from './transport';

/** Answers that a vendor gives instead of taking an order. */
const REFUSALS = new Set([400, 403, 404, 405, 413, 415, 422]);

/** Answers behind which the order may have been taken all the same. */
const UNCLEAR = new Set([408, 409]);

/**
 * What an end of the order's call proves. Only what is proven is `created` or `not-created`; everything else, new
 * kinds of failure included, is unknown.
 *
 * @param secrets texts that must not stand in the outcome
 */
export function orderVerdict(end: Answer | NoAnswer, secrets: readonly string[]): OrderOutcome {
  return isAnswer(end) ? verdictOfAnswer(end, secrets) : verdictOfSilence(end);
}

function verdictOfSilence({ errorCode, neverConnected }: NoAnswer): OrderOutcome {
  const evidence = { errorCode };
  if (neverConnected) {
    const message = `The Partner Portal cannot be reached (${errorCode}): the order was not sent.`;
    return { outcome: 'not-created', why: 'not-sent', code: 'PortalUnreachable', message, evidence };
  }
  return unknown(`The connection ended without an answer (${errorCode}).`, evidence);
}

function verdictOfAnswer(answer: Answer, secrets: readonly string[]): OrderOutcome {
  const envelope = readEnvelope(answer.body);
  const evidence = evidenceOf(answer, envelope, (text) => cleaned(text, secrets));
  if (is2xx(answer.httpStatus)) return verdictOf2xx(answer, envelope, evidence);
  return verdictOfFailure(answer.httpStatus, answer, evidence);
}

function verdictOf2xx(answer: Answer, envelope: Envelope | undefined, evidence: Evidence): OrderOutcome {
  const withHash = { ...evidence, bodySha256: createHash('sha256').update(answer.body).digest('hex') };
  if (envelope === undefined) {
    return unknown(
      `The answer (HTTP ${answer.httpStatus}) cannot be read; the order was probably taken.`,
      withHash,
    );
  }
  const order = placedOrder(envelope.result);
  if (isSuccess(answer.httpStatus, envelope)) {
    if (order !== undefined) return { outcome: 'created', order, evidence };
    return unknown(
      'The vendor reports success without an order number; the order was probably taken.',
      withHash,
    );
  }
  if (order !== undefined)
    return unknown('The vendor reports a failure together with an order number.', withHash);
  const status = effectiveStatus(answer.httpStatus, envelope);
  // A failing code in an envelope whose status says nothing else: the vendor's plain "no".
  return verdictOfFailure(is2xx(status) ? 400 : status, answer, evidence);
}

function verdictOfFailure(status: number, answer: Answer, evidence: Evidence): OrderOutcome {
  const said =
    evidence.vendorCode === undefined ? '' : `: ${evidence.vendorCode}: ${evidence.vendorMessage ?? ''}`;
  if (status === 429) {
    const wait = retryAfterMs(answer.retryAfter);
    const message = 'The Partner Portal asks to slow down: the order was not taken.';
    const limited = {
      outcome: 'not-created',
      why: 'not-sent',
      code: 'PortalRateLimited',
      message,
      evidence,
    } as const;
    return wait === undefined ? limited : { ...limited, retryAfterMs: wait };
  }
  if (status === 401) {
    const message = `The Partner Portal turned down the token before it took the order${said}.`;
    return { outcome: 'not-created', why: 'not-sent', code: 'PortalUnauthorised', message, evidence };
  }
  if (status >= 300 && status < 400) {
    const message = `PORTAL_URL is wrong: the Partner Portal redirects orders (HTTP ${status}).`;
    return { outcome: 'not-created', why: 'refused', code: 'PortalRejected', message, evidence };
  }
  if (REFUSALS.has(status)) {
    const message = `The Partner Portal refuses the order (${status}${said}).`;
    return { outcome: 'not-created', why: 'refused', code: 'PortalRejected', message, evidence };
  }
  const nature = UNCLEAR.has(status) || status >= 500 ? 'says' : 'says, unexpectedly,';
  return unknown(
    `The Partner Portal ${nature} HTTP ${status}${said}; it may have taken the order.`,
    evidence,
  );
}

/** The result of Create an Order (vendor tutorial, "Result"): an order is what has an order number. */
function placedOrder(result: unknown): PlacedOrder | undefined {
  if (!isRecord(result)) return undefined;
  const orderNo = textOf(result.orderNo);
  if (orderNo === undefined) return undefined;
  const [transactionNo, instanceId, productNo] = [
    textOf(result.transactionNo),
    textOf(result.instanceId),
    textOf(result.productNo),
  ];
  return {
    orderNo,
    // Without a status nothing says that it is final: it is watched.
    orderStatus: textOf(result.orderStatus) ?? 'unknown',
    ...(transactionNo !== undefined && { transactionNo }),
    ...(instanceId !== undefined && { instanceId }),
    ...(productNo !== undefined && { productNo }),
  };
}

function unknown(what: string, evidence: Evidence): OrderOutcome {
  const message = `${what} Whether the order was created is not known; it is not sent again. Look for it in the Partner Portal under Orders.`;
  return { outcome: 'unknown', code: 'OrderOutcomeUnknown', message, evidence };
}
