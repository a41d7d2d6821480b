import type { ApplicationFailure } from '@temporalio/workflow';
import { continueAsNew, isCancellation, sleep, TemporalFailure, workflowInfo } from '@temporalio/workflow';
import type { PlacedOrder } from '../../domain/outcome';
import { changesPbx } from '../../domain/operations';
import { meaningOf, type PurchaseStatus, type KnownReason } from '../../domain/status';
import * as activity from '../activity-proxies';
import { final, hasFailed, reasonOf, refused } from '../failures';
import type { PurchaseWorkflow } from '../messages/purchase';
import type { PurchaseContext } from './purchase-context';
import { recordPbxAfterOrder } from './pbx';
import { recordLateCancellation } from './late-cancellation';
import { recordEvent } from './record-event';

/**
 * Watches an order until the vendor's status for it is final; a status not known here is not final.
 *
 * @throws ApplicationFailure OrderNotFulfilled when it ends without a license
 */
export async function confirm(context: PurchaseContext, placed: PlacedOrder): Promise<PurchaseStatus> {
  const { view } = context;
  view.show({ status: 'confirming', order: placed });
  const order = await watch(context, placed);
  delete view.status.reason;
  view.show({ order });
  if (meaningOf(order.orderStatus) === 'failed') throw refused(view, failedOrder(order));
  await recordActivationCode(context, order);
  view.show({ status: 'ordered' });
  if (changesPbx(context.request)) await recordPbxAfterOrder(context);
  await recordLateCancellation(context);
  return view.status;
}

/** @returns the order with a status that is final */
async function watch(context: PurchaseContext, placed: PlacedOrder): Promise<PlacedOrder> {
  const { view, request } = context;
  let current = placed;
  // From the run's beginning, so that a watch that continues as new goes on as calmly as before.
  const begun = workflowInfo().startTime.getTime();
  while (meaningOf(current.orderStatus) === 'watch') {
    view.show({ status: 'confirming', order: current });
    const { firstPollMs, longestGapMs } = context.policy.watching;
    const waitMs = Math.min(Math.max(firstPollMs, Date.now() - begun), longestGapMs);
    await sleep(waitMs, { summary: 'Wait before reading the order again' });
    current = { ...current, ...(await readAgain(current.orderNo)) };
    await recordProgress(context, current);
    await recordLateCancellation(context);
    if (workflowInfo().continueAsNewSuggested) {
      await context.decisions.close();
      // A decision that was still being made may have been a cancellation: the next run would not know of it.
      await recordLateCancellation(context);
      const { policy } = context;
      await continueAsNew<PurchaseWorkflow>(request, { status: view.status, order: current, policy });
    }
  }
  return current;
}

/** A vendor that cannot show the order for now is no news of the order: it is read again at the next look. */
async function readAgain(orderNo: string): Promise<Partial<PlacedOrder>> {
  try {
    return await activity.readOrder(orderNo);
  } catch (failure) {
    if (!hasFailed(failure)) throw failure;
    return {};
  }
}

async function recordProgress({ view, request }: PurchaseContext, order: PlacedOrder): Promise<void> {
  if (order.orderStatus === view.status.order?.orderStatus) return;
  const meaning = meaningOf(order.orderStatus);
  await recordEvent({
    requestId: request.requestId,
    status: meaning === 'done' ? 'ordered' : meaning === 'failed' ? 'refused' : 'confirming',
    kind: 'order-status',
    order,
    ...(meaning === 'failed' && { reason: failedOrder(order) }),
  });
}

/**
 * The code goes from the vendor into the ledger, and into no history. The license is bought whether or not its code can be
 * read: a code that is not there is said, never fatal.
 */
export async function recordActivationCode(
  { request, view }: PurchaseContext,
  placed: PlacedOrder,
): Promise<void> {
  if (request.license.kind !== 'new') return;
  const { requestId } = request;
  try {
    const productNo = placed.productNo ?? (await activity.readOrder(placed.orderNo)).productNo;
    if (productNo === undefined) throw noSerialNumber(placed);
    await activity.fetchActivationCode({ requestId, productNo });
    view.show({ hasActivationCode: true, order: { ...placed, productNo } });
  } catch (failure) {
    if (!(failure instanceof TemporalFailure) || isCancellation(failure)) throw failure;
    const reason = reasonOf(failure);
    view.show({ reason });
    await recordEvent({ requestId, status: 'ordered', kind: 'activation-code-missing', reason });
  }
}

function noSerialNumber({ orderNo }: PlacedOrder): ApplicationFailure {
  return final({
    code: 'ActivationCodeMissing',
    message: `The vendor shows no serial number for order ${orderNo}, so its activation code cannot be asked for. Look at the order in the Partner Portal.`,
  });
}

function failedOrder({ orderNo, orderStatus }: PlacedOrder): KnownReason {
  return {
    code: 'OrderNotFulfilled',
    message: `The vendor reports order ${orderNo} as "${orderStatus}": no license comes of it. Look at the order in the Partner Portal.`,
  };
}
