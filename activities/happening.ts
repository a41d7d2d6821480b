import { activityInfo } from '@temporalio/activity';

/**
 * The id of what an activity writes: the same however often the activity is tried, and another for every other one, also
 * in a run that was reset. Of several writes, each has a name.
 */
export function happeningId(name = ''): string {
  const { workflowExecution, activityId } = activityInfo();
  return [workflowExecution?.runId, activityId, name].filter(Boolean).join(':');
}
