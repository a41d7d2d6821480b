import { continueAsNew, WorkflowIdReusePolicy, workflowInfo } from '@temporalio/workflow';
import type { Swept } from '../activities/sweep';
import { DEAL_WORKFLOW, dealWorkflowIdOf } from '../orders/deal';
import * as activity from './deal-contracts';
import type { dealWon } from './deal-won';
import { startIndependent } from './independent-run';

/** What a sweep came to. */
export interface SweepResult {
  /** Deals won since the last sweep, with its overlap. */
  found: number;
  /** Runs that were started: deals that no message told of, or whose message has nothing come of it yet. */
  caughtUp: number;
}

/** What is left of a sweep that found very much. */
interface Rest extends Swept {
  caughtUp: number;
}

type SweepWorkflow = (source: string, rest?: Rest) => Promise<SweepResult>;

const AT_ONCE = 50;

/**
 * Asks a CRM which deals were won since the last time, and starts what is missing: senders lose events. Started by a
 * Temporal Schedule per source.
 */
export async function sweepDeals(source: string, rest?: Rest): Promise<SweepResult> {
  const {
    askedAt,
    found,
    missing,
    caughtUp: before,
  } = rest ?? {
    ...(await activity.findWonDeals(source)),
    caughtUp: 0,
  };
  let caughtUp = before;
  for (let from = 0; from < missing.length; from += AT_ONCE) {
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<SweepWorkflow>(source, { askedAt, found, missing: missing.slice(from), caughtUp });
    }
    const started = await Promise.all(missing.slice(from, from + AT_ONCE).map((deal) => start(source, deal)));
    caughtUp += started.filter(Boolean).length;
  }
  await activity.recordSweep({ source, askedAt, found, caughtUp });
  return { found, caughtUp };
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
