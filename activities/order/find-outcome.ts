import type { AttemptRecord } from '../../ledger/purchase-record';
import { LONGEST_ORDER_MS } from '../../domain/order-time';
import type { ErrorCode } from '../../domain/error-catalogue';
import { ofAttempt, type OrderOutcome } from '../../domain/outcome';
import type { FindOutcomeInput } from '../../workflows/messages/purchase';
import { ACTOR, type ActivityDeps } from '../dependencies';
import { statusAfter } from '../purchase/record';

/** Why it is asked when an attempt cannot be made, or nothing be said of one: another one is open. */
export const EARLIER_OPEN = {
  code: 'EarlierAttemptOpen',
  message: 'an earlier attempt was still open',
} as const;

/**
 * What became of an order whose activity did not answer (its worker died, or the ledger was out of reach). The
 * ledger decides: no attempt in it means that nothing was sent; an attempt without an outcome means that nobody
 * knows, and that is then written down.
 */
export function findOutcome({ ledger }: ActivityDeps) {
  return async (input: FindOutcomeInput): Promise<OrderOutcome> => {
    const { requestId } = input;
    const latest = await ledger.latestAttempt(requestId);
    if (latest === undefined) return nothingSent(input);
    const { attempt, result } = latest;
    if (result !== undefined) return ofAttempt(attempt, result);
    const outcome = unknownOutcome(latest, input);
    const change = { requestId, attempt, outcome, ...statusAfter(outcome), actor: ACTOR };
    const recorded = await ledger.recordOutcome(change);
    return ofAttempt(attempt, recorded.result ?? outcome);
  };
}

/** Its worker may live, and be held up: until then the order may still be sent, or be answered. */
function unknownOutcome(attempt: AttemptRecord, cause: { code: string; message: string }): OrderOutcome {
  const underWayUntil = new Date(attempt.startedAt.getTime() + LONGEST_ORDER_MS).toISOString();
  return {
    outcome: 'unknown',
    code: 'OrderOutcomeUnknown' satisfies ErrorCode,
    message:
      `Attempt ${attempt.attempt}, begun at ${attempt.startedAt.toISOString()}, has no known outcome (${cause.code}: ${cause.message}). ` +
      "The vendor may have taken the order; it is not sent again. Look for it in the vendor's Partner Portal.",
    evidence: { errorCode: cause.code, underWayUntil },
  };
}

function nothingSent(cause: { code: string; message: string }): OrderOutcome {
  return {
    outcome: 'not-created',
    why: 'not-sent',
    code: cause.code,
    message: `${cause.message} Nothing was sent: the ledger has no attempt.`,
    evidence: {},
  };
}
