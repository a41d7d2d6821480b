import { activityInfo, getClient } from '@temporalio/activity';
import { dealWorkflowIdOf } from '../../domain/deal';
import { BY_TEMPORAL, DEAL } from '../../domain/author';
import type { StatusChange } from '../../workflows/messages/purchase';

/** What the run of a deal calls itself when it cancels the purchase of a deal that was lost. */
const CLAIMED = 'deal';

/**
 * A decision in the name of a deal, as the deal's own where it is proven: anybody who reaches Temporal may send a signal
 * in that name, and only the server's record of it tells whether a run sent it, and which.
 */
export async function asProven(change: StatusChange): Promise<StatusChange> {
  const { kind, actor, data = {} } = change;
  const isClaimed = kind === 'decision' && actor === CLAIMED && data.verb === 'cancel';
  if (!isClaimed || data.via !== BY_TEMPORAL) return change;
  const sender = await senderOfCancellation();
  return sender === undefined ? change : { ...change, actor: DEAL, data: { ...data, via: sender } };
}

/** The deal's run that has told the purchase to cancel; undefined when none has, and when that cannot be read. */
async function senderOfCancellation(): Promise<string | undefined> {
  const { workflowId = '', runId = '' } = activityInfo().workflowExecution ?? {};
  try {
    const { events } = await getClient().workflow.getHandle(workflowId, runId).fetchHistory();
    const sender = events
      ?.map(({ workflowExecutionSignaledEventAttributes: signal }) => signal)
      .find((signal) => signal?.signalName === 'cancel' && signal.externalWorkflowExecution?.workflowId)
      ?.externalWorkflowExecution?.workflowId;
    return sender?.startsWith(dealWorkflowIdOf('')) ? sender : undefined;
  } catch {
    // Whoever it was: a cancellation counts, and is never held up by this.
    return undefined;
  }
}
