import { ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { TELL_RENEWALS_WORKFLOW } from '../domain/workflow-ids';
import { makeSchedule } from './make-schedule';

/** The id of the Temporal Schedule that tells what expires. */
export const RENEWALS_SCHEDULE = 'renewals';

/** Makes the Temporal Schedule that tells once a day, at midnight UTC, what expires within so many days. */
export async function scheduleRenewals(
  temporal: Client,
  taskQueue: string,
  withinDays: number,
): Promise<void> {
  await makeSchedule(temporal, RENEWALS_SCHEDULE, {
    spec: { intervals: [{ every: '1 day' }] },
    action: { type: 'startWorkflow', workflowType: TELL_RENEWALS_WORKFLOW, taskQueue, args: [withinDays] },
    // The one of a day on which Temporal was away is made up for; that of the day before is told by it.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day' },
  });
}
