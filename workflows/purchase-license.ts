import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  patched,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import { wrongShape } from '../domain/request-shape';
import { normalForm } from '../domain/normal-form';
import { changesPbx } from '../domain/operations';
import type { OrderOutcome } from '../domain/outcome';
import { USUAL_POLICY, type Policy } from '../domain/policy';
import type { PurchaseFacts } from '../domain/purchase-facts';
import type { PurchaseRequest } from '../domain/request';
import { isTerminal, type PurchaseStatus } from '../domain/status';
import { purchaseWorkflowIdOf } from '../domain/workflow-ids';
import { approved } from './purchase/approval';
import { begin } from './purchase/begin';
import { confirm, recordActivationCode } from './purchase/confirm';
import { recordLateCancellation } from './purchase/late-cancellation';
import * as activity from './activity-proxies';
import { Decisions } from './purchase/decisions';
import { isRefusal, reasonOf, refusal, refused, refusedAsBefore } from './failures';
import type { AcceptedRequest, ContinuedPurchase } from './messages/purchase';
import { completeLookups, startLookups, type Lookups } from './purchase/lookups';
import { pbxPreparation } from './purchase/pbx';
import { isNotSent, order } from './purchase/order';
import type { PurchaseContext } from './purchase/purchase-context';
import { beginReconciliation, reconcile } from './purchase/reconcile';
import { recordEvent } from './purchase/record-event';
import { unlessLong } from './purchase/restart-as-new';
import { SearchAttributes } from './purchase/search-attributes';
import { StatusView } from './purchase/status-view';

/** Runs that ended with an order that had been begun meanwhile replay so. */
const FOLLOWED_TO_THE_END = 'followed-to-the-end';

/**
 * Buys one license, once. Looks up what the order needs, creates the order in one attempt whose outcome is
 * three-valued, reconciles an outcome that is not known with the vendor's orders, and watches the order until the vendor calls it done. Where the
 * evidence does not decide, a person does.
 *
 * Ends Completed with the status `ordered`, or `cancelled` when a person's decision cancelled it before the order;
 * Failed, with the reason's code as the failure's type, when the purchase is refused; Canceled when Temporal's own
 * cancellation came before the order. A cancellation that comes later is recorded, and the order is finished.
 */
export async function purchaseLicense(
  given: PurchaseRequest,
  continued?: ContinuedPurchase,
): Promise<PurchaseStatus> {
  // From here on: what is looked up and ordered is what is checked and written down.
  const request = normalForm(given) as PurchaseRequest;
  refuseWrongStart(request);
  const context = newContext(request);
  try {
    // Only a run that continues another has anything to go on with, whatever came with its start.
    const isContinued = continued !== undefined && workflowInfo().continuedFromExecutionRunId !== undefined;
    return isContinued ? await resume(context, continued) : await purchase(context);
  } catch (failure) {
    // Anything else is a bug or continue-as-new: a bug parks the run until it is mended, and fails no purchase.
    if (!(failure instanceof TemporalFailure)) throw failure;
    return await CancellationScope.nonCancellable(() => end(context, failure));
  } finally {
    await CancellationScope.nonCancellable(() => context.decisions.close());
    await CancellationScope.nonCancellable(() => context.searchAttributes.rest());
  }
}

function newContext(request: PurchaseRequest): PurchaseContext {
  const scope = CancellationScope.current();
  const searchAttributes = new SearchAttributes(request);
  const view = new StatusView(request.requestId, (status) => searchAttributes.show(status));
  const decisions = new Decisions(view, () => scope.cancel());
  const parts = { request, view, decisions, searchAttributes, scope };
  return { ...parts, policy: USUAL_POLICY, chosen: new Map(), holdsPbx: false };
}

