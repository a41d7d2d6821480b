import type { PlannedPurchase } from './plan';
import type { StandIn } from './fake-portal';
import { referenceOf } from '../../validation/reference';

/** What the vendor does some time after it took an order: it gives pending ones their last status. */
export class LaterStatuses {
  private readonly due: Map<string, NonNullable<PlannedPurchase['later']>>;

  constructor(
    private readonly standIn: StandIn,
    purchases: readonly PlannedPurchase[],
  ) {
    this.due = new Map(
      purchases.flatMap(({ request, later }) => (later === undefined ? [] : [[referenceOf(request), later]])),
    );
  }

  async give(): Promise<void> {
    if (this.due.size === 0) return;
    for (const { poNumber = '', orderNo, createTime } of await this.standIn.book()) {
      const later = this.due.get(poNumber);
      if (later === undefined || Date.now() < createTime + later.afterMs) continue;
      await this.standIn.setOrderStatus(orderNo, later.status);
      this.due.delete(poNumber);
    }
  }
}
