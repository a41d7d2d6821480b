import type { PlannedPurchase } from './plan';
import type { FakePortalControl } from '../fake-portal/control-client';
import { referenceOf } from '../../validation/reference';

/** What the vendor does some time after it took an order: it gives pending ones their last status. */
export class LaterStatuses {
  private readonly due: Map<string, NonNullable<PlannedPurchase['later']>>;

  constructor(
    private readonly fakePortal: FakePortalControl,
    purchases: readonly PlannedPurchase[],
  ) {
    this.due = new Map(
      purchases.flatMap(({ request, later }) => (later === undefined ? [] : [[referenceOf(request), later]])),
    );
  }

  async give(): Promise<void> {
    if (this.due.size === 0) return;
    for (const { poNumber = '', orderNo, createTime } of await this.fakePortal.orders()) {
      const later = this.due.get(poNumber);
      if (later === undefined || Date.now() < createTime + later.afterMs) continue;
      await this.fakePortal.setOrderStatus(orderNo, later.status);
      this.due.delete(poNumber);
    }
  }
}
