import { heartbeat } from '@temporalio/activity';
import type { ListedOrder, OrderDetails } from '../portal/orders';
import type { ActivityDeps } from './dependencies';

/** Read at the same time. */
const AT_ONCE = 4;

/** The details of orders of the vendor's list, in the order of the list; a heartbeat comes after each. */
export async function readDetails(
  { portal }: ActivityDeps,
  listed: readonly ListedOrder[],
): Promise<OrderDetails[]> {
  const details: OrderDetails[] = [];
  const waiting = [...listed.entries()];
  const readSome = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [place, order] = next;
      // The order's own page may show less than the list.
      details[place] = { ...order, ...(await portal.readOrder(order.orderNo)) };
      heartbeat();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, readSome));
  return details;
}
