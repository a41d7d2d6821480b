import { activityInfo, heartbeat } from '@temporalio/activity';
import type { Progress, ProgressLog } from '../portal/paging';

/** What a local activity may take, which is part of a workflow task and has no heartbeats, in ms. */
export const WITHIN_A_TASK_MS = 2_000;

/**
 * The progress of a reading of many pages, in the activity's heartbeats: they tell that the worker lives, and the next
 * attempt goes on from the last of them. Nothing of what the pages hold is in them.
 */
export function listProgress(): ProgressLog {
  const info = activityInfo();
  if (info.isLocal) return { tell: endsAfter(WITHIN_A_TASK_MS) };
  return { before: progressIn(info.heartbeatDetails), tell: heartbeat };
}

/** Ends a reading that takes longer, at its next page: a step of its own begins it anew. */
function endsAfter(ms: number): () => void {
  const end = Date.now() + ms;
  return () => {
    if (Date.now() > end) throw new Error('There are more pages than a workflow task has time for.');
  };
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
