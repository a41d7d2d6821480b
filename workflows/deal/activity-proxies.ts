import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/activities';
import { READ, READ_PAGES, RECORD } from '../purchase/activity-proxies';

export const { hearOfDeal } = proxyActivities<Activities>({
  ...RECORD,
  summary: 'Write down that word of the deal came',
});
export const { readDeal } = proxyActivities<Activities>({
  ...READ,
  summary: 'Read the deal back from the CRM',
});
export const { checkFilledIn } = proxyActivities<Activities>({
  ...READ,
  // A vendor that is down holds up no deal: its purchase waits for the vendor.
  retry: { ...READ.retry, maximumAttempts: 2 },
  summary: 'Compare what was filled in with what the vendor sells',
});
export const { decideWin } = proxyActivities<Activities>({
  ...RECORD,
  // A win that is decided about has its purchase: an attempt that is under way is waited for, and no other one made.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  summary: 'Decide what becomes of the win, and write it down',
});
export const { dismissCancelled } = proxyActivities<Activities>({
  ...RECORD,
  summary: 'Write down that nothing is bought, because the run was cancelled',
});
export const { recordDeal } = proxyActivities<Activities>({
  ...RECORD,
  summary: 'Write to the ledger what happened to the deal',
});
export const { findPurchase } = proxyActivities<Activities>({
  ...RECORD,
  summary: 'Ask the ledger how the purchase stands',
});
export const { findWonDeals } = proxyActivities<Activities>({
  ...READ,
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: READ_PAGES.heartbeatTimeout,
  summary: 'Ask the CRM which deals were won',
});
export const { nextSwept } = proxyActivities<Activities>({
  ...RECORD,
  summary: 'Take the next deals that the sweep has found',
});
export const { recordSweep } = proxyActivities<Activities>({
  ...RECORD,
  summary: 'Write down how far the sweep came',
});
