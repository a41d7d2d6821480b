const PREFIX = 'purchase:';

/** The id of the workflow run that buys for a request: `purchase:<requestId>`. */
export function purchaseWorkflowIdOf(requestId: string): string {
  return `${PREFIX}${requestId}`;
}

/** The request id in a workflow id, or undefined when the id is not of a purchase. */
export function requestIdOf(workflowId: string): string | undefined {
  return workflowId.startsWith(PREFIX) ? workflowId.slice(PREFIX.length) : undefined;
}

/** The workflow type's name, as `temporal workflow start --type` wants it. */
export const PURCHASE_WORKFLOW = 'purchaseLicense';
