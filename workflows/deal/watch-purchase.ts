import {
  condition,
  isCancellation,
  TemporalFailure,
  WorkflowIdReusePolicy,
  type ChildWorkflowHandle,
  type ChildWorkflowOptions,
  type ExternalWorkflowHandle,
} from '@temporalio/workflow';
import { exponentialBackoff } from '../../domain/backoff';
import { present } from '../../domain/optional';
import type { PurchaseRequest } from '../../domain/request';
import { PURCHASE_WORKFLOW, purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import * as activity from '../activity-proxies';
import type { DealContext } from './deal-context';
import { INDEPENDENT, startIndependent } from '../independent-run';
import type { DealReading, FoundPurchase } from '../messages/deal';
import type { purchaseLicense } from '../purchase-license';

type OwnPurchase = ChildWorkflowHandle<typeof purchaseLicense>;

/** The run of a purchase. Of one that an earlier run of the deal started, its end is seen at the next poll only. */
export type Purchase = OwnPurchase | ExternalWorkflowHandle;

const FIRST_POLL_MS = 60_000;
const LONGEST_GAP_MS = 30 * 60_000;

/**
 * How a purchase is started: it goes on when the deal's run ends or is cancelled. A run of its id that has ended stands in
 * no way: what that bought is in the ledger, which answers.
 */
export const PURCHASE_RUN = {
  ...INDEPENDENT,
  workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
} as const satisfies ChildWorkflowOptions;

/**
 * Starts the purchase of a request, in a run of its own that outlives this one.
 *
 * @returns undefined when a run of its id goes on: the ledger knows whether that is the deal's own
 */
export function startPurchase(request: PurchaseRequest): Promise<OwnPurchase | undefined> {
  return startIndependent<typeof purchaseLicense>(PURCHASE_WORKFLOW, {
    ...PURCHASE_RUN,
    workflowId: purchaseWorkflowIdOf(request.requestId),
    args: [request],
  });
}

/**
 * Follows a purchase until there is an order, or none will be: a deal that is lost before that is not bought. An order
 * that was begun may turn out not to have been sent, and would be sent again. From then on the purchase's own status
 * tells how it goes on.
 */
export async function watchUntilOrdered(
  context: DealContext,
  purchase: Purchase,
  requestId: string,
  read: () => Promise<DealReading>,
): Promise<void> {
  let hasEnded = false;
  const ended = () => {
    hasEnded = true;
  };
  if ('result' in purchase) purchase.result().then(ended, ended);
  for (let polls = 0; ; polls++) {
    // A notification that came while the purchase was being started has been looked at by nobody.
    const wakes = () => hasEnded || context.hasNews;
    const gapMs = exponentialBackoff(FIRST_POLL_MS, polls, LONGEST_GAP_MS);
    const summary = 'Follow the purchase until its order is made';
    if (!wakes()) await condition(wakes, gapMs, { summary });
    context.hadNews ||= context.hasNews;
    context.hasNews = false;
    if (hasEnded) break;
    const found = await activity.findPurchase(requestId);
    if (found !== undefined) context.show({ purchase: shown(found) });
    if (found?.isOver) break;
    if (!(await read()).isWon) {
      await cancelLost(context, purchase, requestId, found);
      break;
    }
  }
  // It may have been more than a notification of this win: what is known once the order is made decides.
  context.hasNews ||= context.hadNews;
  context.hadNews = false;
}

/**
 * Cancels the purchase of a deal that is not won any more. It counts until an order is begun, and again once it is known
 * that the order was not made; the purchase itself sees to that, and shows that it was cancelled while it asks a person.
 *
 * @returns whether there is a run of it that has been told
 */
export async function cancelLost(
  context: DealContext,
  purchase: Purchase,
  requestId: string,
  found: FoundPurchase | undefined,
): Promise<boolean> {
  const { deal } = context.notification;
  const why = 'The deal is no longer won.';
  context.cancelled = requestId;
  try {
    await purchase.signal('cancel', { by: 'deal', why });
  } catch (failure) {
    if (!(failure instanceof TemporalFailure) || isCancellation(failure)) throw failure;
    // It has ended meanwhile, ordered or not: its own status tells.
    return false;
  }
  const kind = found?.mayBeOrdered ? 'lost-after-order-begun' : 'lost-before-order';
  await activity.recordDealEvent({ deal, kind, data: { requestId, why } });
  return true;
}

function shown({ status, reason }: FoundPurchase) {
  return { status, ...present({ reason }) };
}
