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
  // The order's own page may show less than the list.
  return readEach(listed, async (order) => ({ ...order, ...(await portal.readOrder(order.orderNo)) }));
}

/** Reads one after the other, a few at a time, and answers in their order; a heartbeat comes after each. */
export async function readEach<Asked, Answer>(
  asked: readonly Asked[],
  read: (one: Asked) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const waiting = [...asked.entries()];
  const readSome = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [place, one] = next;
      answers[place] = await read(one);
      heartbeat();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, readSome));
  return answers;
}
