import type { ErrorCode } from '../domain/error-catalogue';
import type { StepObserver } from '../domain/order-steps';
import type { OrderOutcome } from '../domain/outcome';
import type { AccessToken } from './access-token';
import { orderVerdict } from './order-verdict';
import { PortalError } from './portal-error';
import type { Restraint } from './reader';
import type { Transport } from './transport';

/** The longest answer to an order, in bytes: it holds five ids. */
const MAX_BYTES = 256 * 1024;

/**
 * Sends an order (vendor page "Create an Order"): one POST on a connection of its own, never repeated, not even with
 * a new token. The token is had before, so that without one nothing was sent.
 *
 * @returns what is proven of its end; never rejects
 */
export async function placeOrder(order: {
  transport: Transport;
  token: AccessToken;
  restraint: Restraint;
  /** Of the POST alone, in ms. */
  deadlineMs: number;
  /** Sent as it is, byte for byte. */
  body: string;
  /** Not sent later than this, in ms since the epoch. */
  sendBefore: number;
  observe: StepObserver;
}): Promise<OrderOutcome> {
  const { transport, token, restraint, deadlineMs, body, sendBefore, observe } = order;
  const { pace, circuit } = restraint;
  let authorization: string;
  try {
    authorization = await token.authorization();
  } catch (error) {
    return notSent(error);
  }
  pace?.orderBegins();
  // Last of all, with nothing left to wait for: a process may have been suspended anywhere above.
  if (Date.now() > sendBefore) return tooLate();
  observe('before-order-sent');
  const end = await transport.call({
    method: 'POST',
    path: '/order/openapi/order/v1/save',
    body,
    contentType: 'application/json',
    authorization,
    deadlineMs,
    maxBytes: MAX_BYTES,
    ownConnection: true,
  });
  observe('after-order-taken');
  const outcome = orderVerdict(end, token.secrets());
  circuit?.ordered(outcome);
  observe('after-answer-judged');
  // For the next order; this one is not sent again here.
  if (outcome.outcome === 'not-created' && outcome.code === 'PortalUnauthorised') token.reject(authorization);
  return outcome;
}

/** The outcome of an order whose time to be sent has passed. */
export function tooLate(): OrderOutcome {
  return {
    outcome: 'not-created',
    why: 'not-sent',
    code: 'SendTimePassed' satisfies ErrorCode,
    message: 'The worker was held up for too long before it could send the order, so it sent nothing.',
    evidence: {},
  };
}

/** The outcome of an order that a failure came before. */
export function notSent(error: unknown): OrderOutcome {
  const known = error instanceof PortalError ? error : undefined;
  return {
    outcome: 'not-created',
    why: 'not-sent',
    code: known?.code ?? 'PortalUnreachable',
    message: `${known?.message ?? 'No token could be had.'} The order was not sent.`,
    ...(known?.retryAfterMs !== undefined && { retryAfterMs: known.retryAfterMs }),
    evidence: known?.evidence ?? {},
  };
}
