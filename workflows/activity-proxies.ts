import { proxyActivities, proxyLocalActivities, type ActivityOptions } from '@temporalio/workflow';
import { LONGEST_ORDER_MS } from '../domain/order-time';
import { FOR_A_PERSON, IN_BULK, ORDER_FIRST } from '../domain/task-queues';
import type { BooksActivities } from './messages/books';
import type { DealActivities } from './messages/deal';
import type { NoticeActivities } from './messages/notices';
import type { PurchaseActivities } from './messages/purchase';
import type { QuoteActivities } from './messages/quote';
import type { RenewalsActivities } from './messages/renewals';
import type { SweepActivities } from './messages/sweep';
import { vendorActivities } from './vendor-activities';

/** Reads of the vendor: repeated for as long as it takes; an operator sees each attempt in the Temporal UI. */
export const READ = {
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  // A cancelled purchase does not wait for a vendor that hangs.
  cancellationType: 'TRY_CANCEL',
} as const satisfies ActivityOptions;

/**
 * A read of a list that may have many pages: thousands of PBXs take their time, and more than one attempt when workers
 * die. Heartbeats find a dead worker: one comes after each page, which may take as long as any other read, and the next
 * attempt goes on from the last of them. Start-to-close bounds no reading that gets on.
 */
export const READ_PAGES = {
  ...READ,
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: READ.startToCloseTimeout,
} as const satisfies ActivityOptions;

/** Writes to the ledger: all idempotent, so repeated until they are in. */
export const RECORD = {
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
} as const satisfies ActivityOptions;

/**
 * The one call that spends money. One attempt, because the vendor has no idempotency key. The heartbeat finds a dead worker soon.
 * It may declare a live call dead, of a worker that is held up: that call is looked for among the vendor's orders, the ledger
 * takes its late answer, and until it cannot be under way any more (`LONGEST_ORDER_MS`) nobody takes it for absent. No
 * schedule-to-close: an order that waits for its worker is not dead. Not eager: rate limits of the task queue hold.
 */
export const ORDER = {
  startToCloseTimeout: LONGEST_ORDER_MS,
  heartbeatTimeout: '10 seconds',
  retry: { maximumAttempts: 1 },
  allowEagerDispatch: false,
  // What was looked up for it is fresh, and all that is still to be looked up can wait.
  priority: { priorityKey: ORDER_FIRST },
} as const satisfies ActivityOptions;

export const { acceptRequest } = proxyActivities<PurchaseActivities>({
  ...RECORD,
  summary: 'Check the request and write it to the ledger',
});
export const { resolvePartner } = vendorActivities<PurchaseActivities>({
  ...READ_PAGES,
  summary: 'Find the partner the license is for',
});
export const { fetchSerialNumber } = vendorActivities<PurchaseActivities>({
  ...READ_PAGES,
  summary: 'Find the PBX by its serial number',
});
export const { fetchPlan } = vendorActivities<PurchaseActivities>({
  ...READ,
  summary: 'Find the plan and the services',
});
export const { chooseBillingContact } = vendorActivities<PurchaseActivities>({
  ...READ_PAGES,
  summary: 'Choose the billing contact',
});
export const { createOrder } = vendorActivities<PurchaseActivities>({
  ...ORDER,
  summary: 'Create the order: this spends money, once',
});
export const { findOutcome } = proxyActivities<PurchaseActivities>({
  ...RECORD,
  summary: 'Ask the ledger what became of the order',
});
export const { recordOutcome } = proxyActivities<PurchaseActivities>({
  ...RECORD,
  summary: "Write the order's outcome to the ledger",
});
export const { recordStatus } = proxyActivities<PurchaseActivities>({
  ...RECORD,
  summary: "Write the purchase's status to the ledger",
});
/** A scan of the vendor's orders: when it fails, the next one comes by itself, and a person may decide meanwhile. */
export const SCAN = {
  ...READ_PAGES,
  retry: { ...READ.retry, maximumAttempts: 3 },
} as const satisfies ActivityOptions;

