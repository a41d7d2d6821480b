import { FakePortalControl } from '../../dev/fake-portal/control-client';
import {
  FAKE_PORTAL_CLIENT_ID,
  FAKE_PORTAL_CLIENT_SECRET,
  startFakePortal,
  type FakePortal,
} from '../../dev/fake-portal/server';
import type { Row } from '../../doctor/row';
import { checkVendor, type VendorToCheck } from '../../doctor/vendor-api/vendor';

/** Hours ago. */
const ORDERED = [50, 20, 70, 30, 60, 10, 40, 90, 80];

/** A fake portal in this process, whose account has what every row needs: orders with references, and their PBX. */
export class AccountForTests {
  private constructor(
    private readonly portal: FakePortal,
    readonly control: FakePortalControl,
  ) {}

  get url(): string {
    return this.portal.url;
  }

  static async start(): Promise<AccountForTests> {
    const portal = await startFakePortal({ port: 0 });
    const control = new FakePortalControl(portal.url);
    const hours = (back: number) => Date.now() - back * 3_600_000;
    // So many that in an order that means nothing they do not stand by their time.
    for (const [index, back] of ORDERED.entries()) await control.orderByHand(orderOf(index), hours(back));
    return new AccountForTests(portal, control);
  }

  check(more: Partial<VendorToCheck> = {}): Promise<Row[]> {
    return checkVendor(
      {
        url: this.url,
        clientId: FAKE_PORTAL_CLIENT_ID,
        clientSecret: FAKE_PORTAL_CLIENT_SECRET,
        isPrivate: true,
        clockAllowanceMs: 10 * 60_000,
        ...more,
      },
      () => undefined,
    );
  }

  close(): Promise<void> {
    return this.portal.close();
  }
}

/** As text: the id of the billing contact has more digits than a double. */
function orderOf(index: number): string {
  return `{"operationType": "purchase_plan", "productId": 12, "partnerId": "3076915454489739265",
    "billingId": 3197218168379846218, "poNumber": "by-hand-${index}", "serviceList": [
    {"serviceType": "plan", "serviceId": 3049041101760282624, "quantity": 100, "purchaseType": "purchase",
     "billingModel": "recurring", "billingCycle": "annually", "multiCycle": 2}]}`;
}
