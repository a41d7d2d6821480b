import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  continueAsNew,
  isCancellation,
  sleep,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { OrderResult } from '../activities/create-order';
import type { StatusChange } from '../activities/record';
import type { PurchaseFacts } from '../orders/facts';
import { wrongShape } from '../orders/guard';
import type { OrderOutcome, PlacedOrder } from '../orders/outcome';
import { serviceLines, type PurchaseRequest } from '../orders/request';
import { isSettled, meaningOf, type PurchaseStatus, type Reason } from '../orders/status';
import { workflowIdOf } from '../orders/workflow-id';
import * as activity from './contracts';
import { StatusBoard } from './status-board';

/**
 * Buys one licence, once. Looks up what the order needs, creates the order in one attempt whose outcome is
 * three-valued, and watches it until the vendor calls it done.
 *
 * Ends Completed with the status `ordered`, or `waiting-for-decision` when it is not known whether the vendor took
 * the order; Failed, with the reason's code as the failure's type, when the purchase is refused; Canceled when a
 * cancellation came before the order. A cancellation that comes later is recorded, and the order is finished.
 */
export async function purchaseLicense(request: PurchaseRequest): Promise<PurchaseStatus> {
  refuseWrongStart(request);
  const board = new StatusBoard(request.requestId);
  try {
    return await purchase(request, board);
  } catch (failure) {
    // Anything else is a bug or continue-as-new: a bug parks the run until it is mended, and fails no purchase.
    if (!(failure instanceof TemporalFailure)) throw failure;
    throw await CancellationScope.nonCancellable(() => recordEnd(failure, board));
  }
}

async function purchase(request: PurchaseRequest, board: StatusBoard): Promise<PurchaseStatus> {
  const lookUps = new CancellationScope();
  const facts = lookUps.run(() => lookUp(request));
  // Awaited below, and not at all when the ledger knows the answer; it must not count as unhandled until then.
  facts.catch(() => undefined);

  const accepted = await CancellationScope.nonCancellable(() => activity.acceptRequest(request));
  board.isInLedger = true;
  board.show(accepted.known);
  const isOver = isSettled(accepted.known.status);
  if (isOver || accepted.attempted) lookUps.cancel();
  if (isOver) return CancellationScope.nonCancellable(() => answerAgain(request, board));

  const outcome = accepted.attempted
    ? await CancellationScope.nonCancellable(() =>
        activity.findOutcome({ requestId: request.requestId, ...EARLIER_RUN }),
      )
    : await order(request, await facts, board);
  ownScope().cancelRequested.catch(() => board.show({ cancellationRequested: true }));
  return CancellationScope.nonCancellable(() => conclude(request, outcome, board));
}

/** What an earlier run of the purchase ended with; a code that was not there then may be there now. */
async function answerAgain(request: PurchaseRequest, board: StatusBoard): Promise<PurchaseStatus> {
  const { status, order, activationCode } = board.status;
  if (status === 'ordered' && order !== undefined && activationCode === undefined) {
    await showActivationCode(request, order, board);
  }
  return board.status;
}

const EARLIER_RUN = { code: 'EarlierRun', message: 'an earlier run of this purchase began the order' };

/** One wave: the request itself gives the serial number that the plan query wants. */
async function lookUp(request: PurchaseRequest): Promise<PurchaseFacts> {
  const { license } = request;
  const serialNumber = license.kind === 'existing' ? license.serialNumber : undefined;
  const partner = license.kind === 'new' ? license.partner : undefined;
  const wave = {
    found: serialNumber === undefined ? undefined : activity.fetchSerialNumber(serialNumber),
    partnerId: partner === undefined ? undefined : activity.resolvePartner(partner),
    offer: activity.fetchPlan({ serialNumber, plan: request.plan, services: serviceLines(request) }),
    billingContactId: activity.chooseBillingContact(request.billingContact),
  };
  // Of several refusals the first in this order is the reason: a serial number that is not there explains why there
  // are no plans for it. The others are not awaited then, and must not count as unhandled.
  for (const answer of Object.values(wave)) answer?.catch(() => undefined);
  const found = await wave.found;
  const partnerId = await wave.partnerId;
  return {
    ...(found !== undefined && { serialNumber: found }),
    ...(partnerId !== undefined && { partnerId }),
    ...(await wave.offer),
    billingContactId: await wave.billingContactId,
  };
}

