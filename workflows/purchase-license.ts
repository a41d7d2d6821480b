import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { Acceptance } from '../activities/purchase/accept-request';
import { wrongShape } from '../domain/request-shape';
import { normalForm } from '../domain/normal-form';
import type { OrderOutcome } from '../domain/outcome';
import { USUAL_POLICY } from '../domain/policy';
import type { PurchaseRequest } from '../domain/request';
import { isSettled, type PurchaseStatus } from '../domain/status';
import { VIA } from '../domain/author';
import { workflowIdOf } from '../domain/workflow-ids';
import { confirm, recordLateCancellation, showActivationCode } from './purchase/confirm';
import * as activity from './purchase/activity-proxies';
import { Decisions } from './purchase/decisions';
import { isRefusal, reasonOf, refusal, refused } from './failures';
import { note } from './purchase/ledger-notes';
import { facts, startLookUps } from './purchase/look-up';
import { isNotSent, order } from './purchase/order';
import type { Carried, Run } from './purchase/run';
import { beginSettling, settle } from './purchase/reconcile';
import { StatusBoard } from './purchase/status-board';

/**
 * Buys one licence, once. Looks up what the order needs, creates the order in one attempt whose outcome is
 * three-valued, settles an outcome that is not known, and watches the order until the vendor calls it done. Where the
 * evidence does not decide, a person does.
 *
 * Ends Completed with the status `ordered`, or `cancelled` when a person's decision cancelled it before the order;
 * Failed, with the reason's code as the failure's type, when the purchase is refused; Canceled when Temporal's own
 * cancellation came before the order. A cancellation that comes later is recorded, and the order is finished.
 */
export async function purchaseLicense(given: PurchaseRequest, carried?: Carried): Promise<PurchaseStatus> {
  // From here on: what is looked up and ordered is what is checked and written down.
  const request = normalForm(given) as PurchaseRequest;
  refuseWrongStart(request);
  const run = newRun(request);
  try {
    // Only a run that continues another has anything to go on with, whatever came with its start.
    const goesOn = carried !== undefined && workflowInfo().continuedFromExecutionRunId !== undefined;
    return goesOn ? await goOn(run, carried) : await purchase(run);
  } catch (failure) {
    // Anything else is a bug or continue-as-new: a bug parks the run until it is mended, and fails no purchase.
    if (!(failure instanceof TemporalFailure)) throw failure;
    return await CancellationScope.nonCancellable(() => end(run, failure));
  } finally {
    await CancellationScope.nonCancellable(() => run.decisions.close());
  }
}

function newRun(request: PurchaseRequest): Run {
  const scope = CancellationScope.current();
  const board = new StatusBoard(request.requestId);
  const decisions = new Decisions(board, () => scope.cancel());
  return { request, board, decisions, scope, policy: USUAL_POLICY };
}

/** Goes on where the run before stood: it watches an order, or looks for one. */
async function goOn(run: Run, carried: Carried): Promise<PurchaseStatus> {
  run.policy = carried.policy;
  showKnown(run, carried.status);
  run.board.isCancellationInLedger = carried.status.cancellationRequested === true;
  if ('order' in carried) return conclude(run, { outcome: 'created', order: carried.order, evidence: {} });
  const { settling } = carried;
  return conclude(run, await CancellationScope.nonCancellable(() => settle(run, settling)));
}

/** What the ledger has of the purchase is how it stands. */
function showKnown({ board }: Run, known: PurchaseStatus): void {
  board.isInLedger = true;
  board.isAskingInLedger = known.status === 'waiting-for-decision';
  board.show(known);
}

async function purchase(run: Run): Promise<PurchaseStatus> {
  const { request } = run;
  const lookUps = new CancellationScope();
  const wave = await lookUps.run(() => Promise.resolve(startLookUps(request)));
  const accepted = await CancellationScope.nonCancellable(() => accept(request));
  run.policy = accepted.policy ?? USUAL_POLICY;
  showKnown(run, accepted.known);
  const isOver = isSettled(accepted.known.status);
  if (isOver || accepted.attempted) lookUps.cancel();
  if (isOver) return CancellationScope.nonCancellable(() => answerAgain(run));

  const outcome = accepted.attempted
    ? await CancellationScope.nonCancellable(() => earlierOutcome(request.requestId))
    : await order(run, await facts(run, wave));
  return conclude(run, outcome);
}

