import type { ComparedFact } from '../../domain/decision';
import { knownRuleOf } from '../../domain/operations';
import { present } from '../../domain/optional';
import { checkPbx as judge } from '../../domain/pbx-check';
import { compareStates } from '../../domain/pbx-in-words';
import {
  activeService,
  stateByLedger,
  stateByRequest,
  type LedgerOrder,
  type PbxState,
} from '../../domain/pbx-state';
import { Refusal } from '../../domain/refusal';
import { operationOf, productOf, serviceLines } from '../../domain/request';
import { problemsInWords, type RequestProblem } from '../../domain/request-problem';
import { meaningOf } from '../../domain/status';
import type { OrderOfPbx } from '../../ledger/pbx-ledger';
import { sentOrder } from '../../portal/order-body';
import type { ListedOrder, OrderDetails } from '../../portal/orders';
import type { CheckPbxInput, OfPurchase, PbxCheck } from '../../workflows/messages/purchase';
import { ACTOR, type ActivityDeps } from '../dependencies';
import { listProgress } from '../list-progress';
import { readDetails } from '../read-details';

/** The event that keeps what a PBX had before its order. */
const CHECKED = 'pbx-checked';

/** Details are read of so many orders at most that have not ended: which PBX they are of stands there only. */
const MAX_PENDING = 50;

/** And of so many of the newest others, to find the last one of the PBX. */
const MAX_DONE = 25;

/**
 * Compares what the PBX has with what the order takes for granted: by the vendor, by our ledger and by the request. What was
 * found is written to the ledger, so that it can be told later what the PBX had before.
 *
 * @throws Refusal PbxDiffers when the vendor shows that the order is wrong
 */
export function checkPbx(deps: ActivityDeps) {
  return async (input: CheckPbxInput): Promise<PbxCheck> => {
    const { requestId } = input.request;
    const look = await seenPbx(deps, input);
    const data = { ...look.told, doubts: look.doubts, keys: look.keys };
    await deps.ledger.recordStatus({ requestId, kind: CHECKED, actor: ACTOR, data });
    return withoutProblems(look);
  };
}

/**
 * The same comparison, which keeps nothing: for a quote.
 *
 * @throws Refusal PbxDiffers
 */
export async function lookAtPbx(deps: ActivityDeps, input: CheckPbxInput): Promise<PbxCheck> {
  return withoutProblems(await seenPbx(deps, input));
}

/** @throws Refusal PbxDiffers */
function withoutProblems({ problems, doubts, compared }: SeenPbx): PbxCheck {
  if (problems.length > 0) throw differs(problems);
  return { doubts, compared };
}

/** What was seen of a PBX, and what that says of an order. */
interface SeenPbx extends PbxCheck {
  problems: RequestProblem[];
  /** Its state, by who tells it. */
  told: Record<string, PbxState>;
  /** Of the vendor's answers. */
  keys: unknown;
}

async function seenPbx(deps: ActivityDeps, { request, facts }: CheckPbxInput): Promise<SeenPbx> {
  const { portal } = deps;
  const serialNumber = facts.serialNumber!;
  const planId = operationOf(request) === 'renew' ? facts.plan.planId : undefined;
  const [shown, orders, { pending: pendingOrders, last }] = await Promise.all([
    portal.readPbx({ product: productOf(request), serialNumber, ...present({ planId }) }),
    ordersByLedger(deps, serialNumber),
    vendorOrdersOf(deps, serialNumber),
  ]);
  const lastOrder = last && stateByOrder(last);
  const vendor = shown.state;
  const byLedger = stateByLedger(orders);
  const asked = stateByRequest(request, facts);
  const plan = { id: facts.plan.planId, name: facts.plan.name };
  const known = {
    ...{ vendor, lastOrder, ledger: byLedger, request: asked, pendingOrders },
    order: { plan, services: facts.services.map(activeService) },
    canRenew: shown.canRenew,
    lastRenewal: lastRenewalIn(orders),
  };
  const judged = judge(request, knownRuleOf(request), known, Date.now());
  return { ...judged, told: { vendor, ...present({ lastOrder, ledger: byLedger }) }, keys: shown.keys };
}

function differs(problems: readonly RequestProblem[]): Refusal {
  return new Refusal(
    'PbxDiffers',
    `The PBX is not what the request takes it for. ${problemsInWords(problems)}. Nothing was ordered. Correct the request, and send it under a new request id.`,
    { problems },
  );
}

/** What was ordered for a PBX here, as its state is told by. */
async function ordersByLedger({ ledger }: ActivityDeps, serialNumber: string): Promise<LedgerOrder[]> {
  const orders = await ledger.pbxs.ordersOf(serialNumber);
  return orders.map(ledgerOrder);
}

