import { createTimeMs } from './create-time';
import { isRecord, shortTextOf } from './envelope';
import { readLines, type OrderLine } from './order-lines';
import { readOnce, type Entry, type ProgressLog } from './paging';
import type { Reader } from './reader';

/** An order in the vendor's list (vendor page "Query Order List"); fields that it does not show are absent. */
export interface ListedOrder {
  /** As the vendor writes it; its id where the vendor shows no number, until `readOrder` tells the number. */
  orderNo: string;
  id?: string;
  orderStatus?: string;
  /** In ms since 1970. */
  createdAt?: number;
  poNumber?: string;
}

export interface OrderList {
  /** Those that are wanted, each once, in no order that means anything. */
  orders: ListedOrder[];
  /** How many orders were seen in all. */
  seen: number;
  /** Whether the vendor shows references of orders at all. */
  showsReferences: boolean;
  /** Proven: the vendor has told of no order that was not seen. */
  isComplete: boolean;
}

/** An order by itself (vendor page "Get Order Details"); fields that it does not show are absent. */
export interface OrderDetails {
  /** As the vendor writes it; the number or id that was asked for where it does not. */
  orderNo: string;
  id?: string;
  orderStatus?: string;
  productNo?: string;
  partnerId?: string;
  poNumber?: string;
  /** In ms since 1970. */
  createdAt?: number;
  transactionNo?: string;
  instanceId?: string;
  billingContactId?: string;
  /** All of the order, or absent: see `readLines`. */
  lines?: OrderLine[];
}

const PATH = '/order/openapi/order/v1';

/** A list that changed while it was read is read again this many times. */
const MAX_AGAIN = 3;

/**
 * Reads the whole list, in whatever order it comes. It has no filter that is documented, and it may grow meanwhile:
 * entries then move from page to page, so that one may be met twice and another not at all. It is then read again;
 * orders that were met are kept, because no order goes away.
 *
 * @param isWanted of all others no more is kept than how many there are
 * @throws PortalError PortalMalformed when an answer holds no list, PortalRejected when the list does not end
 */
export async function listOrders(
  reader: Reader,
  pageSize: number,
  isWanted: (order: ListedOrder) => boolean,
  log: ProgressLog,
): Promise<OrderList> {
  const list = {
    name: 'list of orders',
    pageSize,
    readPage: (pageNo: number) => reader.read(`${PATH}/page`, { pageNo, pageSize }),
    itemOf: listedOrder,
    keyOf: ({ orderNo }: ListedOrder) => orderNo,
  };
  const found = new Map<string, ListedOrder>();
  let [announced, seen, showsReferences] = [0, 0, false];
  for (let again = 0; ; again += 1) {
    const search = {
      isWanted: (order: ListedOrder) => {
        // The first with a reference is kept too: a reading that goes on must know that there are any.
        const isNews = order.poNumber !== undefined && !showsReferences;
        showsReferences ||= isNews;
        return isNews || isWanted(order) || !hasNumber(order);
      },
    };
    const reading = await readOnce(list, search, again === 0 ? log : { tell: log.tell });
    reading.items.forEach((order) => found.set(order.orderNo, { ...found.get(order.orderNo), ...order }));
    announced = Math.max(announced, reading.announced);
    const orders = eachOnce([...found.values()]);
    seen = Math.max(seen, reading.rows, orders.length);
    const isComplete = reading.isComplete && reading.rows >= announced && isNumbered(reading);
    if (isComplete || !reading.isReadable || again === MAX_AGAIN) {
      return { orders: orders.filter((order) => isWanted(order)), seen, showsReferences, isComplete };
    }
  }
}

/** Of a list in which some orders have a number and some have none, one may be there under both its names. */
function isNumbered({ items, rows }: { items: ListedOrder[]; rows: number }): boolean {
  const unnumbered = new Set(items.filter((order) => !hasNumber(order)).map(({ orderNo }) => orderNo)).size;
  return unnumbered === 0 || unnumbered === rows;
}

/** Undefined when it has neither number nor id. */
function listedOrder(entry: Entry): ListedOrder | undefined {
  const id = shortTextOf(entry.id);
  const orderNo = shortTextOf(entry.orderNo) ?? id;
  if (orderNo === undefined) return undefined;
  return {
    orderNo,
    ...present({
      id,
      orderStatus: shortTextOf(entry.orderStatus),
      createdAt: createTimeMs(entry.createTime),
      poNumber: shortTextOf(entry.poNumber),
    }),
  };
}

/** Without those that are known by their id alone and stand there with their number too. */
function eachOnce(orders: readonly ListedOrder[]): ListedOrder[] {
  const ids = new Set(orders.filter(hasNumber).map(({ id }) => id));
  return orders.filter((order) => hasNumber(order) || !ids.has(order.id));
}

function hasNumber({ orderNo, id }: ListedOrder): boolean {
  return orderNo !== id;
}

/** An order by its order number or id. @throws PortalError */
export async function readOrder(reader: Reader, orderNoOrId: string): Promise<OrderDetails> {
  return detailsOf(await reader.read(`${PATH}/get/${encodeURIComponent(orderNoOrId)}`), orderNoOrId);
}

/** Fields are taken from wherever they stand, those of the order itself before all others. */
function detailsOf(result: unknown, orderNoOrId: string): OrderDetails {
  const top = isRecord(result) ? result : {};
  const { orderSummary: _lines, ...sections } = top;
  const section = (key: string) => (isRecord(top[key]) ? top[key] : {});
  const [own, billing] = [section('orderInformation'), section('billingInformation')];
  const anywhere = [own, top, ...Object.values(sections).filter(isRecord)];
  const first = (key: string, parts = anywhere) =>
    parts.map((part) => shortTextOf(part[key])).find((text) => text !== undefined);
  return {
    orderNo: first('orderNo') ?? orderNoOrId,
    ...present({
      // Contacts and PBXs have ids and times of their own.
      id: first('id', [own, top]),
      createdAt: createTimeMs(own.createTime) ?? createTimeMs(top.createTime),
      orderStatus: first('orderStatus'),
      productNo: first('productNo'),
      partnerId: first('partnerId'),
      poNumber: first('poNumber'),
      transactionNo: first('transactionNo'),
      instanceId: first('instanceId'),
      billingContactId: first('billingContactId', [billing, ...anywhere]) ?? first('billingId'),
      lines: readLines(result),
    }),
  };
}

/** The fields that there are. */
function present<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };
}