/** Goes on where the run before stood: it watches an order, or looks for one. */
async function resume(context: PurchaseContext, continued: ContinuedPurchase): Promise<PurchaseStatus> {
  goBy(context, continued.policy);
  showKnown(context, continued.status);
  const isCancelled = continued.status.cancellationRequested === true;
  context.view.isCancellationInLedger = isCancelled;
  if (continued.refusedBefore !== undefined) context.over = refusedAsBefore(continued.refusedBefore);
  else if (isCancelled) context.over = new CancelledFailure('Cancelled before another order');
  if ('order' in continued) {
    return conclude(context, { outcome: 'created', order: continued.order, evidence: {} });
  }
  const { reconciliation } = continued;
  return conclude(context, await CancellationScope.nonCancellable(() => reconcile(context, reconciliation)));
}

function goBy(context: PurchaseContext, policy: Policy): void {
  context.policy = policy;
  context.searchAttributes.use(policy);
}

/** What the ledger has of the purchase is how it stands. */
function showKnown({ view }: PurchaseContext, known: PurchaseStatus): void {
  view.isInLedger = true;
  view.isAskingInLedger = known.status === 'waiting-for-decision';
  view.show(known);
}

async function purchase(context: PurchaseContext): Promise<PurchaseStatus> {
  const { request } = context;
  const { accepted, lookups } = await begin(request);
  goBy(context, accepted.policy);
  showKnown(context, accepted.known);
  if (isTerminal(accepted.known.status)) return CancellationScope.nonCancellable(() => answerAgain(context));
  takeUpDecisions(context, accepted);

  const outcome = accepted.attempted
    ? await CancellationScope.nonCancellable(() => earlierOutcome(request.requestId))
    : await order(context, preparation(context, lookups));
  return conclude(context, outcome);
}

/** What people decided in earlier runs of the purchase counts in this one: none of them is asked twice. */
function takeUpDecisions(
  { scope, view, decisions, chosen }: PurchaseContext,
  accepted: AcceptedRequest,
): void {
  accepted.chosen?.forEach(([question, candidate]) => chosen.set(question, candidate));
  if (accepted.isCancelled !== true) return;
  view.isCancellationInLedger = accepted.known.cancellationRequested === true;
  decisions.hasCancelled = true;
  scope.cancel();
}

/** What the order needs: looked up once, or, of one that changes a PBX, looked at afresh before each attempt. */
function preparation(context: PurchaseContext, lookups?: Lookups): () => Promise<PurchaseFacts> {
  if (changesPbx(context.request)) {
    const prepare = pbxPreparation(context);
    return () => unlessLong(context, () => approved(context, prepare));
  }
  let begun = lookups;
  const find = () => {
    const found = completeLookups(context, begun ?? startLookups(context.request));
    // Whoever approves may take weeks: afterwards it is looked up anew.
    begun = undefined;
    return found;
  };
  let facts: Promise<PurchaseFacts> | undefined;
  return () => (facts ??= unlessLong(context, () => approved(context, find)));
}

/** From the first outcome to the end. What was begun is finished, cancelled or not; nothing new is begun then. */
async function conclude(context: PurchaseContext, first: OrderOutcome): Promise<PurchaseStatus> {
  context.scope.cancelRequested.catch(() => context.view.show({ cancellationRequested: true }));
  for (let outcome = first; ;) {
    const known = outcome;
    if (known.outcome === 'created')
      return CancellationScope.nonCancellable(() => confirm(context, known.order));
    if (known.outcome === 'unknown') {
      outcome = await CancellationScope.nonCancellable(() =>
        reconcile(context, beginReconciliation(context, known)),
      );
    } else if (isNotSent(known)) {
      // Nothing came of the attempt, and another one may be made: with lookups of today.
      context.view.show({ status: 'looking-up' });
      outcome = await order(context, preparation(context));
    } else {
      throw refused(context.view, known);
    }
  }
}

function earlierOutcome(requestId: string): Promise<OrderOutcome> {
  const cause = { code: 'EarlierRun', message: 'an earlier run of this purchase began the order' };
  return activity.findOutcome({ requestId, ...cause });
}

