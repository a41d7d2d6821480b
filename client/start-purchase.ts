import { WorkflowIdConflictPolicy, type WorkflowIdReusePolicy } from '@temporalio/client';
import { VIA } from '../domain/author';
import { markdownText } from '../domain/printable';
import type { PurchaseRequest } from '../domain/request';
import { fairnessKeyOf } from '../domain/task-queues';
import { PURCHASE_WORKFLOW, purchaseWorkflowIdOf } from '../domain/workflow-ids';
import { temporalOf, type ClientParts } from './client-parts';

/** How long Temporal may take to begin a purchase, in ms. */
const PATIENCE_MS = 5_000;

/**
 * Begins the run of a purchase. One that goes on is never begun beside.
 *
 * @param how `reuse`: whether a run that has ended stands in the way. `via`: by which door it came, for the record
 * @returns the id of the run
 * @throws WorkflowExecutionAlreadyStartedError
 */
export async function startPurchaseRun(
  parts: ClientParts,
  request: PurchaseRequest,
  { reuse, via }: { reuse: WorkflowIdReusePolicy; via: string | undefined },
): Promise<string> {
  const { requestId, plan, extensions, years } = request;
  const temporal = temporalOf(parts);
  const handle = await temporal.withDeadline(Date.now() + PATIENCE_MS, () =>
    temporal.workflow.start(PURCHASE_WORKFLOW, {
      workflowId: purchaseWorkflowIdOf(requestId),
      taskQueue: parts.taskQueue,
      args: [request],
      priority: { fairnessKey: fairnessKeyOf() },
      ...(via !== undefined && { memo: { [VIA]: via } }),
      workflowIdReusePolicy: reuse,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
      // Temporal takes no summary above 400 bytes, and writes some characters in six.
      staticSummary: `${markdownText(plan).slice(0, 50)}, ${extensions} extensions, ${years} years`,
    }),
  );
  return handle.firstExecutionRunId;
}