/** An order's body has ids alone; the names of its services are the request's, in the same order. */
function ledgerOrder({ requestId, request, body, orderedAt, shown }: OrderOfPbx): LedgerOrder {
  const { lines, planId = '' } = sentOrder(body);
  const names = serviceLines(request).map(({ service }) => service);
  const services = lines
    .filter(({ kind }) => kind === 'service')
    .map(({ id, quantity }, index) => ({
      serviceId: id,
      name: names[index] ?? id,
      ...present({ quantity }),
    }));
  return {
    ...{ requestId, request, orderedAt: orderedAt.toISOString() },
    facts: { plan: { planId, name: request.plan }, services },
    ...present({ shown }),
  };
}

function lastRenewalIn(orders: readonly LedgerOrder[]) {
  const last = orders.filter(({ request }) => operationOf(request) === 'renew').at(-1);
  return last && { requestId: last.requestId, orderedAt: last.orderedAt, years: last.request.years ?? 1 };
}

/** The orders of a PBX that the vendor shows, however they were made. */
interface VendorOrders {
  /** Numbers of those that have not ended. */
  pending: string[];
  /** The newest of those that are done; undefined where that cannot be told. */
  last?: OrderDetails;
}

/** Which PBX an order is of stands in its details only: those of all that have not ended are read, and the newest others. */
async function vendorOrdersOf(deps: ActivityDeps, serialNumber: string): Promise<VendorOrders> {
  const { orders, isComplete } = await deps.portal.listOrders(() => true, listProgress());
  const isOfPbx = ({ productNo }: OrderDetails) => productNo?.toUpperCase() === serialNumber.toUpperCase();
  const unended = orders.filter((order) => meaningIn(order) === 'watch');
  const details = await readDetails(deps, unended.slice(0, MAX_PENDING));
  const pending = details.filter(isOfPbx).map(({ orderNo }) => orderNo);
  const rest = unended.length - MAX_PENDING;
  if (rest > 0) pending.push(`perhaps one of ${rest} more that have not ended`);
  const done = orders.filter((order) => meaningIn(order) === 'done');
  // Without their times nobody can tell which is the last, nor of a list that was not read whole.
  const isOrdered = isComplete && done.every(({ createdAt }) => createdAt !== undefined);
  if (!isOrdered) return { pending };
  for (const order of done.sort(newestFirst).slice(0, MAX_DONE)) {
    const [last] = await readDetails(deps, [order]);
    if (last !== undefined && isOfPbx(last)) return { pending, last };
  }
  return { pending };
}

function meaningIn({ orderStatus }: ListedOrder): ReturnType<typeof meaningOf> | undefined {
  return orderStatus === undefined ? undefined : meaningOf(orderStatus);
}

function newestFirst(one: ListedOrder, other: ListedOrder): number {
  return other.createdAt! - one.createdAt!;
}

/**
 * What an order says of the whole PBX: one with a plan and the number of extensions, a first purchase or a renewal, all of
 * it; a switch, or an addition, only of itself.
 */
function stateByOrder({ lines = [] }: OrderDetails): PbxState | undefined {
  const plan = lines.find(({ kind }) => kind === 'plan');
  if (plan?.quantity === undefined) return undefined;
  const services = lines
    .filter(({ kind }) => kind === 'service')
    .map(({ id, quantity }) => ({ id, ...present({ quantity }) }));
  return { plan: { id: plan.id }, extensions: plan.quantity, services, ...present({ years: plan.years }) };
}

/** What the PBX had before the order, and what it has now: for a person who decides whether the order was made. */
export function comparePbx(deps: ActivityDeps) {
  return async ({ requestId }: OfPurchase): Promise<ComparedFact[]> => {
    const now = await stateNow(deps, requestId);
    if (now === undefined) return [];
    const checked = (await deps.ledger.events(requestId)).filter(({ kind }) => kind === CHECKED).at(-1);
    const before = (checked?.data as { vendor?: PbxState } | undefined)?.vendor;
    return compareStates({ before, now });
  };
}

/** Reads what the PBX has after its order, and keeps it. */
export function recordPbx(deps: ActivityDeps) {
  return async ({ requestId }: OfPurchase): Promise<void> => {
    const pbx = await stateNow(deps, requestId);
    if (pbx === undefined) return;
    await deps.ledger.recordStatus({ requestId, kind: 'pbx-read', actor: ACTOR, pbx });
  };
}

/** What the vendor shows now of the PBX of a purchase; undefined when it is for a new license. */
async function stateNow({ portal, ledger }: ActivityDeps, requestId: string): Promise<PbxState | undefined> {
  const request = (await ledger.find(requestId))?.request;
  if (request?.license.kind !== 'existing') return undefined;
  const { serialNumber } = request.license;
  return (await portal.readPbx({ product: productOf(request), serialNumber })).state;
}
