import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../../activities/activities';
import type { PurchaseRequest } from '../../../domain/request';

/** A build of before the vendor's steps had a task queue of their own. */
export async function purchaseLicense(request: PurchaseRequest): Promise<unknown> {
  const activity = proxyActivities<Activities>({ startToCloseTimeout: '1 minute' });
  return activity.chooseBillingContact(request.billingContact);
}
