import { CancellationScope, CancelledFailure, sleep, workflowInfo } from '@temporalio/workflow';
import type { OrderResult } from '../../activities/order/create-order';
import type { PurchaseFacts } from '../../domain/purchase-facts';
import type { NotCreatedOutcome, OrderOutcome } from '../../domain/outcome';
import { growing } from '../../domain/policy';
import { beginAgain } from './begin-again';
import * as activity from './activity-proxies';
import { isFinal, reasonOf } from '../failures';
import { inLedger } from './ledger-notes';
import type { Run } from './run';

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 5 * 60_000;

/** Orders, and again only after an attempt that provably sent nothing. */
export async function order(run: Run, facts: PurchaseFacts): Promise<OrderOutcome> {
  const { board } = run;
  for (let failures = 0; ; failures++) {
    if (CancellationScope.current().consideredCancelled) {
      throw new CancelledFailure('Cancelled before the order');
    }
    const doubt = await doubtBefore(run);
    if (doubt !== undefined) return doubt;
    board.show({ status: 'ordering', attempts: board.status.attempts + 1 });
    const outcome = await CancellationScope.nonCancellable(() => orderOnce(run, facts));
    if (!isNotSent(outcome)) return outcome;

    board.show({ reason: { code: outcome.code, message: outcome.message } });
    // A vendor that asks for no wait at all gets one all the same.
    await sleep(Math.max(outcome.retryAfterMs ?? 0, growing(FIRST_WAIT_MS, failures, LONGEST_WAIT_MS)), {
      summary: 'Nothing was sent: wait, then try the order again',
    });
    if (workflowInfo().continueAsNewSuggested) await beginAgain(run);
  }
}

/** What was held to be absent may have come to light since. @returns its outcome, which is unknown again */
async function doubtBefore({ request, board }: Run): Promise<OrderOutcome | undefined> {
  if (board.status.attempts === 0) return undefined;
  const { requestId } = request;
  const candidates = await activity.lookBeforeOrderingAgain({ requestId });
  if (candidates.length === 0) return undefined;
  board.show({ attempts: board.status.attempts + 1 });
  return CancellationScope.nonCancellable(() => activity.doubtAbsence({ requestId, candidates }));
}

/** One attempt. However the activity ended, the ledger knows whether an attempt is open, and what became of it. */
async function orderOnce({ request, board }: Run, facts: PurchaseFacts): Promise<OrderOutcome> {
  const { requestId } = request;
  let result: OrderResult;
  try {
    result = await activity.createOrder({ request, facts });
  } catch (failure) {
    const outcome = await activity.findOutcome({ requestId, ...reasonOf(failure) });
    // Nothing was sent, and another attempt would end in the same way.
    if (isNotSent(outcome) && isFinal(failure)) throw failure;
    return outcome;
  }
  const { attempt, outcome, recorded } = result;
  if (outcome.outcome === 'created') board.show({ order: outcome.order });
  if (recorded) return outcome;
  return (await inLedger(() => activity.recordOutcome({ request, attempt, outcome }))) ?? outcome;
}

/** Nothing reached the vendor, or nothing came of it: another attempt may follow. */
export function isNotSent(outcome: OrderOutcome): outcome is NotCreatedOutcome {
  return outcome.outcome === 'not-created' && outcome.why === 'not-sent';
}
