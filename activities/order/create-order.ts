import { fingerprintOf } from '../../validation/fingerprint';
import { orderBody } from '../../portal/order-body';
import { tooLate } from '../../portal/place-order';
import type { ErrorCode } from '../../domain/error-catalogue';
import type { OrderOutcome } from '../../domain/outcome';
import { parseRequest } from '../../validation/request-schema';
import type { CreateOrderInput, CreateOrderResult } from '../../workflows/messages/purchase';
import { ACTOR, type ActivityDeps } from '../dependencies';
import { EARLIER_OPEN, findOutcome } from './find-outcome';
import { isStillWanted } from './still-wanted';
import { withHeartbeats } from './heartbeats';
import { inTime } from '../in-time';
import { recordAsItStands } from '../purchase/record';

/**
 * No attempt is begun, and nothing is sent, later than this after the activity began (ms). A process that was suspended in between
 * must not wake up and buy when the run has long declared the attempt dead and a person may have decided: this is shorter than
 * the heartbeat timeout, after which the ledger is asked whether there is an attempt.
 */
export const SEND_WITHIN_MS = 8_000;

/**
 * How long the outcome may take to be written here (ms). The order's deadline (30 s) and this, after the latest
 * sending, stay below start-to-close: an answer that comes later would be dropped by Temporal with the order number.
 */
const RECORD_WITHIN_MS = 5_000;

/**
 * Creates the order: the attempt is written to the ledger, then sent, then its outcome is written. Nothing else
 * happens here, and nothing in any layer below repeats it. When the ledger refuses the attempt because an earlier
 * one may have bought something, nothing is sent and the earlier one answers.
 */
export function createOrder(deps: ActivityDeps) {
  const { portal, ledger, policy, observe } = deps;
  const create = async (input: CreateOrderInput): Promise<CreateOrderResult> => {
    const sendBefore = Date.now() + SEND_WITHIN_MS;
    const request = parseRequest(input.request);
    const { requestId } = request;
    const body = orderBody(request, input.facts);
    const fingerprint = fingerprintOf(request);
    const refusal = await portal.refusalOfOrder();
    observe('before-attempt-written');
    const isLate = !(await isStillWanted(sendBefore)) || Date.now() > sendBefore;
    const hindrance = refusal ?? (isLate ? tooLate() : undefined);
    const answer = hindrance && (await withoutAttempt(deps, requestId, hindrance));
    if (answer !== undefined) return answer;

    const { ledgerRestoredFrom: mayLackSince } = policy;
    const opened = await ledger.openAttempt({ requestId, fingerprint, body, actor: ACTOR, mayLackSince });
    if (!opened.opened) {
      const outcome = await findOutcome(deps)({ requestId, ...EARLIER_OPEN });
      return { attempt: opened.earlier.attempt, outcome, recorded: true };
    }
    observe('after-attempt-written');
    const { attempt, startedAt } = opened.latestAttempt;
    const outcome =
      mayLackSince !== undefined && startedAt <= mayLackSince
        ? mayBeSent(mayLackSince)
        : await portal.placeOrder(body, sendBefore, observe);
    observe('before-outcome-recorded');
    // The money may be spent: whatever the ledger's trouble is, the outcome itself must reach the history, and in time.
    const writing = recordAsItStands(deps, { requestId, attempt, outcome }, opened);
    const recorded = await inTime(writing, RECORD_WITHIN_MS);
    observe('before-activity-returns');
    return { attempt, outcome: recorded ?? outcome, recorded: recorded !== undefined };
  };
  return (input: CreateOrderInput) => withHeartbeats(() => create(input));
}

/** An answer without an attempt: nothing was sent. @returns undefined when one that was made before may answer */
async function withoutAttempt(
  { ledger }: ActivityDeps,
  requestId: string,
  outcome: OrderOutcome,
): Promise<CreateOrderResult | undefined> {
  const latest = await ledger.latestAttempt(requestId);
  const mayHaveBought = latest !== undefined && latest.result?.outcome !== 'not-created';
  return mayHaveBought ? undefined : { attempt: latest?.attempt ?? 0, outcome, recorded: true };
}

/** Nothing is sent before the vendor's orders were read: the ledger may have lost the attempt that bought. */
function mayBeSent(since: Date): OrderOutcome {
  return {
    outcome: 'unknown',
    code: 'LedgerRestored' satisfies ErrorCode,
    message:
      `The ledger was restored from a backup of ${since.toISOString()}: it may lack an order that was sent since then. ` +
      "Nothing was sent now; the order is looked for among the vendor's first.",
    evidence: {},
  };
}
