import { ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { COMPARE_BOOKS_WORKFLOW } from '../domain/workflow-ids';
import { makeSchedule } from './make-schedule';

/** The id of the Temporal Schedule that compares the books. */
export const BOOKS_SCHEDULE = 'books';

/** A time of day, by UTC. */
export interface TimeOfDay {
  hour: number;
  minute: number;
}

/** Makes the Temporal Schedule that compares the vendor's orders with the ledger, once a day. */
export async function scheduleBooks(
  temporal: Client,
  taskQueue: string,
  { hour, minute }: TimeOfDay,
): Promise<void> {
  await makeSchedule(temporal, BOOKS_SCHEDULE, {
    spec: { calendars: [{ hour, minute }] },
    action: { type: 'startWorkflow', workflowType: COMPARE_BOOKS_WORKFLOW, taskQueue, args: [] },
    // The one of a night in which Temporal was away is made up for; one that still waits for the vendor is enough.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day' },
  });
}
