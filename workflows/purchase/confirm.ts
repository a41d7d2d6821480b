import {
  ApplicationFailure,
  continueAsNew,
  isCancellation,
  sleep,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { PlacedOrder } from '../../domain/outcome';
import { meaningOf, type PurchaseStatus, type Reason } from '../../domain/status';
import * as activity from './activity-proxies';
import { hasFailed, reasonOf, refused } from '../failures';
import { note } from './ledger-notes';
import type { PurchaseWorkflow, Run } from './run';

/**
 * Watches an order until the vendor's status for it is final; a status not known here is not final.
 *
 * @throws ApplicationFailure OrderNotFulfilled when it ends without a licence
 */
export async function confirm(run: Run, placed: PlacedOrder): Promise<PurchaseStatus> {
  const { board } = run;
  board.show({ status: 'confirming', order: placed });
  const order = await watch(run, placed);
  delete board.status.reason;
  board.show({ order });
  if (meaningOf(order.orderStatus) === 'failed') throw refused(board, failedOrder(order));
  await showActivationCode(run, order);
  board.show({ status: 'ordered' });
  await recordLateCancellation(run);
  return board.status;
}

/** @returns the order with a status that is final */
async function watch(run: Run, placed: PlacedOrder): Promise<PlacedOrder> {
  const { board, request } = run;
  let current = placed;
  // From the run's beginning, so that a watch that continues as new goes on as calmly as before.
  const begun = workflowInfo().startTime.getTime();
  while (meaningOf(current.orderStatus) === 'watch') {
    board.show({ status: 'confirming', order: current });
    const { firstLookMs, longestGapMs } = run.policy.watching;
    const waitMs = Math.min(Math.max(firstLookMs, Date.now() - begun), longestGapMs);
    await sleep(waitMs, { summary: 'Wait before reading the order again' });
    current = { ...current, ...(await readAgain(current.orderNo)) };
    await recordProgress(run, current);
    await recordLateCancellation(run);
    if (workflowInfo().continueAsNewSuggested) {
      await run.decisions.close();
      // A decision that was still being made may have been a cancellation: the next run would not know of it.
      await recordLateCancellation(run);
      const { policy } = run;
      await continueAsNew<PurchaseWorkflow>(request, { status: board.status, order: current, policy });
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

async function recordProgress({ board, request }: Run, order: PlacedOrder): Promise<void> {
  if (order.orderStatus === board.status.order?.orderStatus) return;
  const meaning = meaningOf(order.orderStatus);
  await note({
    requestId: request.requestId,
    status: meaning === 'done' ? 'ordered' : meaning === 'failed' ? 'refused' : 'confirming',
    kind: 'order-status',
    order,
    ...(meaning === 'failed' && { reason: failedOrder(order) }),
  });
}

/** The licence is bought whether or not its code can be read: a code that is not there is said, never fatal. */
export async function showActivationCode({ request, board }: Run, placed: PlacedOrder): Promise<void> {
  if (request.license.kind !== 'new') return;
  const { requestId } = request;
  try {
    const productNo = placed.productNo ?? (await activity.readOrder(placed.orderNo)).productNo;
    if (productNo === undefined) throw noSerialNumber(placed);
    const activationCode = await activity.fetchActivationCode({ requestId, productNo });
    board.show({ activationCode, order: { ...placed, productNo } });
  } catch (failure) {
    if (!(failure instanceof TemporalFailure) || isCancellation(failure)) throw failure;
    const reason = reasonOf(failure);
    board.show({ reason });
    await note({ requestId, status: 'ordered', kind: 'activation-code-missing', reason });
  }
}

/** A cancellation after the order had begun changes nothing; that it came is written down. */
export async function recordLateCancellation({ board, scope }: Run): Promise<void> {
  if (!scope.consideredCancelled || board.isCancellationInLedger) return;
  board.isCancellationInLedger = true;
  const { requestId } = board.show({ cancellationRequested: true });
  // Without a status: the ledger may have the vendor's last word already.
  await note({ requestId, kind: 'cancellation-too-late', cancellationRequested: true });
}

function noSerialNumber({ orderNo }: PlacedOrder): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `The vendor shows no serial number for order ${orderNo}, so its activation code cannot be asked for. Look at the order in the Partner Portal.`,
    'ActivationCodeMissing',
  );
}

function failedOrder({ orderNo, orderStatus }: PlacedOrder): Reason {
  return {
    code: 'OrderNotFulfilled',
    message: `The vendor reports order ${orderNo} as "${orderStatus}": no licence comes of it. Look at the order in the Partner Portal.`,
  };
}
