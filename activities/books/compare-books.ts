import { log } from '@temporalio/activity';
import { countOf, differencesInWords, type ComparedBooks } from '../../domain/books';
import { readTime } from '../../domain/time';
import type { ListedOrder, OrderList } from '../../portal/orders';
import type { CompareBooksInput } from '../../workflows/messages/books';
import { type ActivityDeps, newEventId } from '../dependencies';
import { listProgress } from '../list-progress';
import { Findings } from './findings';
import { OrderReader } from './order-reader';
import { findOtherOrders, type Beginning } from './other-orders';
import { compareOurOrders } from './our-orders';

/** No payload grows with the account. */
const MOST_UNSETTLED = 20;

/**
 * Compares the vendor's orders with the ledger, and keeps what differs. It orders nothing and changes nothing.
 *
 * The vendor's list is read first, the ledger after it: an attempt is in the ledger before its order can be in the list.
 *
 * @throws PortalError when the vendor's list cannot be read; LedgerError
 */
export function compareBooks(deps: ActivityDeps) {
  return async ({ since: given }: CompareBooksInput): Promise<ComparedBooks> => {
    const { portal, ledger } = deps;
    const id = newEventId();
    const known = await ledger.books.comparison(id);
    if (known !== undefined) return known;
    const at = new Date();
    const beginning = given === undefined ? await firstRequest(deps, at) : exactly(readTime(given)!);
    const since = new Date(beginning.earliest);
    const list = await portal.listOrders(() => true, listProgress());
    const reader = new OrderReader(portal);
    const { orders, isComplete, nameless } = await numbered(list, reader);
    // Before anybody is asked whose an order is: what is settled meanwhile has an owner then.
    const unsettled = await ledger.unresolvedAttempts('');
    const findings = new Findings(await ledger.books.differences(since));
    const vendor = { listed: new Map(orders.map((order) => [order.orderNo, order])), isComplete };
    const range = { since, knownBefore: at };
    const ours = await compareOurOrders(deps, range, vendor, reader, findings, given !== undefined);
    const others = await findOtherOrders(deps, orders, unsettled, beginning, reader, findings);
    // What a list that is not complete does not hold may be there all the same.
    if (!isComplete) findings.leaveOpenUnless((orderNo) => vendor.listed.has(orderNo));

    const result = await ledger.books.record(
      id,
      {
        ...{ at: at.toISOString(), since: since.toISOString() },
        ...{ isComplete, ordersAtVendor: list.seen, ordersHere: ours.count },
        ...{ contentsCompared: ours.compared, notRead: reader.notRead },
        ...{ contested: others.contested, unclear: others.unclear + nameless },
        unsettled: {
          count: unsettled.length,
          requestIds: unsettled.slice(0, MOST_UNSETTLED).map(({ requestId }) => requestId),
        },
      },
      findings.result,
    );
    tell(result);
    return result;
  };
}

/**
 * Orders that the list shows by their ids alone, with the numbers that they have by themselves; one that has none there either
 * could be anybody's, and is left out.
 */
async function numbered(
  { orders, isComplete }: OrderList,
  reader: OrderReader,
): Promise<{ orders: ListedOrder[]; isComplete: boolean; nameless: number }> {
  const hasNumber = ({ orderNo, id }: ListedOrder) => orderNo !== id;
  const unnumbered = orders.filter((order) => !hasNumber(order));
  const readings = await reader.readAll(unnumbered);
  const read = readings.flatMap((reading, place) =>
    typeof reading === 'object' ? { ...unnumbered[place]!, orderNo: reading.orderNo } : [],
  );
  const named = read.filter(hasNumber);
  return {
    orders: [...orders.filter(hasNumber), ...named],
    isComplete: isComplete && read.length === unnumbered.length,
    nameless: read.length - named.length,
  };
}

/**
 * Orders from before the first request are nobody's business here; the vendor's clock may be before or behind ours. Without
 * a request there are no others.
 */
async function firstRequest({ ledger, policy }: ActivityDeps, now: Date): Promise<Beginning> {
  const first = ((await ledger.books.firstRequestAt()) ?? now).getTime();
  return { earliest: first - policy.clockAllowanceMs, surely: first + policy.clockAllowanceMs };
}

function exactly(since: number): Beginning {
  return { earliest: since, surely: since };
}

/** In the log, for whatever watches it: order numbers and counts alone. */
function tell({ isComplete, ordersAtVendor, notRead, differences, news }: ComparedBooks): void {
  const counts = { ordersAtVendor, notRead, differences: countOf(differences) };
  if (!isComplete) log.warn("books compared, but not all of the vendor's orders could be seen", counts);
  else log.info('books compared', counts);
  if (news.count === 0) return;
  log.warn('books differ', { count: news.count, what: differencesInWords(news.differences, news.count) });
}
