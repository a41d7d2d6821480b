import type { Candidate } from '../../domain/decision';
import { present } from '../../domain/optional';
import type { CreatedOutcome, OrderOutcome, PlacedOrder } from '../../domain/outcome';
import type { AttemptRecord } from '../../ledger/purchase-record';
import { LedgerError, noAttempt } from '../../ledger/errors';
import type { Ledger } from '../../ledger/ledger';
import {
  type Compared,
  compareOrder,
  decideBetween,
  isContested,
  sameReference,
} from '../../portal/match-order';
import type { ListedOrder, OrderDetails } from '../../portal/orders';
import { sentOrder } from '../../portal/order-body';
import { isOwnReference } from '../../validation/reference';
import type { OfPurchase, OrderScan } from '../../workflows/messages/purchase';
import { type ActivityDeps, ACTOR } from '../dependencies';
import { listProgress } from '../list-progress';
import { readDetails } from '../read-details';
import { statusAfter } from '../purchase/record';
import { type Field, tellApart } from '../tell-apart';

/** Details are read of so many orders at most. */
const MAX_CANDIDATES = 200;

/**
 * Scans the vendor's orders, completely, for the one that the purchase's open attempt may have
 * created. When exactly one can be it, the attempt is recorded as created. Orders that belong to another request are
 * none of the candidates.
 *
 * @throws LedgerError LedgerUnknownPurchase when the ledger has lost the attempt: then nothing tells what to look for
 */
export function scanOrders(deps: ActivityDeps) {
  return async ({ requestId }: OfPurchase): Promise<OrderScan> => {
    const { ledger } = deps;
    const attempt = await ledger.latestAttempt(requestId);
    if (attempt === undefined) throw noAttempt(requestId);
    const { result } = attempt;
    if (result?.outcome === 'created') return { found: 'one', outcome: result, ordersSeen: 0 };
    if (result?.outcome === 'not-created') return { found: 'not-created', outcome: result, ordersSeen: 0 };

    const { ordersSeen, isComplete, candidates, one } = await compareOrders(deps, attempt);
    if (candidates.length === 0) return { found: 'none', isComplete, ordersSeen };
    return one !== undefined && (await isAdopted(deps, attempt, one))
      ? { found: 'one', outcome: one, ordersSeen }
      : { found: 'undecided', candidates, ordersSeen };
  };
}

/** The vendor's orders beside one attempt. */
interface Comparison {
  ordersSeen: number;
  isComplete: boolean;
  /** Orders that may be the one. */
  candidates: Candidate[];
  /** Of them the one that it is, when that is certain. */
  one?: CreatedOutcome;
}

/** Reads the vendor's orders, and compares those that belong to nobody with what the attempt sent. */
export async function compareOrders(deps: ActivityDeps, attempt: AttemptRecord): Promise<Comparison> {
  const { portal, ledger, policy } = deps;
  const { requestId, body, startedAt } = attempt;
  const sent = sentOrder(body);
  const isUnique = isOwnReference(requestId, sent.poNumber);
  const notBefore = startedAt.getTime() - policy.clockAllowanceMs;
  const {
    orders: inTime,
    seen: ordersSeen,
    isComplete,
    showsReferences,
  } = await portal.listOrders((order) => mayBe(order, sent.poNumber, isUnique, notBefore), listProgress());
  const free = await withoutOwned(ledger, inTime);
  if (free.length > MAX_CANDIDATES) return { ordersSeen, isComplete, candidates: tooMany(free) };

  // Again: the list may have shown an id only.
  const shown = await withoutOwned(ledger, await readDetails(deps, free));
  const compared = shown.map((order) => compareOrder(sent, order));
  const rivals = (await ledger.unresolvedAttempts(requestId)).map((rival) => sentOrder(rival.body));
  const contested = shown.filter((order) => isContested(order, rivals));
  const finding = decideBetween(compared, {
    contested: new Set(contested.map(({ orderNo }) => orderNo)),
    isUnique,
    isComplete,
    showsReferences: showsReferences || shown.some(({ poNumber }) => poNumber !== undefined),
  });
  const candidates = candidatesOf(compared, shown);
  if (finding.found !== 'one') return { ordersSeen, isComplete, candidates };
  const one = shown.find(({ orderNo }) => orderNo === finding.orderNo)!;
  const { agrees, notShown } = compared.find(({ orderNo }) => orderNo === finding.orderNo)!;
  const evidence = { settledBy: finding.by, agrees, notShown };
  return {
    ordersSeen,
    isComplete,
    candidates,
    one: { outcome: 'created', order: placedOrder(one), evidence },
  };
}

