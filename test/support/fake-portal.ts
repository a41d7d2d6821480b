import { spawnProcess, type RunningProcess } from './processes';

/** An order in the fake portal's own book. */
export interface BookedOrder {
  orderNo: string;
  transactionNo: string;
  orderStatus: string;
  poNumber?: string;
  /** The request's body, character for character as it came. */
  body: string;
}

interface LoggedCall {
  path: string;
  method: string;
  endpoint: string;
  faults: string[];
}

/** A fake Partner Portal in a process of its own, and the switches on its back. */
export class FakePortal {
  private constructor(
    readonly url: string,
    private process: RunningProcess,
    private readonly env: Record<string, string>,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<FakePortal> {
    const settings = { FAKE_PORTAL_PORT: '0', ...env };
    const process = spawnProcess('dev/fake-portal/main.js', settings);
    const [, url] = await process.saw(/fake portal listening on (http:\/\/\S+)/);
    return new FakePortal(url!, process, settings);
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }

  /** Comes back under the same address after `stop` or `kill`. */
  async startAgain(): Promise<void> {
    const port = new URL(this.url).port;
    this.process = spawnProcess('dev/fake-portal/main.js', { ...this.env, FAKE_PORTAL_PORT: port });
    await this.process.saw(/fake portal listening on/);
  }

  fault(fault: Record<string, unknown>): Promise<unknown> {
    return this.call('POST', 'faults', fault);
  }

  clearFaults(): Promise<unknown> {
    return this.call('DELETE', 'faults');
  }

  settings(settings: Record<string, unknown>): Promise<unknown> {
    return this.call('POST', 'settings', settings);
  }

  expireTokens(): Promise<unknown> {
    return this.call('POST', 'tokens/expire', {});
  }

  setOrderStatus(orderNo: string, status: string): Promise<unknown> {
    return this.call('POST', `orders/${orderNo}/status`, { status });
  }

  /** PBXs of the account that were not bought here. */
  addProducts(serialNumbers: string[]): Promise<unknown> {
    return this.call('POST', 'products', { serialNumbers });
  }

  /** An order that did not come through the API, as if somebody had ordered in the portal. @returns its number */
  async orderByHand(body: string, at?: number): Promise<string> {
    const order = { body, ...(at !== undefined && { at }) };
    const { orderNo } = (await this.call('POST', 'orders', order)) as { orderNo: string };
    return orderNo;
  }

  /** The orders for one serial number, or those with a purchase order number: tests share a fake portal. */
  async orders(match: (order: BookedOrder) => boolean = () => true): Promise<BookedOrder[]> {
    const { orders } = (await this.call('GET', 'orders')) as { orders: BookedOrder[] };
    return orders.filter(match);
  }

  async ordersWithPo(poNumber: string): Promise<BookedOrder[]> {
    return this.orders((order) => order.body.includes(`"poNumber":"${poNumber}"`));
  }

  /** The calls of the vendor's API that came, oldest first; `endpoint` as faults name it. */
  async requests(): Promise<LoggedCall[]> {
    const { requests } = (await this.call('GET', 'requests')) as { requests: LoggedCall[] };
    return requests;
  }

  private async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}/_sandbox/${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The fake portal refused ${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
