import type { Difference } from '../../domain/books';
import { present } from '../../domain/optional';
import { meaningOf } from '../../domain/status';
import type { RequestOfReference } from '../../ledger/book-ledger';
import { inParts } from '../../ledger/in-parts';
import type { AttemptRecord } from '../../ledger/purchase-record';
import { compareOrder } from '../../portal/match-order';
import { sentOrder } from '../../portal/order-body';
import type { ListedOrder, OrderDetails } from '../../portal/orders';
import { isOwnReference } from '../../validation/reference';
import type { ActivityDeps } from '../dependencies';
import { withoutOwned } from '../reconcile/scan-orders';
import type { Findings } from './findings';
import type { OrderReader } from './order-reader';
import { isGivenUp } from './our-orders';

/** In memory, with their details. */
const AT_ONCE = 200;

/** An order came of an attempt that began at most so long before it. */
const DAY_MS = 24 * 60 * 60_000;

/** The time from which on an order of nobody is one. */
export interface Beginning {
  /** Older orders are no matter of this comparison, in ms since 1970. */
  earliest: number;
  /** In between they are, when they have a reference of ours: the vendor's clock may differ from ours. */
  surely: number;
}

/** What there is besides differences. */
export interface Others {
  unclear: number;
  contested: number;
}

/**
 * Looks for orders at the vendor that belong to no request: that nobody asked for, that are a second one of a request, or
 * one of a request that was given up. One that may be that of a request whose outcome is not known is none of them yet.
 */
export async function findOtherOrders(
  deps: ActivityDeps,
  listed: readonly ListedOrder[],
  unsettled: readonly AttemptRecord[],
  beginning: Beginning,
  reader: OrderReader,
  findings: Findings,
): Promise<Others> {
  const others: Others = { unclear: 0, contested: 0 };
  for (const some of inParts(listed.filter(isAlive), AT_ONCE)) {
    const unowned = await withoutOwned(deps.ledger, [...some]);
    others.unclear += unowned.filter(isUndated).length;
    const fresh = unowned.filter(
      (order) =>
        !isUndated(order) &&
        (order.createdAt ?? Infinity) >= beginning.earliest &&
        !isFoundAgain(order, findings),
    );
    const shown = await detailsOf(deps, fresh, reader, findings);
    for (const order of await judged(deps, shown, unsettled, beginning)) {
      if (order === 'contested') others.contested += 1;
      else if (order !== undefined) findings.add(order);
    }
  }
  return others;
}

/** Of an order that the vendor has cancelled, refunded or failed, nothing is bought, whoever made it. */
function isAlive({ orderStatus }: ListedOrder): boolean {
  return orderStatus === undefined || meaningOf(orderStatus) !== 'failed';
}

/** Nothing tells whether it is from before the first request: an account may have thousands of these. */
function isUndated({ createdAt, poNumber }: ListedOrder): boolean {
  return createdAt === undefined && poNumber === undefined;
}

/** What was told of an order stays as long as its status does: it is not read again each night. */
function isFoundAgain({ orderNo, orderStatus }: ListedOrder, findings: Findings): boolean {
  const kept = findings.keptOf(orderNo);
  const isOfNobody = kept !== undefined && ['unasked', 'second', 'given-up'].includes(kept.kind);
  if (!isOfNobody || kept.orderStatus !== orderStatus) return false;
  findings.add(kept);
  return true;
}

/** Those that could be read, and that nobody has been found for meanwhile. */
async function detailsOf(
  { ledger }: ActivityDeps,
  listed: readonly ListedOrder[],
  reader: OrderReader,
  findings: Findings,
): Promise<OrderDetails[]> {
  const readings = await reader.readAll(listed);
  const shown = readings.flatMap((reading, place) => {
    const order = listed[place]!;
    if (typeof reading === 'object') return { ...order, ...reading };
    findings.leaveOpen(order.orderNo);
    return [];
  });
  return withoutOwned(ledger, shown);
}

type Judgement = Difference | 'contested' | undefined;

