import {
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import type { DealReading } from '../activities/read-deal';
import { dealKeyIn, dealWorkflowIdOf, readDeal, type DealHint, type DealStatus } from '../orders/deal';
import { whenWon } from '../orders/judge-win';
import { growing } from '../orders/policy';
import type { PurchaseRequest } from '../orders/request';
import { workflowIdOf } from '../orders/workflow-id';
import * as activity from './deal-contracts';
import { DealRun, type CarriedDeal } from './deal-run';
import { startPurchase, watchUntilOrdered, type Purchase } from './deal-purchase';
import { refusal } from './failures';

/** Line items are often added a moment after the stage changes, and sometimes days after. */
const FIRST_LOOK_MS = 5_000;
const LONGEST_GAP_MS = 60 * 60_000;

/**
 * Takes care of one deal that may have been won: the durable inbox of all word of it. Reads the deal back, waits while
 * facts are missing, decides what becomes of the win, and starts its purchase. Ends when the order is begun or nothing is
 * to be bought; word that comes later begins another run, which finds in the ledger what was decided.
 */
export async function dealWon(hint: DealHint, carried?: CarriedDeal): Promise<DealStatus> {
  refuseWrongStart(hint);
  const goesOn = carried !== undefined && workflowInfo().continuedFromExecutionRunId !== undefined;
  const run = new DealRun(hint, goesOn ? carried : undefined);
  try {
    if (!goesOn && !(await hear(run))) return run.status;
    for (let looks = 0; ; looks++) {
      const isDone = await (run.staysWith === undefined ? attend(run) : goOnStaying(run, run.staysWith));
      if (!isDone) await wait(run, looks);
      await run.finishHandlers();
      if (isDone && !run.hasNews) return run.status;
    }
  } catch (failure) {
    if (isCancellation(failure)) await CancellationScope.nonCancellable(() => recordCancellation(run));
    throw failure;
  }
}

/** @returns false when all that came is a message that another one of its sender has overtaken */
async function hear(run: DealRun): Promise<boolean> {
  const { filledIn, isOutdated, ...status } = await activity.hearOfDeal(run.hint);
  run.isHeard = true;
  run.filledIn = { ...filledIn, ...run.filledIn };
  run.show(status);
  if (isOutdated !== true) return true;
  if (run.content?.toldAt === readDeal(run.hint.content)?.toldAt) run.content = undefined;
  await run.finishHandlers();
  return run.content !== undefined || run.decision !== undefined;
}

/** @returns whether nothing is left to do, unless something new comes */
async function attend(run: DealRun): Promise<boolean> {
  run.hasNews = false;
  const reading = await read(run);
  if (!reading.isWon) {
    await leaveUnwon(run, reading.isGone);
    return true;
  }
  const { source, deal } = run.hint;
  const { decision } = run;
  const question = {
    source,
    deal,
    ...whenWon(reading),
    ...(reading.isMerged && { isMerged: true }),
    ...('missing' in reading && { missing: reading.missing }),
    ...(decision !== undefined && { decision }),
  };
  // A cancellation counts before or after: a win that is decided about has its purchase.
  const { then, requestId, status } = await CancellationScope.nonCancellable(() =>
    activity.decideWin(question),
  );
  run.show(status);
  if (then === 'wait') return false;
  // One that came while this one was acted on has not been looked at yet.
  if (run.decision === decision) run.decision = undefined;
  if (then === 'buy' && 'request' in reading) await buy(run, { requestId: requestId!, ...reading.request });
  return true;
}

async function buy(run: DealRun, request: PurchaseRequest): Promise<void> {
  const purchase = await CancellationScope.nonCancellable(() => startPurchase(request));
  if (purchase !== undefined) await stayWith(run, purchase, request.requestId);
}

/** The run before this one made the purchase. */
async function goOnStaying(run: DealRun, requestId: string): Promise<true> {
  await stayWith(run, getExternalWorkflowHandle(workflowIdOf(requestId)), requestId);
  return true;
}

async function stayWith(run: DealRun, purchase: Purchase, requestId: string): Promise<void> {
  run.staysWith = requestId;
  await watchUntilOrdered(run, purchase, requestId, () => read(run));
  run.staysWith = undefined;
  // What a person decided meanwhile was about this purchase: it is no word for another one when nothing comes of it.
  run.decision = undefined;
  run.filledIn = {};
}

/** A deal that is not won buys nothing; of one that was bought before, that stands. */
async function leaveUnwon(run: DealRun, isGone: boolean): Promise<void> {
  const { deal } = run.hint;
  const reason = isGone ? { code: 'DealGone', message: 'The CRM has no such deal any more.' } : undefined;
  const why = reason === undefined ? {} : { reason };
  // For a message that is late: it must not count after what this one said.
  const toldAt = run.content?.toldAt;
  const told = toldAt === undefined ? {} : { toldAt };
  if (run.status.status === 'requested') {
    await activity.recordDeal({ deal, kind: 'no-longer-won', data: { ...why, ...told } });
    return;
  }
  run.show({ status: 'not-won', ...why });
  await activity.recordDeal({
    deal,
    status: 'not-won',
    kind: 'not-won',
    ...why,
    ...(toldAt !== undefined && { data: told }),
  });
}

function read({ hint, content, filledIn }: DealRun): Promise<DealReading> {
  const { source, deal } = hint;
  return activity.readDeal({ source, deal, filledIn, ...(content !== undefined && { content }) });
}

/** A person decides in their own time; the CRM is asked again now and then, and at once when there is word of the deal. */
async function wait(run: DealRun, looks: number): Promise<void> {
  await run.waitForNews(
    growing(FIRST_LOOK_MS, looks, LONGEST_GAP_MS),
    'Wait before looking at the deal again',
  );
  if (workflowInfo().continueAsNewSuggested) await run.continueAsNew();
}

/** Ended from outside before a purchase was made of it: nothing is bought, and the ledger says so. */
async function recordCancellation({ hint, status }: DealRun): Promise<void> {
  if (status.status === 'requested') return;
  const { deal, source } = hint;
  // As a person's decision about this win: else the next sweep would take it up again.
  await activity.decideWin({
    source,
    deal,
    ...(status.wonAt !== undefined && { wonAt: status.wonAt }),
    decision: { verb: 'dismiss', by: 'Temporal' },
    reason: { code: 'RunCancelled', message: 'The run of the deal was cancelled in Temporal.' },
  });
}

function refuseWrongStart(hint: unknown): void {
  const { source, deal } = (hint ?? {}) as Partial<Record<keyof DealHint, unknown>>;
  if (typeof source !== 'string' || typeof deal !== 'string' || dealKeyIn(deal) !== deal) {
    throw refusal({
      code: 'InvalidDeal',
      message:
        'Expected one JSON object such as {"source": "hubspot", "deal": "hubspot:9001234:31415926535", "by": "person"}; ids of ' +
        'Salesforce have 18 characters here, and the last three have to fit the others.',
    });
  }
  const { workflowId } = workflowInfo();
  const wanted = dealWorkflowIdOf(deal);
  if (workflowId === wanted) return;
  throw refusal({
    code: 'WrongWorkflowId',
    message:
      `This run has the workflow id "${workflowId}", and the deal "${deal}" is taken care of under "${wanted}" only, so that ` +
      'it is bought once. Nothing was bought.',
  });
}
