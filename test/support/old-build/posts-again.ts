import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../../activities/activities';
import type { PurchaseRequest } from '../../../domain/request';
import type { OrderOutcome } from '../../../domain/outcome';

/**
 * A broken twin of the workflow, as an old build might have been: whatever became of an order, it is sent again. The
 * activities and the ledger are those of today.
 */
export async function purchaseLicense(request: PurchaseRequest): Promise<OrderOutcome[]> {
  const activity = proxyActivities<Activities>({ startToCloseTimeout: '1 minute' });
  await activity.acceptRequest({ request });
  const facts = {
    serialNumber: '3651E1292455',
    plan: { planId: '3049041101760282624', name: 'Ultimate' },
    services: [{ serviceId: '3129372068699893760', name: 'Disaster Recovery' }],
    billingContactId: '3197218168379846218',
  };
  const outcomes: OrderOutcome[] = [];
  for (let times = 0; times < 3; times++) {
    outcomes.push((await activity.createOrder({ request, facts })).outcome);
  }
  return outcomes;
}
