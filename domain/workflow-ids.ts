const PURCHASE = 'purchase:';

/** The id of the workflow run that buys for a request: `purchase:<requestId>`. */
export function purchaseWorkflowIdOf(requestId: string): string {
  return `${PURCHASE}${requestId}`;
}

/** The request id in a workflow id, or undefined when the id is not of a purchase. */
export function requestIdOf(workflowId: string): string | undefined {
  return workflowId.startsWith(PURCHASE) ? workflowId.slice(PURCHASE.length) : undefined;
}

/** The id of the run that processes a deal: `deal:<deal>`. */
export function dealWorkflowIdOf(deal: string): string {
  return `deal:${deal}`;
}

/** The id of the run that quotes a request: `quote:<requestId>`. */
export function quoteWorkflowIdOf(requestId: string): string {
  return `quote:${requestId}`;
}

/** The id of the run that sends a notice: `notice:<message id>`. */
export function noticeWorkflowIdOf(id: string): string {
  return `notice:${id}`;
}

/** The id of a run that compares the books because somebody asked: `books:<name>`. */
export function booksWorkflowIdOf(name: string): string {
  return `books:${name}`;
}

/** The id of the run that reads the vendor's lists for the workers of a task queue. */
export function vendorListsWorkflowIdOf(taskQueue: string): string {
  return `vendor-lists:${taskQueue}`;
}

/** The workflow types' names, as `temporal workflow start --type` wants them. */
export const PURCHASE_WORKFLOW = 'purchaseLicense';
export const QUOTE_WORKFLOW = 'quoteLicense';
export const READ_VENDOR_LISTS_WORKFLOW = 'readVendorLists';
export const DEAL_WORKFLOW = 'dealWon';
export const SWEEP_WORKFLOW = 'sweepDeals';
export const TELL_RENEWALS_WORKFLOW = 'tellRenewals';
export const COMPARE_BOOKS_WORKFLOW = 'compareBooks';
export const TELL_WAITING_WORKFLOW = 'tellWaiting';
export const TELL_NOTICE_WORKFLOW = 'tellNotice';
