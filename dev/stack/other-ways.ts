import type { Stack } from '../../cli/running-stack';
import { quoted } from './typed';
import { PURCHASE_WORKFLOW, purchaseWorkflowIdOf } from '../../domain/workflow-ids';

/** Stands where the request id belongs. */
const PLACEHOLDER = 'ID';

/** How to start a purchase without `wonce`: a line for the shell, and the address of the UI's start form if there is one. */
export function otherWays({ temporalAddress, namespace, taskQueue, ownServer }: Stack): string[] {
  if (ownServer === undefined) return [];
  const { command, uiUrl } = ownServer;
  const workflowId = purchaseWorkflowIdOf(PLACEHOLDER);
  const line = [
    ...[`TEMPORAL_ADDRESS=${temporalAddress}`, `TEMPORAL_NAMESPACE=${quoted(namespace)}`, quoted(command)],
    ...['workflow start --type', PURCHASE_WORKFLOW, '--task-queue', quoted(taskQueue)],
    ...['--workflow-id', workflowId, '--id-reuse-policy RejectDuplicate --input-file request.json'],
  ].join(' ');
  const ways = [`Without wonce, with the requestId of request.json for ${PLACEHOLDER}:`, `  ${line}`];
  if (uiUrl === undefined) return ways;
  const queue = encodeURIComponent(taskQueue);
  const form =
    `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/start-workflow` +
    `?workflowId=${workflowId}&taskQueue=${queue}&workflowType=${PURCHASE_WORKFLOW}`;
  return [...ways, `  ${form}`];
}
