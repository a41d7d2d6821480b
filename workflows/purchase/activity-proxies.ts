import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { Activities } from '../../activities/activities';

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
 * The one call that spends money. One attempt, because the vendor has no idempotency key. Start-to-close exceeds the
 * longest possible execution (the ledger's, the token's and the order's deadlines together), because it is the only
 * detector of a dead worker. No heartbeat and no schedule-to-close: both can declare a live call dead. Not eager:
 * rate limits of the task queue hold.
 */
export const ORDER = {
  startToCloseTimeout: '60 seconds',
  retry: { maximumAttempts: 1 },
  allowEagerDispatch: false,
} as const satisfies ActivityOptions;

export const { acceptRequest } = proxyActivities<Activities>({
  ...RECORD,
  summary: 'Check the request and write it to the ledger',
});
export const { resolvePartner } = proxyActivities<Activities>({
  ...READ_PAGES,
  summary: 'Find the partner the licence is for',
});
export const { fetchSerialNumber } = proxyActivities<Activities>({
  ...READ_PAGES,
  summary: 'Find the PBX by its serial number',
});
export const { fetchPlan } = proxyActivities<Activities>({
  ...READ,
  summary: 'Find the plan and the services',
});
export const { chooseBillingContact } = proxyActivities<Activities>({
  ...READ_PAGES,
  summary: 'Choose the billing contact',
});
export const { createOrder } = proxyActivities<Activities>({
  ...ORDER,
  summary: 'Create the order: this spends money, once',
});
export const { findOutcome } = proxyActivities<Activities>({
  ...RECORD,
  summary: 'Ask the ledger what became of the order',
});
export const { recordOutcome } = proxyActivities<Activities>({
  ...RECORD,
  summary: "Write the order's outcome to the ledger",
});
export const { recordStatus } = proxyActivities<Activities>({
  ...RECORD,
  summary: "Write the purchase's status to the ledger",
});
/** A look at the vendor's orders: when it fails, the next one comes by itself, and a person may decide meanwhile. */
export const LOOK = {
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
} as const satisfies ActivityOptions;

export const LOOK_BEFORE_DECIDING = { ...LOOK, ...WHILE_A_PERSON_WAITS } as const satisfies ActivityOptions;

/** One order alone. */
export const CHECK = {
  ...LOOK_BEFORE_DECIDING,
  scheduleToCloseTimeout: '30 seconds',
} as const satisfies ActivityOptions;

export const { lookForOrder } = proxyActivities<Activities>({
  ...LOOK,
  summary: "Look for the order among the vendor's",
});
/** The same look, at the moment at which a person has decided. */
export const { lookForOrder: lookBeforeDeciding } = proxyActivities<Activities>({
  ...LOOK_BEFORE_DECIDING,
  summary: "Look once more for the order among the vendor's, before the decision counts",
});
export const { adoptOrder } = proxyActivities<Activities>({
  ...CHECK,
  summary: 'Check the order that a person named',
});
export const { recordAbsence } = proxyActivities<Activities>({
  ...RECORD,
  summary: 'Record that the order was not created',
});
/** Tried for as long as it takes: until then nothing is ordered, and a cancellation counts. */
export const { lookBeforeOrderingAgain } = proxyActivities<Activities>({
  ...READ_PAGES,
  summary: "Look once more for the order among the vendor's, before it is sent again",
});
export const { doubtAbsence } = proxyActivities<Activities>({
  ...RECORD,
  summary: 'Record that the order may have been created after all',
});
export const { readOrder } = proxyActivities<Activities>({
  ...READ,
  summary: "Read the order's status from the vendor",
});
/** The licence is bought: its code is asked for over some eight minutes, and then said to be missing. */
export const READ_FOR_A_WHILE = {
  ...READ,
  retry: { ...READ.retry, maximumAttempts: 20 },
} as const satisfies ActivityOptions;

export const { fetchActivationCode } = proxyActivities<Activities>({
  ...READ_FOR_A_WHILE,
  summary: "Fetch the new licence's activation code",
});