function accept(request: PurchaseRequest): Promise<Acceptance> {
  const startedBy = workflowInfo().parent?.workflowId;
  const via = doorOfStart();
  return activity.acceptRequest({ request, via, ...(startedBy !== undefined && { startedBy }) });
}

/** By which door the run was started, as its memo says; a deal's purchase is started by the deal's run. */
function doorOfStart(): unknown {
  const { memo, parent } = workflowInfo();
  return parent?.workflowId ?? memo?.[VIA];
}

/** From the first outcome to the end. What was begun is finished, cancelled or not; nothing new is begun then. */
async function conclude(run: Run, first: OrderOutcome): Promise<PurchaseStatus> {
  run.scope.cancelRequested.catch(() => run.board.show({ cancellationRequested: true }));
  for (let outcome = first; ;) {
    const known = outcome;
    if (known.outcome === 'created') return CancellationScope.nonCancellable(() => confirm(run, known.order));
    if (known.outcome === 'unknown') {
      outcome = await CancellationScope.nonCancellable(() => settle(run, beginSettling(run, known)));
    } else if (isNotSent(known)) {
      // Nothing came of the attempt, and another one may be made: with look-ups of today.
      run.board.show({ status: 'looking-up' });
      outcome = await order(run, await facts(run, startLookUps(run.request)));
    } else {
      throw refused(run.board, known);
    }
  }
}

function earlierOutcome(requestId: string): Promise<OrderOutcome> {
  const cause = { code: 'EarlierRun', message: 'an earlier run of this purchase began the order' };
  return activity.findOutcome({ requestId, ...cause });
}

/** What an earlier run of the purchase ended with; a code that was not there then may be there now. */
async function answerAgain(run: Run): Promise<PurchaseStatus> {
  const { status, order: placed, activationCode } = run.board.status;
  if (status === 'ordered' && placed !== undefined && activationCode === undefined) {
    await showActivationCode(run, placed);
  }
  return run.board.status;
}

/** Writes how a purchase ended that was not bought, and ends the run: with its status, or with a failure. */
async function end(run: Run, failure: TemporalFailure): Promise<PurchaseStatus> {
  const { board, request } = run;
  const { requestId } = request;
  if (isCancellation(failure)) {
    // At once: whoever cancelled what waited for a person must not see it waiting.
    board.show({ status: 'cancelled' });
    board.show((await note({ requestId, status: 'cancelled', kind: 'cancelled' })) ?? {});
    // Temporal shows its own cancellation as such; a person's decision is an end like any other.
    if (!run.decisions.hasCancelled) throw failure;
    return board.status;
  }
  const reason = reasonOf(failure);
  let recorded: PurchaseStatus | undefined;
  if (board.status.status === 'refused') await recordLateCancellation(run);
  // A request that was not accepted is not in the ledger, or another purchase is there that must not change; and
  // another run may have bought before this one was refused: then the purchase stands as that one left it.
  else if (board.isInLedger) {
    recorded = await note({ requestId, status: 'refused', kind: 'refused', reason });
  }
  board.show({ status: 'refused', reason, ...recorded });
  const { code: type, message } = reason;
  const details = [board.status];
  const benign = isRefusal(failure) ? ({ category: 'BENIGN' } as const) : {};
  throw ApplicationFailure.create({ type, message, nonRetryable: true, details, ...benign });
}

function refuseWrongStart(request: unknown): void {
  const problem = wrongShape(request);
  if (problem !== undefined) {
    throw refusal({
      code: 'InvalidRequest',
      message: `The request cannot be read: ${problem}. Start the purchase again with a corrected request, under a new request id.`,
    });
  }
  const { requestId } = request as PurchaseRequest;
  const { workflowId, taskQueue } = workflowInfo();
  const wanted = workflowIdOf(requestId);
  if (workflowId === wanted) return;
  throw refusal({
    code: 'WrongWorkflowId',
    message:
      `This run has the workflow id "${workflowId}", and the purchase "${requestId}" runs under "${wanted}" only, so that it ` +
      `happens once. Nothing was ordered. Start it with: temporal workflow start --type purchaseLicense ` +
      `--task-queue ${taskQueue} --workflow-id ${wanted} --id-reuse-policy RejectDuplicate --input-file request.json`,
  });
}
