import {
  condition,
  isCancellation,
  TemporalFailure,
  WorkflowIdReusePolicy,
  workflowInfo,
  type ChildWorkflowHandle,
  type ChildWorkflowOptions,
  type ExternalWorkflowHandle,
} from '@temporalio/workflow';
import type { DealReading } from '../activities/read-deal';
import { growing } from '../orders/policy';
import type { PurchaseRequest } from '../orders/request';
import type { PurchaseState } from '../orders/status';
import { PURCHASE_WORKFLOW, workflowIdOf } from '../orders/workflow-id';
import * as activity from './deal-contracts';
import type { DealRun } from './deal-run';
import { INDEPENDENT, startIndependent } from './independent-run';
import type { purchaseLicense } from './purchase-license';

type OwnPurchase = ChildWorkflowHandle<typeof purchaseLicense>;

/** The run of a purchase. Of one that an earlier run of the deal started, its end is seen at the next look only. */
export type Purchase = OwnPurchase | ExternalWorkflowHandle;

const FIRST_LOOK_MS = 60_000;
const LONGEST_GAP_MS = 30 * 60_000;

/** Statuses of a purchase in which nothing has been ordered, and a cancellation still counts. */
const BEFORE_THE_ORDER: ReadonlySet<PurchaseState | undefined> = new Set([
  undefined,
  'looking-up',
  'waiting-for-choice',
] as const);

/** How a purchase is started: its id is taken once and for ever, and it goes on when the deal's run ends or is cancelled. */
export const PURCHASE_RUN = {
  ...INDEPENDENT,
  workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
} as const satisfies ChildWorkflowOptions;

/**
 * Starts the purchase of a request, in a run of its own that outlives this one.
 *
 * @returns undefined when there is one already: then it is that one
 */
export function startPurchase(request: PurchaseRequest): Promise<OwnPurchase | undefined> {
  return startIndependent<typeof purchaseLicense>(PURCHASE_WORKFLOW, {
    ...PURCHASE_RUN,
    workflowId: workflowIdOf(request.requestId),
    args: [request],
  });
}

/**
 * Stays with a purchase until its order is begun: a deal that is lost before that is not bought. Its own status tells how
 * the purchase goes on.
 */
export async function watchUntilOrdered(
  run: DealRun,
  purchase: Purchase,
  requestId: string,
  read: () => Promise<DealReading>,
): Promise<void> {
  let hasEnded = false;
  let hadNews = false;
  const ended = () => {
    hasEnded = true;
  };
  if ('result' in purchase) purchase.result().then(ended, ended);
  for (let looks = 0; ; looks++) {
    // News that came while the purchase was being started has been looked at by nobody.
    const wakes = () => hasEnded || run.hasNews;
    const gapMs = growing(FIRST_LOOK_MS, looks, LONGEST_GAP_MS);
    const summary = 'Stay with the purchase until its order is begun';
    if (!wakes()) await condition(wakes, gapMs, { summary });
    hadNews ||= run.hasNews;
    run.hasNews = false;
    if (hasEnded || !BEFORE_THE_ORDER.has(await activity.findPurchase(requestId))) break;
    if (!(await read()).isWon) {
      await cancelLost(run, purchase, requestId);
      break;
    }
    if (workflowInfo().continueAsNewSuggested) {
      run.hasNews ||= hadNews;
      await run.continueAsNew();
    }
  }
  // It may have been more than word of this win: what is known once the order is begun decides.
  run.hasNews ||= hadNews;
}

async function cancelLost({ hint }: DealRun, purchase: Purchase, requestId: string): Promise<void> {
  const why = 'The deal is no longer won.';
  try {
    await purchase.signal('cancel', { by: 'deal', why });
  } catch (failure) {
    if (!(failure instanceof TemporalFailure) || isCancellation(failure)) throw failure;
    // It has ended meanwhile, ordered or not: its own status tells.
    return;
  }
  await activity.recordDeal({ deal: hint.deal, kind: 'lost-before-order', data: { requestId, why } });
}