/** Orders, and again only after an attempt that provably sent nothing. */
async function order(
  request: PurchaseRequest,
  facts: PurchaseFacts,
  board: StatusBoard,
): Promise<OrderOutcome> {
  for (let failures = 0; ; failures++) {
    if (CancellationScope.current().consideredCancelled) {
      throw new CancelledFailure('Cancelled before the order');
    }
    board.show({ status: 'ordering', attempts: board.status.attempts + 1 });
    const outcome = await CancellationScope.nonCancellable(() => orderOnce(request, facts, board));
    if (outcome.outcome !== 'not-created' || outcome.why !== 'not-sent') return outcome;

    board.show({ reason: { code: outcome.code, message: outcome.message } });
    // A vendor that asks for no wait at all gets one all the same.
    await sleep(Math.max(outcome.retryAfterMs ?? 0, growing(2_000, failures, 5 * MINUTE)), {
      summary: 'Nothing was sent: wait, then try the order again',
    });
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof purchaseLicense>(request);
  }
}

/** One attempt. However the activity ended, the ledger knows whether an attempt is open, and what became of it. */
async function orderOnce(
  request: PurchaseRequest,
  facts: PurchaseFacts,
  board: StatusBoard,
): Promise<OrderOutcome> {
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
  if (!recorded) await inLedger(() => activity.recordOutcome({ request, attempt, outcome }));
  return outcome;
}

function note(change: StatusChange): Promise<PurchaseStatus | undefined> {
  return inLedger(() => activity.recordStatus(change));
}

/**
 * A write to the ledger that an operator has ended, or whose purchase the ledger has lost, changes nothing of what
 * happened: the run goes on with what it knows.
 */
async function inLedger<Answer>(write: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await write();
  } catch (failure) {
    if (!(failure instanceof ActivityFailure) || isCancellation(failure)) throw failure;
    return undefined;
  }
}

function isNotSent(outcome: OrderOutcome): boolean {
  return outcome.outcome === 'not-created' && outcome.why === 'not-sent';
}

function isFinal(failure: unknown): boolean {
  const cause = failure instanceof ActivityFailure ? failure.cause : undefined;
  return cause instanceof ApplicationFailure && cause.nonRetryable === true;
}

async function conclude(
  request: PurchaseRequest,
  outcome: OrderOutcome,
  board: StatusBoard,
): Promise<PurchaseStatus> {
  switch (outcome.outcome) {
    case 'created':
      return confirm(request, outcome.order, board);
    case 'unknown': {
      const reason = { code: outcome.code, message: outcome.message };
      board.show({ status: 'waiting-for-decision', reason, evidence: outcome.evidence });
      await recordLateCancellation(board);
      return board.status;
    }
    case 'not-created':
      throw refuse({ code: outcome.code, message: outcome.message }, board);
  }
}

/** Watches an order until the vendor's status for it is final; a status not known here is not final. */
async function confirm(
  request: PurchaseRequest,
  placed: PlacedOrder,
  board: StatusBoard,
): Promise<PurchaseStatus> {
  let current = placed;
  for (let looks = 0; meaningOf(current.orderStatus) === 'watch'; looks++) {
    board.show({ status: 'confirming', order: current });
    await sleep(growing(MINUTE, looks, 60 * MINUTE), { summary: 'Wait before reading the order again' });
    current = { ...current, ...(await readAgain(current.orderNo)) };
    await recordProgress(current, board);
    await recordLateCancellation(board);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof purchaseLicense>(request);
  }
  delete board.status.reason;
  board.show({ order: current });
  if (meaningOf(current.orderStatus) === 'failed') throw refuse(failedOrder(current), board);
  await showActivationCode(request, current, board);
  board.show({ status: 'ordered' });
  await recordLateCancellation(board);
  return board.status;
}

/** A vendor that cannot show the order for now is no news of the order: it is read again at the next look. */
async function readAgain(orderNo: string): Promise<Partial<PlacedOrder>> {
  try {
    return await activity.readOrder(orderNo);
  } catch (failure) {
    if (!(failure instanceof ActivityFailure)) throw failure;
    return {};
  }
}

async function recordProgress(current: PlacedOrder, board: StatusBoard): Promise<void> {
  if (current.orderStatus === board.status.order?.orderStatus) return;
  const meaning = meaningOf(current.orderStatus);
  await note({
    requestId: board.status.requestId,
    status: meaning === 'done' ? 'ordered' : meaning === 'failed' ? 'refused' : 'confirming',
    kind: 'order-status',
    order: current,
    ...(meaning === 'failed' && { reason: failedOrder(current) }),
  });
}

