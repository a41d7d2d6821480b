import { WorkflowIdReusePolicy } from '@temporalio/workflow';
import { noticeWorkflowIdOf, TELL_NOTICE_WORKFLOW } from '../domain/workflow-ids';
import * as activity from './activity-proxies';
import { final } from './failures';
import { startIndependent } from './independent-run';
import type { BegunNotices } from './messages/notices';
import type { tellNotice } from './tell-notice';

/**
 * Finds what waits for a person, waits too long or is to be renewed soon, and starts a run for each notice of it: one that
 * nobody takes holds up no other. Started by the Temporal Schedule `notices`.
 *
 * Fails at once, as InvalidNotices, when it is started with something else than a number of days, or nothing.
 */
export async function tellWaiting(renewalsWithinDays?: number): Promise<BegunNotices> {
  refuseWrongStart(renewalsWithinDays);
  const ids = await activity.findNotices(renewalsWithinDays === undefined ? {} : { renewalsWithinDays });
  const started = await Promise.all(ids.map(start));
  return { begun: started.filter(Boolean).length };
}

/** @returns false when a run of the notice goes on already */
async function start(id: string): Promise<boolean> {
  const run = await startIndependent<typeof tellNotice>(TELL_NOTICE_WORKFLOW, {
    workflowId: noticeWorkflowIdOf(id),
    args: [id],
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
  });
  return run !== undefined;
}

function refuseWrongStart(days: unknown): void {
  if (days === undefined || (typeof days === 'number' && days > 0)) return;
  throw final({
    code: 'InvalidNotices',
    message: 'Expected a number of days above 0, as a number, or nothing: 60.',
  });
}
