import type { Client } from '@temporalio/client';
import { temporal as proto } from '@temporalio/proto';
import { setTimeout as delay } from 'node:timers/promises';

const { HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT } = proto.api.enums.v1.HistoryEventFilterType;

/** The server answers a call that waits this long before its deadline, in ms. */
const ANSWERS_BEFORE_MS = 1_000;

/**
 * Waits until a run has ended, and at most for so long (a second more, when Temporal hangs). The server itself tells of
 * the end, in one call that stays open: no history is read, and nothing is asked again and again.
 */
export async function pauseOrEnd(temporal: Client, workflowId: string, pauseMs: number): Promise<void> {
  const isOver = Date.now() + pauseMs;
  // A deadline, and not an abort signal: that does not reach a call that is being tried again.
  const hasEnded = await temporal
    .withDeadline(isOver + ANSWERS_BEFORE_MS, () =>
      temporal.workflowService.getWorkflowExecutionHistory({
        namespace: temporal.options.namespace,
        execution: { workflowId },
        waitNewEvent: true,
        historyEventFilterType: HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT,
        skipArchival: true,
      }),
    )
    .then(
      ({ history }) => (history?.events ?? []).length > 0,
      () => false,
    );
  // Temporal is away, or answers earlier than it was asked to.
  if (!hasEnded) await delay(Math.max(0, isOver - Date.now()));
}
