import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';

/** What a Schedule does, when, and how. */
type Schedule = Pick<ScheduleOptions, 'spec' | 'action' | 'policies'>;

/** Makes a Temporal Schedule, or changes the one there is. Safe to do again, and by several servers at once. */
export async function makeSchedule(temporal: Client, scheduleId: string, schedule: Schedule): Promise<void> {
  try {
    await temporal.schedule.create({ scheduleId, ...schedule });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    // It stays paused when an operator paused it.
    await temporal.schedule.getHandle(scheduleId).update(({ state }) => ({ ...schedule, state }));
  }
}

/** Whether there is such a Schedule, by whatever server it was made. */
export async function isScheduled(temporal: Client, scheduleId: string): Promise<boolean> {
  try {
    await temporal.schedule.getHandle(scheduleId).describe();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}
