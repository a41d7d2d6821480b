import { ActivityFailure, CancellationScope, isCancellation } from '@temporalio/workflow';
import * as activity from './activity-proxies';
import { reasonOf } from './failures';
import type { EndOfNotice } from './messages/notices';

/** Sends one notice until its address takes it, for a day at most; started by `tellWaiting`. A cancelled one is given up. */
export async function tellNotice(id: string): Promise<EndOfNotice> {
  try {
    await activity.sendNotice(id);
  } catch (failure) {
    if (!(failure instanceof ActivityFailure)) throw failure;
    const problem = isCancellation(failure) ? 'its run was cancelled' : reasonOf(failure).message;
    await CancellationScope.nonCancellable(() => activity.recordNotice({ id, problem }));
    if (isCancellation(failure)) throw failure;
    return { id, problem };
  }
  await activity.recordNotice({ id });
  return { id };
}