async function judged(
  deps: ActivityDeps,
  orders: readonly OrderDetails[],
  unsettled: readonly AttemptRecord[],
  beginning: Beginning,
): Promise<Judgement[]> {
  const references = orders.flatMap(({ poNumber }) => poNumber ?? []);
  const requests = await deps.ledger.books.requestsOf([...new Set(references)]);
  return Promise.all(
    orders.map(async (order) => {
      if (order.orderStatus !== undefined && meaningOf(order.orderStatus) === 'failed') return undefined;
      if (isContested(deps, order, unsettled)) return 'contested';
      const named = ofReference(order, requests.get(order.poNumber ?? '') ?? []);
      if (named !== undefined) return named;
      if ((order.createdAt ?? -Infinity) < beginning.surely) return undefined;
      return (await ofContent(deps, order)) ?? differenceOf('unasked', order);
    }),
  );
}

/** It may be the one of a request whose outcome is not known yet: the run of that, or a person, will say. */
function isContested(
  { policy }: ActivityDeps,
  order: OrderDetails,
  unsettled: readonly AttemptRecord[],
): boolean {
  const { createdAt = Infinity } = order;
  return unsettled.some(
    ({ body, startedAt }) =>
      createdAt >= startedAt.getTime() - policy.clockAllowanceMs &&
      compareOrder(sentOrder(body), order).likeness !== 'other',
  );
}

function ofReference(order: OrderDetails, requests: readonly RequestOfReference[]): Judgement {
  const fitting = requests.filter((request) => fits(request, order));
  // Whatever has been only quoted has sent nothing, and sends nothing by itself.
  const isUnderWay = fitting.some(
    ({ status, orderNo }) => orderNo === undefined && !isGivenUp(status) && status !== 'quoted',
  );
  if (isUnderWay) return 'contested';
  const givenUp = fitting.find(({ status }) => isGivenUp(status));
  if (givenUp !== undefined) return differenceOf('given-up', order, givenUp, 'reference');
  const made = fitting.find(({ orderNo }) => orderNo !== undefined);
  return made && differenceOf('second', order, made, 'reference');
}

/** A reference that was given may be on other orders as well: of those, what they hold decides. */
function fits({ requestId, body }: RequestOfReference, order: OrderDetails): boolean {
  if (body === undefined || isOwnReference(requestId, order.poNumber ?? '')) return true;
  return compareOrder(sentOrder(body), order).differs.length === 0;
}

/** Without a reference: all that an attempt sent of which nothing came, as far as anybody knew. */
async function ofContent({ ledger, policy }: ActivityDeps, order: OrderDetails): Promise<Judgement> {
  const { createdAt, poNumber } = order;
  if (createdAt === undefined || poNumber !== undefined) return undefined;
  const [from, to] = [new Date(createdAt - DAY_MS), new Date(createdAt + policy.clockAllowanceMs)];
  const attempts = await ledger.books.fruitlessAttempts(from, to);
  const one = attempts.find(({ body }) => compareOrder(sentOrder(body), order).likeness === 'alike');
  if (one === undefined) return undefined;
  const purchase = await ledger.find(one.requestId);
  if (purchase === undefined) return undefined;
  const { requestId, status, order: made } = purchase;
  if (isGivenUp(status)) return differenceOf('given-up', order, { requestId, status }, 'content');
  return made && differenceOf('second', order, { requestId, status }, 'content');
}

function differenceOf(
  kind: Difference['kind'],
  order: OrderDetails,
  request?: Pick<RequestOfReference, 'requestId' | 'status'>,
  by?: Difference['by'],
): Difference {
  const { orderNo, orderStatus, createdAt, productNo, poNumber } = order;
  return {
    ...{ kind, orderNo },
    ...present({
      requestId: request?.requestId,
      status: request?.status,
      orderStatus,
      orderedAt: createdAt === undefined ? undefined : new Date(createdAt).toISOString(),
      serialNumber: productNo,
      reference: poNumber,
      by,
    }),
  };
}