/** What an earlier run of the purchase ended with; a code that was not there then may be there now. */
async function answerAgain(context: PurchaseContext): Promise<PurchaseStatus> {
  const { status, order: placed, activationCode, hasActivationCode } = context.view.status;
  if (status === 'ordered' && placed !== undefined && !(activationCode ?? hasActivationCode)) {
    await recordActivationCode(context, placed);
  }
  return context.view.status;
}

/** Writes how a purchase ended that was not bought, and ends the run: with its status, or with a failure. */
function end(context: PurchaseContext, failure: TemporalFailure): Promise<PurchaseStatus> {
  return isCancellation(failure) ? endCancelled(context, failure) : endRefused(context, failure);
}

async function endCancelled(context: PurchaseContext, failure: TemporalFailure): Promise<PurchaseStatus> {
  const { view, request } = context;
  const { requestId } = request;
  // At once: whoever cancelled what waited for a person must not see it waiting.
  view.show({ status: 'cancelled' });
  view.show((await recordEvent({ requestId, status: 'cancelled', kind: 'cancelled' })) ?? {});
  const { status } = view.status;
  if (!isTerminal(status) && patched('order-begun-after-all')) return followAfterAll(context, failure);
  // One that is done already was not followed by the runs of that patch.
  if (status === 'ordered' && patched(FOLLOWED_TO_THE_END)) return followAfterAll(context, failure);
  // Temporal shows its own cancellation as such; a person's decision is an end like any other.
  if (!context.decisions.hasCancelled) throw failure;
  return view.status;
}

async function endRefused(context: PurchaseContext, failure: TemporalFailure): Promise<PurchaseStatus> {
  const { view, request } = context;
  const { requestId } = request;
  const reason = reasonOf(failure);
  let recorded: PurchaseStatus | undefined;
  if (view.status.status === 'refused') await recordLateCancellation(context);
  // A request that was not accepted is not in the ledger, or another purchase is there that must not change; and
  // another run may have bought before this one was refused: then the purchase stands as that one left it.
  else if (view.isInLedger) {
    recorded = await recordEvent({ requestId, status: 'refused', kind: 'refused', reason });
  }
  view.show({ status: 'refused', reason, ...recorded });
  const { status } = view.status;
  const isBegun = status === 'ordered' || !isTerminal(status);
  if (isBegun && patched(FOLLOWED_TO_THE_END)) return followAfterAll(context, failure);
  const { code: type, message } = reason;
  const details = [view.status];
  const benign = isRefusal(failure) ? ({ category: 'BENIGN' } as const) : {};
  throw ApplicationFailure.create({ type, message, nonRetryable: true, details, ...benign });
}

/**
 * Finishes what a worker that was held for dead has begun while the run was ending; nothing is begun again.
 *
 * @param over why the run was ending, and ends when nothing comes of it
 */
async function followAfterAll(context: PurchaseContext, over: TemporalFailure): Promise<PurchaseStatus> {
  context.over = over;
  // What was asked before is not asked any more: an answer to it must not be taken for one about the order.
  if (patched(FOLLOWED_TO_THE_END)) context.decisions.withdraw();
  try {
    return await conclude(context, await earlierOutcome(context.request.requestId));
  } catch (failure) {
    if (!(failure instanceof TemporalFailure)) throw failure;
    return end(context, failure);
  }
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
  const wanted = purchaseWorkflowIdOf(requestId);
  if (workflowId === wanted) return;
  throw refusal({
    code: 'WrongWorkflowId',
    message:
      `This run has the workflow id "${workflowId}", and the purchase "${requestId}" runs under "${wanted}" only, so that it ` +
      `happens once. Nothing was ordered. Start it with: temporal workflow start --type purchaseLicense ` +
      `--task-queue ${taskQueue} --workflow-id ${wanted} --id-reuse-policy RejectDuplicate --input-file request.json`,
  });
}
