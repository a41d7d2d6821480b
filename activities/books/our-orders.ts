import { createHash } from 'node:crypto';
import type { ChangedField, Difference } from '../../domain/books';
import { present } from '../../domain/optional';
import { holdsErased } from '../../domain/personal';
import { meaningOf } from '../../domain/status';
import type { OrderHere, OrdersCompared } from '../../ledger/book-ledger';
import { compareOrder, type SentOrder } from '../../portal/match-order';
import { sentOrder } from '../../portal/order-body';
import type { OrderLine } from '../../portal/order-lines';
import type { ListedOrder, OrderDetails } from '../../portal/orders';
import type { ActivityDeps } from '../dependencies';
import type { Findings } from './findings';
import type { OrderReader, OrderReading } from './order-reader';

/** Of so many orders of ours the content is compared in one night; with more of them a part each night, in turn. */
const MOST_A_NIGHT = 1_000;

const DAY_MS = 24 * 60 * 60_000;

/** The vendor's orders as they were listed, by their numbers. */
export interface VendorOrders {
  listed: ReadonlyMap<string, ListedOrder>;
  isComplete: boolean;
}

/** An order of ours, and how the vendor lists it; absent where the list does not hold it. */
interface Pair {
  order: OrderHere;
  listed: ListedOrder | undefined;
}

/**
 * Compares the orders that were made here with what the vendor shows of them now. Whatever the list says that is news is
 * looked at once more, in the order itself, before it counts.
 *
 * @param isWhole the content of every order is compared, however many there are, and not a part of them
 * @returns how many orders there are, and of how many the content was compared
 */
export async function compareOurOrders(
  { ledger }: ActivityDeps,
  which: OrdersCompared,
  { listed, isComplete }: VendorOrders,
  reader: OrderReader,
  findings: Findings,
  isWhole: boolean,
): Promise<{ count: number; compared: number }> {
  const count = await ledger.books.countOfOrders(which);
  const isTurn = turnOf(isWhole ? 1 : Math.ceil(count / MOST_A_NIGHT), which.knownBefore);
  let compared = 0;
  for await (const page of ledger.books.orders(which)) {
    const pairs = page.map((order): Pair => ({ order, listed: listed.get(order.orderNo) }));
    // What a list that is not complete does not hold may be there all the same.
    const unseen = isComplete ? [] : pairs.filter((pair) => pair.listed === undefined);
    unseen.forEach(({ order }) => findings.leaveOpen(order.orderNo));
    const looked = pairs.filter(
      ({ order, listed: shown }) =>
        (shown === undefined && isComplete) ||
        (shown !== undefined &&
          (isTurn(order.orderNo) || findings.isKept(order.orderNo) || isNews(order, shown.orderStatus))),
    );
    const readings = await reader.readAll(
      looked.map(({ order, listed: shown }) => ({ ...shown, orderNo: order.orderNo })),
    );
    looked.forEach((pair, place) => judge(pair, readings[place]!, findings));
    compared += readings.filter((reading) => typeof reading === 'object').length;
    // Of those that were not looked at, only the list is known: what was changed in them stays as it was found.
  }
  return { count, compared };
}

/** Whose turn it is tonight: each order has its night. */
function turnOf(nights: number, now: Date): (orderNo: string) => boolean {
  const tonight = Math.floor(now.getTime() / DAY_MS) % Math.max(1, nights);
  return (orderNo) =>
    createHash('sha256').update(orderNo).digest().readUInt32BE() % Math.max(1, nights) === tonight;
}

/** Whether the vendor's word for an order says something else of it than the ledger. */
function isNews({ status }: OrderHere, orderStatus: string | undefined): boolean {
  if (orderStatus === undefined) return false;
  const meaning = meaningOf(orderStatus);
  if (status === 'ordered') return meaning !== 'done';
  return isGivenUp(status) && meaning !== 'failed';
}

/** Nothing is to come of the request. */
export function isGivenUp(status: OrderHere['status']): boolean {
  return status === 'refused' || status === 'cancelled';
}

function judge({ order, listed }: Pair, reading: OrderReading, findings: Findings): void {
  const { orderNo } = order;
  if (reading === 'unread' || (reading === 'none' && listed !== undefined)) findings.leaveOpen(orderNo);
  else if (reading === 'none') findings.add(differenceOf('missing', order));
  else {
    const found = comparedOrder(order, { ...listed, ...reading, orderNo });
    if (found !== undefined) findings.add(found);
  }
}

function comparedOrder(order: OrderHere, shown: OrderDetails): Difference | undefined {
  const isStatusNews = isNews(order, shown.orderStatus);
  if (isGivenUp(order.status)) return isStatusNews ? differenceOf('given-up', order, shown) : undefined;
  const { orderStatus } = shown;
  if (isStatusNews && meaningOf(orderStatus!) === 'failed') return differenceOf('ended', order, shown);
  const changes = [
    ...(isStatusNews ? [{ field: 'status', here: order.orderStatus ?? '', vendor: orderStatus! }] : []),
    ...changesOf(sentOrder(order.body), shown),
  ];
  return changes.length === 0 ? undefined : { ...differenceOf('changed', order, shown), changes };
}

function differenceOf(kind: Difference['kind'], order: OrderHere, shown?: OrderDetails): Difference {
  const { orderNo, requestId, status, startedAt } = order;
  return {
    ...{ kind, orderNo, requestId, status, orderedAt: startedAt.toISOString() },
    ...present({
      orderStatus: shown?.orderStatus,
      serialNumber: shown?.productNo,
      reference: shown?.poNumber,
    }),
  };
}

/** In what an order is another one than was sent; whatever the vendor does not show says nothing. */
function changesOf(sent: SentOrder, shown: OrderDetails): ChangedField[] {
  const texts: Record<string, [string | undefined, string | undefined]> = {
    reference: [sent.poNumber, shown.poNumber],
    'serial number': [sent.productNo, shown.productNo],
    partner: [sent.partnerId, shown.partnerId],
    'billing contact': [sent.billingContactId, shown.billingContactId],
    'plan and services': [linesInWords(sent.lines), shown.lines && linesInWords(shown.lines)],
  };
  return (
    compareOrder(sent, shown)
      // Nobody knows any more what it was.
      .differs.filter((field) => !(field === 'reference' && holdsErased(sent.poNumber)))
      .map((field) => ({ field, here: texts[field]?.[0] ?? '', vendor: texts[field]?.[1] ?? '' }))
  );
}

function linesInWords(lines: readonly OrderLine[]): string {
  return lines
    .map(({ kind, id, quantity, years }) =>
      [
        `${kind} ${id}`,
        ...(quantity === undefined ? [] : [`× ${quantity}`]),
        ...(years === undefined ? [] : [`for ${years} y`]),
      ].join(' '),
    )
    .sort()
    .join(', ');
}