/** The licence is bought whether or not its code can be read: a code that is not there is said, never fatal. */
async function showActivationCode(
  request: PurchaseRequest,
  placed: PlacedOrder,
  board: StatusBoard,
): Promise<void> {
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

function noSerialNumber({ orderNo }: PlacedOrder): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `The vendor shows no serial number for order ${orderNo}, so its activation code cannot be asked for. Look at the order in the Partner Portal.`,
    'ActivationCodeMissing',
  );
}

async function recordLateCancellation(board: StatusBoard): Promise<void> {
  if (!cancellationCame() || board.isCancellationInLedger) return;
  board.isCancellationInLedger = true;
  const { requestId, status } = board.show({ cancellationRequested: true });
  await note({
    requestId,
    status,
    kind: 'cancellation-too-late',
    cancellationRequested: true,
  });
}

/** The run's own scope: the order and what follows run in scopes that cannot be cancelled. */
function ownScope(): CancellationScope {
  let scope: CancellationScope = CancellationScope.current();
  while (scope.parent !== undefined) scope = scope.parent;
  return scope;
}

function cancellationCame(): boolean {
  return ownScope().consideredCancelled;
}

/** Writes how a run ended that did not complete, and returns the failure to end it with. */
async function recordEnd(failure: TemporalFailure, board: StatusBoard): Promise<TemporalFailure> {
  const { requestId } = board.status;
  if (isCancellation(failure)) {
    board.show({ status: 'cancelled' });
    board.show((await note({ requestId, status: 'cancelled', kind: 'cancelled' })) ?? {});
    return failure;
  }
  const reason = reasonOf(failure);
  const wasRecorded = board.status.status === 'refused';
  board.show({ status: 'refused', reason });
  // A request that was not accepted is not in the ledger, or another purchase is there that must not change.
  if (board.isInLedger && !wasRecorded) {
    // Another run may have bought before this one was refused: then the purchase stands as that one left it.
    board.show((await note({ requestId, status: 'refused', kind: 'refused', reason })) ?? {});
  }
  if (wasRecorded) await recordLateCancellation(board);
  return ApplicationFailure.nonRetryable(reason.message, reason.code, board.status);
}

function refuse(reason: Reason, board: StatusBoard): ApplicationFailure {
  board.show({ status: 'refused', reason });
  return ApplicationFailure.nonRetryable(reason.message, reason.code);
}

function failedOrder(placed: PlacedOrder): Reason {
  return {
    code: 'OrderNotFulfilled',
    message: `The vendor reports order ${placed.orderNo} as "${placed.orderStatus}": no licence comes of it. Look at the order in the Partner Portal.`,
  };
}

/** The innermost cause that says something: an activity's failure alone reads "Activity task failed". */
function reasonOf(failure: unknown): Reason {
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  if (cause instanceof ApplicationFailure) {
    return { code: cause.type ?? 'UnexpectedFailure', message: cause.message };
  }
  const error = cause as Error;
  return { code: error.name, message: error.message };
}

function refuseWrongStart(request: unknown): void {
  const problem = wrongShape(request);
  if (problem !== undefined) {
    throw ApplicationFailure.nonRetryable(
      `The request cannot be read: ${problem}. Start the purchase again with a corrected request, under a new request id.`,
      'InvalidRequest',
    );
  }
  const { requestId } = request as PurchaseRequest;
  const { workflowId, taskQueue } = workflowInfo();
  const wanted = workflowIdOf(requestId);
  if (workflowId === wanted) return;
  throw ApplicationFailure.nonRetryable(
    `This run has the workflow id "${workflowId}", and the purchase "${requestId}" runs under "${wanted}" only, so that it ` +
      `happens once. Nothing was ordered. Start it with: temporal workflow start --type purchaseLicense ` +
      `--task-queue ${taskQueue} --workflow-id ${wanted} --id-reuse-policy RejectDuplicate --input-file request.json`,
    'WrongWorkflowId',
  );
}

const MINUTE = 60_000;

/** The n-th wait (from 0) of a series that doubles up to a limit, in ms. */
function growing(first: number, n: number, limit: number): number {
  return Math.min(first * 2 ** Math.min(n, 30), limit);
}
