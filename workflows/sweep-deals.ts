import { ApplicationFailure, continueAsNew, WorkflowIdReusePolicy, workflowInfo } from '@temporalio/workflow';
import { fairnessKeyOf } from '../domain/task-queues';
import { DEAL_WORKFLOW, dealWorkflowIdOf } from '../domain/workflow-ids';
import { SOURCE_NAME } from '../domain/deal-notification';
import * as activity from './activity-proxies';
import type { dealWon } from './deal-won';
import { final, hasFailed, reasonOf } from './failures';
import { startIndependent } from './independent-run';
import type { ContinuedSweep, FoundDeals, SweepResult, SweepWorkflow } from './messages/sweep';

/**
 * Deals a run starts: they stay its pending children until they end, and it may have 2,000 of them. Small runs are quick
 * to replay.
 */
const A_PAGE = 200;
const AT_ONCE = 50;

/**
 * Asks a CRM which deals were won since the last time, and starts what is missing: senders lose events. Started by a
 * Temporal Schedule per source.
 *
 * Fails at once, as SourceUnknown or SourceNotSwept, when deals.yaml has nothing to sweep under that name.
 */
export async function sweepDeals(source: string, continued?: ContinuedSweep): Promise<SweepResult> {
  refuseWrongStart(source);
  const isContinued = continued !== undefined && workflowInfo().continuedFromExecutionRunId !== undefined;
  const { askedAt, found, caughtUp, after } = isContinued
    ? continued
    : { ...(await find(source)), caughtUp: 0, after: '' };
  const deals = await activity.nextSweptDeals({ source, askedAt, after, limit: A_PAGE });
  let started = caughtUp;
  for (let from = 0; from < deals.length; from += AT_ONCE) {
    const some = deals.slice(from, from + AT_ONCE).map((deal) => start(source, deal));
    started += (await Promise.all(some)).filter(Boolean).length;
  }
  if (deals.length === A_PAGE) {
    const last = deals.at(-1)!;
    return continueAsNew<SweepWorkflow>(source, { askedAt, found, caughtUp: started, after: last });
  }
  await activity.recordSweep({ source, askedAt, found, caughtUp: started });
  return { found, caughtUp: started };
}

/** What cannot be swept is said by the run itself, and not by an activity below it. */
async function find(source: string): Promise<FoundDeals> {
  try {
    return await activity.findWonDeals(source);
  } catch (failure) {
    if (!hasFailed(failure)) throw failure;
    const { code, message } = reasonOf(failure);
    throw ApplicationFailure.nonRetryable(message, code);
  }
}

/** @returns false when a run of the deal goes on already */
async function start(source: string, deal: string): Promise<boolean> {
  const run = await startIndependent<typeof dealWon>(DEAL_WORKFLOW, {
    workflowId: dealWorkflowIdOf(deal),
    args: [{ source, deal, by: 'sweep' }],
    priority: { fairnessKey: fairnessKeyOf(source) },
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
  });
  return run !== undefined;
}

function refuseWrongStart(source: unknown): void {
  if (typeof source === 'string' && SOURCE_NAME.test(source)) return;
  throw final({
    code: 'InvalidSweep',
    message: 'Expected the name of a source in deals.yaml, as text: "hubspot".',
  });
}
