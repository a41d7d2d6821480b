import { activityInfo, heartbeat } from '@temporalio/activity';
import type { Progress, ProgressLog } from '../portal/paging';

/**
 * The progress of a reading of many pages, in the activity's heartbeats: they tell that the worker lives, and the next
 * attempt goes on from the last of them. Nothing of what the pages hold is in them.
 */
export function listProgress(): ProgressLog {
  return { before: progressIn(activityInfo().heartbeatDetails), tell: heartbeat };
}

/** Anything may stand there that an older or newer worker left. */
function progressIn(details: unknown): Progress | undefined {
  const { at, pages } = (details ?? {}) as Partial<Progress>;
  return typeof at === 'number' && Array.isArray(pages) && pages.every(isMark) ? { at, pages } : undefined;
}

function isMark(page: unknown): boolean {
  const { rows, announced } = (page ?? {}) as Partial<Progress['pages'][number]>;
  return typeof rows === 'string' && typeof announced === 'number';
}