/** What the list alone says: an order of another reference, or from before the attempt, is not the one. */
function mayBe(order: ListedOrder, reference: string, isUnique: boolean, notBefore: number): boolean {
  const isSame = sameReference(reference, order.poNumber);
  if (isSame === false) return false;
  if (isSame === true && isUnique) return true;
  return order.createdAt === undefined || order.createdAt >= notBefore;
}

/** Orders that the ledger ascribes to no request. */
export async function withoutOwned<Order extends { orderNo: string }>(
  ledger: Ledger,
  orders: Order[],
): Promise<Order[]> {
  const owners = await ledger.ownersOf(orders.map(({ orderNo }) => orderNo));
  return orders.filter(({ orderNo }) => !owners.has(orderNo));
}

async function isAdopted(
  { ledger }: ActivityDeps,
  { requestId, attempt }: AttemptRecord,
  outcome: OrderOutcome,
) {
  try {
    const recorded = await ledger.recordOutcome({
      requestId,
      attempt,
      outcome,
      ...statusAfter(outcome),
      actor: ACTOR,
    });
    return recorded.outcome === 'created';
  } catch (error) {
    // Another request was faster: at the next scan the order is no candidate any more.
    if (error instanceof LedgerError && error.code === 'LedgerOrderTaken') return false;
    throw error;
  }
}

/** Each with how it compares to what was sent, and what tells it from the others. */
function candidatesOf(compared: readonly Compared[], shown: readonly OrderDetails[]): Candidate[] {
  const possible = compared.filter(({ likeness }) => likeness !== 'other');
  const orders = possible.map(({ orderNo }) => shown.find((order) => order.orderNo === orderNo)!);
  const descriptions = tellApart(orders, fieldsOfOrder, ({ orderNo }) => orderNo);
  return possible.map(({ orderNo, agrees, differs, notShown }, index) => ({
    id: orderNo,
    description: [
      `agrees in ${agrees.join(', ') || 'nothing'}`,
      ...(differs.length > 0 ? [`differs in ${differs.join(', ')}`] : []),
      ...(notShown.length > 0 ? [`does not show ${notShown.join(', ')}`] : []),
      ...(descriptions[index] === '' ? [] : [descriptions[index]!]),
    ].join('; '),
  }));
}

/** Of an order, what a person sees of it in the Partner Portal too. */
function fieldsOfOrder({ lines, ...order }: ListedOrder & Partial<OrderDetails>): Field[] {
  const quantities = lines?.map(({ kind, quantity = 1 }) => `${kind} × ${quantity}`);
  const years = lines?.find((line) => line.kind === 'plan')?.years;
  return [
    { name: 'created', value: shownTime(order.createdAt), isMain: true },
    { name: 'status', value: order.orderStatus && `status "${order.orderStatus}"`, isMain: true },
    { name: 'serial number', value: order.productNo },
    { name: 'partner', value: order.partnerId },
    { name: 'reference', value: order.poNumber },
    { name: 'lines', value: quantities?.join(', ') },
    { name: 'years', value: years === undefined ? undefined : String(years) },
    { name: 'billing contact', value: order.billingContactId },
    { name: 'transaction', value: order.transactionNo },
    { name: 'instance', value: order.instanceId },
  ];
}

function shownTime(createdAt: number | undefined): string | undefined {
  return createdAt === undefined ? undefined : `created ${new Date(createdAt).toISOString()}`;
}

function tooMany(orders: readonly ListedOrder[]): Candidate[] {
  const shown = orders.slice(0, 10);
  const descriptions = tellApart(shown, fieldsOfOrder, ({ orderNo }) => orderNo);
  return shown.map(({ orderNo }, index) => ({
    id: orderNo,
    description: [
      `one of ${orders.length} orders that may have been created since the attempt: too many to compare`,
      ...(descriptions[index] === '' ? [] : [descriptions[index]!]),
    ].join('; '),
  }));
}

/** An order that was read back, as Create an Order would have answered. */
export function placedOrder(shown: OrderDetails): PlacedOrder {
  const { orderNo, orderStatus, transactionNo, instanceId, productNo } = shown;
  return {
    orderNo,
    // Without a status nothing says that it is final: it is watched.
    orderStatus: orderStatus ?? 'unknown',
    ...present({ transactionNo, instanceId, productNo }),
  };
}
