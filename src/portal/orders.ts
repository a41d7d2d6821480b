import { createTimeMs } from './create-time';
import { listIn } from './entries';
import { isRecord, shortTextOf } from './envelope';
import { readLines, type OrderLine } from './order-lines';
import { numberIn, readPages, type OnPage } from './paging';
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
  /** Each once, in no order that means anything. */
  orders: ListedOrder[];
  /** Proven: the vendor has told of no order that is not here. */
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
 * entries then move from page to page, so that one may be met twice and another not at all.
 *
 * @param onPage told of every page that was read
 * @returns complete only when there are as many orders as any page announced, or, where none announces a number, when
 *   the pages ended with one that was not full and no order was met twice
 * @throws PortalError PortalRejected when the list does not end
 */
export async function listOrders(
  reader: Reader,
  pageSize: number,
  onPage: OnPage = () => undefined,
): Promise<OrderList> {
  const found = new Map<string, ListedOrder>();
  let announced = 0;
  for (let again = 0; ; again += 1) {
    const pages = await readOnce(reader, pageSize, onPage);
    const entries = pages.flatMap((page) => page.entries);
    const read = entries.map(listedOrder).filter((order) => order !== undefined);
    read.forEach((order) => found.set(order.orderNo, { ...found.get(order.orderNo), ...order }));
    announced = Math.max(announced, ...pages.map((page) => page.announced));
    const orders = eachOnce([...found.values()]);
    const isReadable = read.length === entries.length;
    const isWhole = pages.every(({ hasTotal }) => hasTotal) || endsOnce(pages, read);
    const isComplete = isReadable && isWhole && countOf(orders) >= announced;
    if (isComplete || !isReadable || again === MAX_AGAIN) return { orders, isComplete };
  }
}

interface Page {
  /** As they came; a single `undefined` where the answer holds no list: no list is no empty list. */
  entries: unknown[];
  /** How many orders there are in all; 0 where it is not said. */
  announced: number;
  hasTotal: boolean;
  isFull: boolean;
}

/** Every page of one reading, in their order. */
async function readOnce(reader: Reader, pageSize: number, onPage: OnPage): Promise<Page[]> {
  const pages: Page[] = [];
  await readPages({
    pageSize,
    readPage: async (pageNo) => {
      const result = await reader.read(`${PATH}/page`, { pageNo, pageSize });
      const page = pageOf(result, pageSize);
      pages[pageNo - 1] = page;
      // Without a total, page by page to the end: `totalPage` and `count` alone may speak of something else.
      return page.hasTotal ? result : page.entries;
    },
    take: () => {
      onPage();
      return 'go on';
    },
  });
  return pages;
}

function pageOf(result: unknown, pageSize: number): Page {
  const said = isRecord(result) ? result : {};
  const total = numberIn(said, 'total');
  const entries = listIn(result) ?? [undefined];
  return {
    entries,
    announced: Math.max(total ?? 0, numberIn(said, 'count') ?? 0),
    hasTotal: total !== undefined,
    isFull: entries.length >= (numberIn(said, 'pageSize') ?? pageSize),
  };
}

/** Whether the pages of a list that announces no number ended, and nothing moved between them. */
function endsOnce(pages: readonly Page[], read: readonly ListedOrder[]): boolean {
  const numbers = new Set(read.map(({ orderNo }) => orderNo));
  return pages.at(-1)?.isFull === false && numbers.size === read.length;
}

/** Undefined when it has neither number nor id. */
function listedOrder(entry: unknown): ListedOrder | undefined {
  if (!isRecord(entry)) return undefined;
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

/** How many there are at least: one without a number may be one that is shown without its id. */
function countOf(orders: readonly ListedOrder[]): number {
  const numbered = orders.filter(hasNumber);
  const withoutId = numbered.filter(({ id }) => id === undefined).length;
  return numbered.length + Math.max(0, orders.length - numbered.length - withoutId);
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
