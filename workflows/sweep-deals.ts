import { ApplicationFailure, continueAsNew, WorkflowIdReusePolicy, workflowInfo } from '@temporalio/workflow';
import type { Swept } from '../activities/sweep';
import { DEAL_WORKFLOW, dealWorkflowIdOf } from '../domain/deal';
import { SOURCE_NAME } from '../domain/deal-notification';
import * as activity from './deal/activity-proxies';
import type { dealWon } from './deal-won';
import { hasFailed, reasonOf } from './failures';
import { startIndependent } from './independent-run';

/** What a sweep came to. */
export interface SweepResult {
  /** Deals won since the last sweep, with its overlap. */
  found: number;
  /** Runs that were started: deals that no message told of, or whose message has nothing come of it yet. */
  caughtUp: number;
}

/** How far a sweep has come: each page of what it found is started by a run of its own. */
interface Progress extends Swept {
  caughtUp: number;
  /** The last deal of the page before. */
  after: string;
}

type SweepWorkflow = (source: string, progress?: Progress) => Promise<SweepResult>;

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
export async function sweepDeals(source: string, progress?: Progress): Promise<SweepResult> {
  refuseWrongStart(source);
  const goesOn = progress !== undefined && workflowInfo().continuedFromExecutionRunId !== undefined;
  const { askedAt, found, caughtUp, after } = goesOn
    ? progress
    : { ...(await find(source)), caughtUp: 0, after: '' };
  const deals = await activity.nextSwept({ source, askedAt, after, limit: A_PAGE });
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
async function find(source: string): Promise<Swept> {
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
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
  });
  return run !== undefined;
}

function refuseWrongStart(source: unknown): void {
  if (typeof source === 'string' && SOURCE_NAME.test(source)) return;
  throw ApplicationFailure.nonRetryable(
    'Expected the name of a source in deals.yaml, as text: "hubspot".',
    'InvalidSweep',
  );
}
