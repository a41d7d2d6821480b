const PURCHASE = 'purchase:';
const QUOTE = 'quote:';
const DEAL = 'deal:';

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
  return `${DEAL}${deal}`;
}

/** The id of the run that quotes a request: `quote:<requestId>`. */
export function quoteWorkflowIdOf(requestId: string): string {
  return `${QUOTE}${requestId}`;
}

/** What a run is about, by its workflow id, for the log: a request, a deal, or neither. */
export function subjectOf(workflowId: unknown): { requestId?: string; deal?: string } {
  if (typeof workflowId !== 'string') return {};
  if (workflowId.startsWith(DEAL)) return { deal: workflowId.slice(DEAL.length) };
  const prefix = [PURCHASE, QUOTE].find((one) => workflowId.startsWith(one));
  return prefix === undefined ? {} : { requestId: workflowId.slice(prefix.length) };
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
