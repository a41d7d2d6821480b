import { activityInfo, getClient } from '@temporalio/activity';

/** A step that was scheduled less long ago (ms), by the server's clock and this one, is taken for wanted: well below the heartbeat timeout. */
const JUST_NOW_MS = 2_000;

/**
 * Whether Temporal still waits for this activity. A worker that was suspended, or cut off, while it waited for work takes up
 * what was given up long ago, and would hear of that with its next heartbeat only. Asked by a heartbeat of its own, unless it
 * was scheduled just now.
 *
 * @param before no answer until then (ms since 1970) is no
 */
export async function isStillWanted(before: number): Promise<boolean> {
  const { currentAttemptScheduledTimestampMs: scheduled, namespace, taskToken } = activityInfo();
  if (Math.abs(Date.now() - scheduled) < JUST_NOW_MS) return true;
  const client = getClient();
  try {
    await client.withDeadline(before, () =>
      client.workflowService.recordActivityTaskHeartbeat({ namespace, taskToken }),
    );
    return true;
  } catch {
    return false;
  }
}
