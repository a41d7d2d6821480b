import { ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { SWEEP_WORKFLOW } from '../domain/workflow-ids';
import { makeSchedule } from './make-schedule';

const PREFIX = 'sweep:';

/** A source of deals.yaml; `sweep` of one that can be asked for deals. */
interface SweptSource {
  name: string;
  sweep?: { everyMs: number };
}

/** The id of the Temporal Schedule that sweeps a source: `sweep:<source>`. */
export function sweepScheduleIdOf(source: string): string {
  return `${PREFIX}${source}`;
}

/**
 * Makes a Temporal Schedule for each source that can be asked, as deals.yaml says now, and lets each sweep at once: while
 * no server ran, messages were lost. Of a source that is in the file no more, an operator deletes it. Safe to do again,
 * and by several servers at once.
 */
export async function scheduleSweeps(
  temporal: Client,
  taskQueue: string,
  sources: Iterable<SweptSource>,
): Promise<void> {
  for (const source of sources) {
    if (source.sweep === undefined) continue;
    await scheduleSweep(temporal, taskQueue, source.name, source.sweep.everyMs);
    await temporal.schedule.getHandle(sweepScheduleIdOf(source.name)).trigger(ScheduleOverlapPolicy.SKIP);
  }
}

/**
 * Ids of the Schedules that sweep none of these sources: deals.yaml had them once. Their sweeps fail, for an operator to
 * delete them; not by themselves, because another server's file may have them.
 */
export async function sweepsOfOthers(temporal: Client, sources: Iterable<SweptSource>): Promise<string[]> {
  const ours = new Set(Array.from(sources, ({ name }) => sweepScheduleIdOf(name)));
  const others = [];
  for await (const { scheduleId } of temporal.schedule.list()) {
    if (scheduleId.startsWith(PREFIX) && !ours.has(scheduleId)) others.push(scheduleId);
  }
  return others;
}

async function scheduleSweep(
  temporal: Client,
  taskQueue: string,
  source: string,
  everyMs: number,
): Promise<void> {
  await makeSchedule(temporal, sweepScheduleIdOf(source), {
    spec: { intervals: [{ every: everyMs }] },
    action: { type: 'startWorkflow', workflowType: SWEEP_WORKFLOW, taskQueue, args: [source] },
    // A sweep finds whatever the ones before it did not: none is made up for, and none runs beside another.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
  });
}
