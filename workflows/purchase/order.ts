import {
  CancellationScope,
  CancelledFailure,
  isCancellation,
  patched,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { PurchaseFacts } from '../../domain/purchase-facts';
import { ofAttempt, type NotCreatedOutcome, type OrderOutcome } from '../../domain/outcome';
import { exponentialBackoff } from '../../domain/backoff';
import { restartAsNew } from './restart-as-new';
import * as activity from '../activity-proxies';
import { isFinal, reasonOf } from '../failures';
import { inLedger } from './record-event';
import type { CreateOrderResult } from '../messages/purchase';
import type { PurchaseContext } from './purchase-context';

/** Runs that ordered although a cancellation had come go on as they began. */
const HEEDED = 'cancelled-before-order';
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 5 * 60_000;

/**
 * Orders, and again only after an attempt that provably sent nothing.
 *
 * @param prepare gives what the order needs, before each attempt
 */
export async function order(
  context: PurchaseContext,
  prepare: () => Promise<PurchaseFacts>,
): Promise<OrderOutcome> {
  const { view, searchAttributes } = context;
  for (let failures = 0; ; failures++) {
    stopIfOver(context);
    const facts = await prepare();
    searchAttributes.showPartner(facts.partnerId);
    if (isBeingCancelled(context)) await heedCancellations(context);
    if (CancellationScope.current().consideredCancelled) {
      throw new CancelledFailure('Cancelled before the order');
    }
    const doubt = await doubtBefore(context);
    if (doubt !== undefined) return doubt;
    if (isBeingCancelled(context)) await heedCancellations(context);
    // It may have been written down while the orders were looked at.
    if (CancellationScope.current().consideredCancelled && patched(HEEDED)) {
      throw new CancelledFailure('Cancelled before the order');
    }
    view.show({ status: 'ordering', attempts: view.status.attempts + 1 });
    const outcome = await CancellationScope.nonCancellable(() => orderOnce(context, facts));
    if (!isNotSent(outcome)) return outcome;

    view.show({ reason: { code: outcome.code, message: outcome.message } });
    // A vendor that asks for no wait at all gets one all the same.
    await sleep(
      Math.max(outcome.retryAfterMs ?? 0, exponentialBackoff(FIRST_WAIT_MS, failures, LONGEST_WAIT_MS)),
      {
        summary: 'Nothing was sent: wait, then try the order again',
      },
    );
    if (workflowInfo().continueAsNewSuggested) await restartAsNew(context);
  }
}

/**
 * The run's own scope does not know of that: it was in another run, or when this one was ending. Runs that ordered again replay so.
 *
 * @throws TemporalFailure that has ended the purchase
 */
function stopIfOver({ over, decisions, scope }: PurchaseContext): void {
  if (over === undefined || !patched('nothing-after-cancellation')) return;
  // Nobody has cancelled this run in Temporal: it ends as by a person's word.
  if (isCancellation(over) && !scope.consideredCancelled) decisions.hasCancelled = true;
  throw over;
}

/**
 * Whether a cancellation has come that is not written down yet: it may have come before the run's first task, by which all is
 * known that the order needs. Runs that ordered all the same replay so. Where none has come there is nothing to wait for, not even
 * a moment: what is decided within one task would be decided in another order.
 */
function isBeingCancelled({ decisions }: PurchaseContext): boolean {
  return decisions.isCancelling && patched(HEEDED);
}

/** Afterwards the run is cancelled by those that count. */
async function heedCancellations({ decisions }: PurchaseContext): Promise<void> {
  await CancellationScope.nonCancellable(() => decisions.finishCancellations());
}

/** What was held to be absent may have come to light since. @returns its outcome, which is unknown again */
async function doubtBefore({ request, view }: PurchaseContext): Promise<OrderOutcome | undefined> {
  if (view.status.attempts === 0) return undefined;
  const { requestId } = request;
  const candidates = await activity.scanBeforeReorder({ requestId });
  if (candidates.length === 0) return undefined;
  view.show({ attempts: view.status.attempts + 1 });
  return CancellationScope.nonCancellable(() => activity.reopenOutcome({ requestId, candidates }));
}

/** One attempt. However the activity ended, the ledger knows whether an attempt is open, and what became of it. */
async function orderOnce({ request, view }: PurchaseContext, facts: PurchaseFacts): Promise<OrderOutcome> {
  const { requestId } = request;
  let result: CreateOrderResult;
  try {
    result = await activity.createOrder({ request, facts });
  } catch (failure) {
    const outcome = await activity.findOutcome({ requestId, ...reasonOf(failure) });
    // Nothing was sent, and another attempt would end in the same way.
    if (isNotSent(outcome) && isFinal(failure)) throw failure;
    return outcome;
  }
  const { attempt, outcome, recorded } = result;
  // While the vendor is held to be down no attempt is made.
  if (attempt < view.status.attempts) view.show({ attempts: attempt });
  if (outcome.outcome === 'created') view.show({ order: outcome.order });
  const stands = recorded
    ? outcome
    : await inLedger(() => activity.recordOutcome({ request, attempt, outcome }));
  return ofAttempt(attempt, stands ?? outcome);
}

/** Nothing reached the vendor, or nothing came of it: another attempt may follow. */
export function isNotSent(outcome: OrderOutcome): outcome is NotCreatedOutcome {
  return outcome.outcome === 'not-created' && outcome.why === 'not-sent';
}