/**
 * Before a person's decision counts, and they wait for the answer: tried again only while that takes seconds, and not for
 * as long as the vendor asks to wait. What fails then refuses the decision, which can be made again.
 */
const WHILE_A_PERSON_WAITS = {
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '30 seconds',
  scheduleToCloseTimeout: '1 minute',
  priority: { priorityKey: FOR_A_PERSON },
} as const satisfies ActivityOptions;

export const SCAN_BEFORE_DECIDING = { ...SCAN, ...WHILE_A_PERSON_WAITS } as const satisfies ActivityOptions;

/** One order alone. */
export const CHECK = {
  ...SCAN_BEFORE_DECIDING,
  scheduleToCloseTimeout: '30 seconds',
} as const satisfies ActivityOptions;

export const { scanOrders } = vendorActivities<PurchaseActivities>({
  ...SCAN,
  summary: "Scan the vendor's orders for the one of this purchase",
});
/** The same scan, at the moment at which a person has decided. */
export const { scanOrders: scanBeforeDeciding } = vendorActivities<PurchaseActivities>({
  ...SCAN_BEFORE_DECIDING,
  summary: "Scan the vendor's orders once more, before the decision counts",
});
export const { adoptOrder } = vendorActivities<PurchaseActivities>({
  ...CHECK,
  summary: 'Check the order that a person named',
});
export const { recordAbsence } = proxyActivities<PurchaseActivities>({
  ...RECORD,
  summary: 'Record that the order was not created',
});
/** Tried for as long as it takes: until then nothing is ordered, and a cancellation counts. */
export const { scanBeforeReorder } = vendorActivities<PurchaseActivities>({
  ...READ_PAGES,
  summary: "Scan the vendor's orders once more, before the order is sent again",
});
export const { reopenOutcome } = proxyActivities<PurchaseActivities>({
  ...RECORD,
  summary: 'Record that the order may have been created after all',
});
export const { readOrder } = vendorActivities<PurchaseActivities>({
  ...READ,
  summary: "Read the order's status from the vendor",
});
/** The license is bought: its code is asked for over some eight minutes, and then said to be missing. */
export const READ_FOR_A_WHILE = {
  ...READ,
  retry: { ...READ.retry, maximumAttempts: 20 },
} as const satisfies ActivityOptions;

export const { fetchActivationCode } = vendorActivities<PurchaseActivities>({
  ...READ_FOR_A_WHILE,
  summary: "Fetch the new license's activation code",
});

export const { holdPbx } = proxyActivities<PurchaseActivities>({
  ...RECORD,
  summary: 'Wait for other orders of the PBX: one at a time',
});
export const { releasePbx } = proxyActivities<PurchaseActivities>({
  ...RECORD,
  summary: 'Let other orders of the PBX go first, while a person is asked',
});
export const { checkPbx } = vendorActivities<PurchaseActivities>({
  ...READ_PAGES,
  summary: 'Compare what the PBX has with what the order takes for granted',
});
/** For a person who has to decide; without it they decide without it. */
export const { comparePbx } = vendorActivities<PurchaseActivities>({
  ...CHECK,
  summary: 'Compare what the PBX had before the order with what it has now',
});
export const { recordPbx } = vendorActivities<PurchaseActivities>({
  ...READ_FOR_A_WHILE,
  summary: 'Read what the PBX has after the order, and keep it',
});

export const { checkApproval } = vendorActivities<PurchaseActivities>({
  ...READ_PAGES,
  summary: 'Ask whether people have to approve the order',
});

/** Part of a workflow task, which has ten seconds: a longer one would need a heartbeat of the task. */
const WITHIN_THE_TASK = { scheduleToCloseTimeout: '5 seconds', retry: { maximumAttempts: 1 } } as const;

