import type { PlacedOrder } from './orders';
import type { GivenPbx, ShownPbx } from './pbx-control';
import type { LoggedRequest } from './request-log';

/** The switches on a running fake portal's back (docs/fake-portal.md), for whoever drives it from another process. */
export class FakePortalControl {
  constructor(readonly url: string) {}

  fault(fault: object): Promise<unknown> {
    return this.call('POST', 'faults', fault);
  }

  clearFaults(): Promise<unknown> {
    return this.call('DELETE', 'faults');
  }

  settings(settings: object): Promise<unknown> {
    return this.call('POST', 'settings', settings);
  }

  expireTokens(): Promise<unknown> {
    return this.call('POST', 'tokens/expire', {});
  }

  setOrderStatus(orderNo: string, status: string): Promise<unknown> {
    return this.call('POST', `orders/${orderNo}/status`, { status });
  }

  /** Somebody changes what is in an order. */
  setOrderBody(orderNo: string, body: string): Promise<unknown> {
    return this.call('POST', `orders/${orderNo}/body`, { body });
  }

  /** The vendor shows the order no more. */
  removeOrder(orderNo: string): Promise<unknown> {
    return this.call('DELETE', `orders/${orderNo}`);
  }

  /** PBXs of the account that were not bought here. */
  addProducts(serialNumbers: string[]): Promise<unknown> {
    return this.call('POST', 'products', { serialNumbers });
  }

  /** What each PBX has now; without a plan it has a serial number and a product alone. */
  async pbxs(): Promise<ShownPbx[]> {
    return ((await this.call('GET', 'pbxs')) as { pbxs: ShownPbx[] }).pbxs;
  }

  /** What one PBX has now; undefined where there is no such PBX. */
  async pbx(serialNumber: string): Promise<ShownPbx | undefined> {
    const path = `pbxs?serialNumber=${encodeURIComponent(serialNumber)}`;
    return ((await this.call('GET', path)) as { pbxs: ShownPbx[] }).pbxs[0];
  }

  /** Sets what a PBX has, and adds it where it is not there; without a plan it has none. */
  setPbx(pbx: GivenPbx): Promise<unknown> {
    return this.call('POST', 'pbxs', pbx);
  }

  /** An order that did not come through the API, as if somebody had ordered in the portal. @returns its number */
  async orderByHand(body: string, at?: number): Promise<string> {
    const order = { body, ...(at !== undefined && { at }) };
    const { orderNo } = (await this.call('POST', 'orders', order)) as { orderNo: string };
    return orderNo;
  }

  /** The orders that it took, which no fault touches, or some of them. */
  async orders(match: (order: PlacedOrder) => boolean = () => true): Promise<PlacedOrder[]> {
    const { orders } = (await this.call('GET', 'orders')) as { orders: PlacedOrder[] };
    return orders.filter(match);
  }

  /** The calls of the vendor's API that came, oldest first; `endpoint` as faults name it. */
  async requests(): Promise<LoggedRequest[]> {
    const { requests } = (await this.call('GET', 'requests')) as { requests: LoggedRequest[] };
    return requests;
  }

  private async call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}/_control/${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`The fake portal refused ${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
