import { referenceOf } from '../../validation/reference';
import { isTerminal, waitsForPerson, type PurchaseStatus } from '../../domain/status';
import { sumsAfter, type Sums } from './operations';
import type { PlannedPurchase } from './plan';
import type { PlacedOrder } from '../fake-portal/orders';

/** What was found of a purchase when nothing moved any more. */
export interface Found {
  purchase: PlannedPurchase;
  /** By the client; undefined when it knows no such purchase. */
  told?: PurchaseStatus;
  /** By the ledger. */
  recorded?: PurchaseStatus;
  /** Whether a run of it is open. */
  goesOn: boolean;
  /** It still moved by itself when patience was at its end. */
  isRestless: boolean;
  chainHolds: boolean;
  /** What the vendor has of the PBX. */
  sums: Sums;
}

/**
 * `right`: as the vendor's orders say, and as the fault must end. `waiting`: for a person, and rightly so. `doubled`: more
 * than one order. `lost`: no end, or not known. `wrong`: anything else that the vendor or the fault contradicts.
 */
export type Verdict = 'right' | 'waiting' | 'doubled' | 'lost' | 'wrong';

export interface Judged {
  requestId: string;
  fault: string;
  verdict: Verdict;
  /** Why it is not right. */
  why?: string;
  /** Numbers of its orders at the vendor. */
  orders: string[];
}

export interface Comparison {
  purchases: Judged[];
  /** Numbers of orders at the vendor that are of no purchase. */
  strays: string[];
}

/**
 * Ends of createOrder that no fault of the vendor makes: its worker or Temporal's server died, the ledger was away, or both
 * came together. What was sent by then, nobody knows.
 */
const BROKEN_OFF = ['TimeoutFailure', 'LedgerUnavailable', 'EarlierAttemptOpen'];

/** Compares, purchase by purchase, the vendor's own orders with what Wonce says. */
export function compare(
  found: readonly Found[],
  vendorOrders: readonly PlacedOrder[],
  vendor: { returnPoNumber: boolean },
): Comparison {
  const purchases = found.map((one) => {
    const { request, fault } = one.purchase;
    const orders = vendorOrders.filter(({ poNumber }) => poNumber === referenceOf(request));
    const [verdict, why] = judge(one, orders, vendor.returnPoNumber);
    const numbers = orders.map(({ orderNo }) => orderNo);
    return {
      requestId: request.requestId,
      fault,
      verdict,
      orders: numbers,
      ...(why !== undefined && { why }),
    };
  });
  const known = new Set(purchases.flatMap(({ orders }) => orders));
  return {
    purchases,
    strays: vendorOrders.map(({ orderNo }) => orderNo).filter((orderNo) => !known.has(orderNo)),
  };
}

function judge(found: Found, orders: PlacedOrder[], showsReferences: boolean): [Verdict, string?] {
  const { told, recorded, isRestless, goesOn, chainHolds } = found;
  if (orders.length > 1) return ['doubled', `${orders.length} orders of one request`];
  const twice = differingSums(found, orders.length);
  if (twice !== undefined) return ['doubled', twice];
  if (told === undefined || recorded === undefined) return ['lost', 'Wonce knows no such purchase'];
  if (isRestless || !hasEnd(told)) return ['lost', `no end: it is ${told.status}`];
  if (waitsForPerson(told.status) && !goesOn) return ['lost', `${told.status}, and no run takes a decision`];
  if (!chainHolds) return ['wrong', 'the chain of its events is broken'];
  if (told.status !== recorded.status || told.order?.orderNo !== recorded.order?.orderNo) {
    return ['wrong', `${inShort(told)} by the client, ${inShort(recorded)} by the ledger`];
  }
  const [order] = orders;
  switch (told.status) {
    case 'ordered':
      return judgeOrdered(found, told, order);
    case 'waiting-for-decision':
      return judgeWaiting(found, told, order, showsReferences);
    case 'refused':
      return judgeRefused(found, told, order);
    default:
      return ['wrong', `${told.status}, which nothing in the round leads to`];
  }
}

/** Years and extensions are what was there before and what was ordered, once. */
function differingSums({ purchase, sums }: Found, orders: number): string | undefined {
  const { pbxBefore, request } = purchase;
  if (pbxBefore === undefined) return undefined;
  const expected = sumsAfter(pbxBefore, request, orders);
  const isSame = sums.yearsBought === expected.yearsBought && sums.extensions === expected.extensions;
  if (isSame) return undefined;
  return `the PBX has ${inSums(sums)}, expected ${inSums(expected)}`;
}

function inSums({ yearsBought, extensions }: Sums): string {
  return `${yearsBought} years bought and ${extensions} extensions`;
}

function judgeOrdered(
  { purchase }: Found,
  told: PurchaseStatus,
  order: PlacedOrder | undefined,
): [Verdict, string?] {
  if (order === undefined) return ['wrong', `${inShort(told)}, and the vendor has no order of it`];
  if (told.order?.orderNo !== order.orderNo)
    return ['wrong', `${inShort(told)}, and its order is ${order.orderNo}`];
  if (order.orderStatus !== 'succeed') return ['wrong', `ordered, and the vendor says ${order.orderStatus}`];
  return purchase.ends === 'ordered' ? ['right'] : ['wrong', `ordered, expected ${purchase.ends}`];
}

function judgeRefused(
  { purchase }: Found,
  told: PurchaseStatus,
  order: PlacedOrder | undefined,
): [Verdict, string?] {
  if (purchase.ends !== 'refused')
    return ['wrong', `refused (${told.reason?.code}), expected ${purchase.ends}`];
  if (purchase.orders === 0) {
    return order === undefined ? ['right'] : ['wrong', `refused, and the vendor has ${order.orderNo}`];
  }
  // Refused because the vendor took the order and failed it later.
  if (order === undefined || told.order?.orderNo !== order.orderNo) {
    return ['wrong', `${inShort(told)}, and the vendor has ${order?.orderNo ?? 'no order of it'}`];
  }
  return order.orderStatus === 'failed'
    ? ['right']
    : ['wrong', `refused, and the vendor says ${order.orderStatus}`];
}

function judgeWaiting(
  { purchase }: Found,
  told: PurchaseStatus,
  order: PlacedOrder | undefined,
  showsReferences: boolean,
): [Verdict, string?] {
  if (order !== undefined) {
    if (purchase.isTwin && !showsReferences) return ['waiting'];
    return ['wrong', `waiting for a person, and the vendor has its one order, ${order.orderNo}`];
  }
  const brokenOff = BROKEN_OFF.includes(told.evidence?.errorCode ?? '');
  if (purchase.ends === 'waiting' || brokenOff) return ['waiting'];
  return [
    'wrong',
    `waiting for a person (${told.evidence?.errorCode ?? told.reason?.code}), expected ${purchase.ends}`,
  ];
}

function hasEnd({ status }: PurchaseStatus): boolean {
  return isTerminal(status) || waitsForPerson(status);
}

function inShort({ status, order }: PurchaseStatus): string {
  return order === undefined ? status : `${status} ${order.orderNo}`;
}
