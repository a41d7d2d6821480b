import type { PurchaseFacts } from '../orders/facts';
import { fingerprintOf } from '../orders/fingerprint';
import { orderBody } from '../orders/order-body';
import type { OrderOutcome } from '../orders/outcome';
import type { PurchaseRequest } from '../orders/request';
import { parseRequest } from '../orders/request-schema';
import { ACTOR, type ActivityDeps } from './deps';
import { findOutcome } from './find-outcome';
import { statusAfter } from './record';

export interface OrderResult {
  /** Number of the attempt in the ledger, from 1. */
  attempt: number;
  outcome: OrderOutcome;
  /** Whether the ledger has the outcome; when not, the workflow writes it as soon as the ledger can be reached. */
  recorded: boolean;
}

/**
 * Nothing is sent later than this after the activity began (ms). A process that was suspended in between must not
 * wake up and buy when the run has long declared the attempt dead and a person may have decided.
 */
const SEND_WITHIN_MS = 20_000;

/**
 * Creates the order: the attempt is written to the ledger, then sent, then its outcome is written. Nothing else
 * happens here, and nothing in any layer below repeats it. When the ledger refuses the attempt because an earlier
 * one may have bought something, nothing is sent and the earlier one answers.
 */
export function createOrder({ portal, ledger }: ActivityDeps) {
  return async (input: { request: PurchaseRequest; facts: PurchaseFacts }): Promise<OrderResult> => {
    const sendBefore = Date.now() + SEND_WITHIN_MS;
    const request = parseRequest(input.request);
    const { requestId } = request;
    const body = orderBody(request, input.facts);
    const fingerprint = fingerprintOf(request);

    const opened = await ledger.openAttempt({ requestId, fingerprint, body, actor: ACTOR });
    if (!opened.opened) {
      const earlier = { code: 'EarlierAttemptOpen', message: 'an earlier attempt was still open' };
      const outcome = await findOutcome({ portal, ledger })({ requestId, ...earlier });
      return { attempt: opened.earlier.attempt, outcome, recorded: true };
    }
    const outcome = Date.now() > sendBefore ? tooLate() : await portal.placeOrder(body);
    const { attempt } = opened.attempt;
    try {
      await ledger.recordOutcome({ requestId, attempt, outcome, ...statusAfter(outcome), actor: ACTOR });
      return { attempt, outcome, recorded: true };
    } catch {
      // The money may be spent: whatever the ledger's trouble is, the outcome itself must reach the history.
      return { attempt, outcome, recorded: false };
    }
  };
}

function tooLate(): OrderOutcome {
  return {
    outcome: 'not-created',
    why: 'not-sent',
    code: 'SendTimePassed',
    message: `The worker was held up for more than ${SEND_WITHIN_MS / 1000} s before it could send the order, so it sent nothing.`,
    evidence: {},
  };
}
