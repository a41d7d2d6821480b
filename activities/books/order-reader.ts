import type { OrderDetails } from '../../portal/orders';
import type { PortalClient } from '../../portal/portal-client';
import { PortalError } from '../../portal/portal-error';
import { readEach } from '../read-details';

/** An order as the vendor shows it; `none`: the vendor says that there is none; `unread`: nobody knows now. */
export type OrderReading = OrderDetails | 'none' | 'unread';

/** What an order is asked for by. */
export interface OrderToRead {
  orderNo: string;
  id?: string;
}

/** So many times in a row out of reach: the vendor is away, and the rest is not asked. */
const AWAY_AFTER = 3;

/**
 * Reads orders one by one. One that cannot be read now is passed over: a comparison is made again tomorrow, and what was
 * seen of the others is worth telling today.
 */
export class OrderReader {
  /** How many were passed over. */
  notRead = 0;
  private away = 0;
  private isStopped = false;

  constructor(private readonly portal: PortalClient) {}

  /** Readings in the order of what was asked for; a heartbeat comes after each. */
  async readAll(orders: readonly OrderToRead[]): Promise<OrderReading[]> {
    return readEach(orders, (order) => this.read(order));
  }

  private async read({ orderNo, id }: OrderToRead): Promise<OrderReading> {
    const reading = await this.ask(orderNo);
    // Some vendors may know an order by its id alone.
    const answer = reading === 'none' && id !== undefined && id !== orderNo ? await this.ask(id) : reading;
    if (answer === 'unread') this.notRead += 1;
    return answer;
  }

  private async ask(orderNoOrId: string): Promise<OrderReading> {
    if (this.isStopped) return 'unread';
    try {
      const order = await this.portal.readOrder(orderNoOrId);
      this.away = 0;
      return order;
    } catch (error) {
      if (!(error instanceof PortalError)) throw error;
      return this.afterFailure(error);
    }
  }

  private afterFailure({ code }: PortalError): OrderReading {
    this.away = code === 'PortalUnreachable' ? this.away + 1 : 0;
    this.isStopped ||= this.away >= AWAY_AFTER || code === 'PortalRateLimited';
    return code === 'PortalNotFound' || code === 'PortalRejected' ? 'none' : 'unread';
  }
}
