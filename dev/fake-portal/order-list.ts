import { createHash } from 'node:crypto';
import type { PlacedOrder } from './orders';
import { page, pageAsked, type PageFault } from './paging';
import type { Query } from './request-parts';
import { showListed } from './order-view';
import type { FakePortalSettings } from './settings';

/** What a fault makes of the list. */
export interface ListFault {
  /** How many of the newest orders are not there yet. */
  hide: number;
  isEndless: boolean;
}

/** A page of the list (vendor page "Query Order List"). @throws Refused */
export function showOrderList(
  orders: readonly PlacedOrder[],
  query: Query,
  settings: FakePortalSettings,
  { hide, isEndless }: ListFault,
  pageFault: PageFault,
): object {
  if (isEndless) return endlessPage(query, settings);
  // Those of one millisecond stay in the order in which they were taken.
  const oldestFirst = [...orders].sort((one, other) => one.createTime - other.createTime);
  const shown = oldestFirst.slice(0, Math.max(0, orders.length - hide));
  return page(arranged(shown, settings), query, (order) => showListed(order, settings), pageFault, settings);
}

function arranged(
  oldestFirst: readonly PlacedOrder[],
  { orderListOrder }: FakePortalSettings,
): readonly PlacedOrder[] {
  if (orderListOrder === 'newest-first') return [...oldestFirst].reverse();
  if (orderListOrder === 'oldest-first') return oldestFirst;
  const keyed = oldestFirst.map((order) => ({ order, key: shuffleKey(order) }));
  return keyed.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ order }) => order);
}

function shuffleKey({ orderNo }: PlacedOrder): string {
  return createHash('sha256').update(orderNo).digest('hex');
}

/** A full page of orders that nobody placed, and always one page more. */
function endlessPage(query: Query, settings: FakePortalSettings): object {
  const { pageNo, pageSize } = pageAsked(query);
  const first = (pageNo - 1) * pageSize;
  const total = (pageNo + 1) * pageSize;
  const results = Array.from({ length: pageSize }, (_, index) =>
    showListed(inventedOrder(first + index), settings),
  );
  return { count: total, pageNo, pageSize, total, totalPage: pageNo + 1, results };
}

/** The same for a place in the list at all times. */
function inventedOrder(place: number): PlacedOrder {
  const id = String(8_000_000_000_000_000_001n + 2n * BigInt(place));
  return {
    id,
    orderNo: `ZC${id}`,
    transactionNo: `AK${id}`,
    instanceId: id,
    orderStatus: 'succeed',
    productNo: id,
    createTime: Date.now(),
    body: '',
  };
}
