import { ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { TELL_WAITING_WORKFLOW } from '../domain/workflow-ids';
import { makeSchedule } from './make-schedule';

/** The id of the Temporal Schedule that looks for what is to be told. */
export const NOTICES_SCHEDULE = 'notices';

/** Makes the Temporal Schedule that looks every minute for what waits; for renewals too, where days are given. */
export async function scheduleNotices(
  temporal: Client,
  taskQueue: string,
  renewalsWithinDays: number | undefined,
): Promise<void> {
  const args = renewalsWithinDays === undefined ? [] : [renewalsWithinDays];
  await makeSchedule(temporal, NOTICES_SCHEDULE, {
    spec: { intervals: [{ every: '1 minute' }] },
    action: { type: 'startWorkflow', workflowType: TELL_WAITING_WORKFLOW, taskQueue, args },
    // Each finds whatever the ones before it did not: none is made up for, and none runs beside another.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
  });
}
