/** An order in the fake portal's own book, which no fault touches. */
export interface BookedOrder {
  orderNo: string;
  orderStatus: string;
  /** The reference it came with, whether or not the vendor shows it. */
  poNumber?: string;
  /** In ms since 1970. */
  createTime: number;
}

/** The switches on the fake portal's back (docs/fake-portal.md). */
export class StandIn {
  constructor(private readonly url: string) {}

  settings(settings: object): Promise<unknown> {
    return this.call('POST', 'settings', settings);
  }

  addProduct(serialNumber: string): Promise<unknown> {
    return this.call('POST', 'products', { serialNumbers: [serialNumber] });
  }

  fault(fault: object): Promise<unknown> {
    return this.call('POST', 'faults', fault);
  }

  setOrderStatus(orderNo: string, status: string): Promise<unknown> {
    return this.call('POST', `orders/${orderNo}/status`, { status });
  }

  async book(): Promise<BookedOrder[]> {
    const { orders } = (await this.call('GET', 'orders')) as { orders: BookedOrder[] };
    return orders;
  }

  private async call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}/_sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The fake portal refused ${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }
}
