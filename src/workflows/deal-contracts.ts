import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities';
import { READ, READ_PAGES, RECORD } from './contracts';

export const { hearOfDeal } = proxyActivities<Activities>({
  ...RECORD,
  summary: 'Write down that word of the deal came',
});
export const { readDeal } = proxyActivities<Activities>({
  ...READ,
  summary: 'Read the deal back from the CRM',
});
export const { decideWin } = proxyActivities<Activities>({
  ...RECORD,
  summary: 'Decide what becomes of the win, and write it down',
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
  // Many pages, of which the CRM's reader does not tell: without a heartbeat.
  startToCloseTimeout: READ_PAGES.startToCloseTimeout,
  summary: 'Ask the CRM which deals were won',
});
export const { recordSweep } = proxyActivities<Activities>({
  ...RECORD,
  summary: 'Write down how far the sweep came',
});