/** Part of the run's first workflow task: see purchase/begin.ts. */
export const { acceptAndLookUp } = proxyLocalActivities<PurchaseActivities>({
  ...WITHIN_THE_TASK,
  summary: 'Write the request to the ledger, and find at once what the order needs',
});

/** Part of the workflow task that acts on it, or the answer would be kept before: see purchase/search-attributes.ts. */
export const { usableSearchAttributes } = proxyLocalActivities<PurchaseActivities>({
  ...WITHIN_THE_TASK,
  summary: 'Ask which search attributes are registered',
});

/** Part of the run's first workflow task: see deal/begin.ts. */
export const { recordAndDecide } = proxyLocalActivities<DealActivities>({
  ...WITHIN_THE_TASK,
  summary: 'Write down that a notification of the deal came, read the deal back, and decide about its win',
});
export const { recordNotification } = proxyActivities<DealActivities>({
  ...RECORD,
  summary: 'Write down that a notification of the deal came',
});
export const { readDeal } = proxyActivities<DealActivities>({
  ...READ,
  summary: 'Read the deal back from the CRM',
});
export const { checkFilledIn } = vendorActivities<DealActivities>({
  ...READ,
  // A vendor that is down holds up no deal: its purchase waits for the vendor.
  retry: { ...READ.retry, maximumAttempts: 2 },
  summary: 'Compare what was filled in with what the vendor sells',
});
export const { decideWin } = proxyActivities<DealActivities>({
  ...RECORD,
  // A win that is decided about has its purchase: an attempt that is under way is waited for, and no other one made.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  summary: 'Decide what becomes of the win, and write it down',
});
export const { dismissCancelled } = proxyActivities<DealActivities>({
  ...RECORD,
  summary: 'Write down that nothing is bought, because the run was cancelled',
});
export const { recordDealEvent } = proxyActivities<DealActivities>({
  ...RECORD,
  summary: 'Write to the ledger what happened to the deal',
});
export const { findPurchase } = proxyActivities<DealActivities>({
  ...RECORD,
  summary: 'Ask the ledger how the purchase stands',
});
export const { findWonDeals } = proxyActivities<SweepActivities>({
  ...READ,
  priority: { priorityKey: IN_BULK },
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: READ_PAGES.heartbeatTimeout,
  summary: 'Ask the CRM which deals were won',
});
export const { nextSweptDeals } = proxyActivities<SweepActivities>({
  ...RECORD,
  summary: 'Take the next deals that the sweep has found',
});
export const { recordSweep } = proxyActivities<SweepActivities>({
  ...RECORD,
  summary: 'Write down how far the sweep came',
});
export const { readRenewals } = vendorActivities<RenewalsActivities>({
  ...READ_PAGES,
  priority: { priorityKey: IN_BULK },
  summary: 'Read what each PBX has, and tell what expires',
});
export const { compareBooks } = vendorActivities<BooksActivities>({
  ...READ_PAGES,
  priority: { priorityKey: IN_BULK },
  summary: "Compare the vendor's orders with the ledger",
});
export const { recordQuote } = vendorActivities<QuoteActivities>({
  ...READ_PAGES,
  summary: 'Make the body that the order would have, and keep it',
});
export const { readVendorLists } = vendorActivities<QuoteActivities>({
  ...READ_FOR_A_WHILE,
  startToCloseTimeout: '10 minutes',
  summary: "Read the vendor's lists for whoever fills in a form",
});

export const { findNotices } = proxyActivities<NoticeActivities>({
  ...RECORD,
  summary: 'Find what waits and was not told',
});
/** A receiver that is down is waited for, a day long; a worker that died is noticed within half a minute. */
export const SEND = {
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '1 day',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '10 minutes' },
} as const satisfies ActivityOptions;

export const { sendNotice } = proxyActivities<NoticeActivities>({ ...SEND, summary: 'Send the notice' });
export const { recordNotice } = proxyActivities<NoticeActivities>({
  ...RECORD,
  summary: 'Write down what became of the notice',
});
