import { heartbeat } from '@temporalio/activity';
import type { ComparedFact } from '../../domain/decision';
import { knownRuleOf } from '../../domain/operations';
import { present } from '../../domain/optional';
import { checkPbx as judge, type PbxProblem } from '../../domain/pbx-check';
import { compareStates } from '../../domain/pbx-in-words';
import {
  activeService,
  stateByLedger,
  stateByRequest,
  type LedgerOrder,
  type PbxState,
} from '../../domain/pbx-state';
import { Refusal } from '../../domain/refusal';
import { operationOf, productOf, serviceLines, type PurchaseRequest } from '../../domain/request';
import { meaningOf } from '../../domain/status';
import type { OrderOfPbx } from '../../ledger/pbx-ledger';
import { sentOrder } from '../../portal/order-body';
import type { CheckPbxInput, OfPurchase, PbxCheck } from '../../workflows/messages/purchase';
import { ACTOR, type ActivityDeps } from '../dependencies';
import { listProgress } from '../list-progress';

/** The event that keeps what a PBX had before its order. */
export const CHECKED = 'pbx-checked';

/** Details are read of so many orders at most that have not ended: which PBX they are of stands there only. */
const MAX_PENDING = 50;

/**
 * Compares what the PBX has with what the order takes for granted: by the vendor, by our ledger and by the request. What was
 * found is written to the ledger, so that it can be told later what the PBX had before.
 *
 * @throws Refusal PbxDiffers when the vendor shows that the order is wrong
 */
export function checkPbx(deps: ActivityDeps) {
  return async ({ request, facts }: CheckPbxInput): Promise<PbxCheck> => {
    const { portal, ledger } = deps;
    const { requestId } = request;
    const serialNumber = facts.serialNumber!;
    const planId = operationOf(request) === 'renew' ? facts.plan.planId : undefined;
    const [shown, orders, pendingOrders] = await Promise.all([
      portal.readPbx({ product: productOf(request), serialNumber, ...present({ planId }) }),
      ordersByLedger(deps, serialNumber),
      pendingOrdersOf(deps, serialNumber),
    ]);
    const vendor = shown.state;
    const byLedger = stateByLedger(orders);
    const asked = stateByRequest(request, facts);
    const plan = { id: facts.plan.planId, name: facts.plan.name };
    const known = {
      ...{ vendor, ledger: byLedger, request: asked, pendingOrders },
      order: { plan, services: facts.services.map(activeService) },
      canRenew: shown.canRenew,
      lastRenewal: lastRenewalIn(orders),
    };
    const { problems, doubts, compared } = judge(request, knownRuleOf(request), known, Date.now());
    const data = { vendor, ...present({ ledger: byLedger }), doubts, keys: shown.keys };
    await ledger.recordStatus({ requestId, kind: CHECKED, actor: ACTOR, data });
    if (problems.length > 0) throw differs(problems);
    return { doubts, compared };
  };
}

function differs(problems: readonly PbxProblem[]): Refusal {
  const lines = problems.map(
    ({ field, expected, received }) => `${field}: expected ${expected}; came ${received}`,
  );
  return new Refusal(
    'PbxDiffers',
    `The PBX is not what the request takes it for. ${lines.join('. ')}. Nothing was ordered. Correct the request, and send it under a new request id.`,
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

/** Orders of the PBX that the vendor shows as not ended, however they were made. */
async function pendingOrdersOf({ portal }: ActivityDeps, serialNumber: string): Promise<string[]> {
  const isPending = ({ orderStatus }: { orderStatus?: string }) =>
    orderStatus !== undefined && meaningOf(orderStatus) === 'watch';
  const { orders } = await portal.listOrders(isPending, listProgress());
  const found: string[] = [];
  for (const { orderNo } of orders.slice(0, MAX_PENDING)) {
    const { productNo } = await portal.readOrder(orderNo);
    heartbeat();
    if (productNo?.toUpperCase() === serialNumber.toUpperCase()) found.push(orderNo);
  }
  const rest = orders.length - MAX_PENDING;
  return rest > 0 ? [...found, `perhaps one of ${rest} more that have not ended`] : found;
}

/** What the PBX had before the order, and what it has now: for a person who decides whether the order was made. */
export function comparePbx({ portal, ledger }: ActivityDeps) {
  return async ({ requestId }: OfPurchase): Promise<ComparedFact[]> => {
    const request = (await ledger.find(requestId))?.request;
    if (request?.license.kind !== 'existing') return [];
    const checked = (await ledger.events(requestId)).filter(({ kind }) => kind === CHECKED).at(-1);
    const before = (checked?.data as { vendor?: PbxState } | undefined)?.vendor;
    const now = await stateNow({ portal }, request, request.license.serialNumber);
    return compareStates({ before, now });
  };
}

/** Reads what the PBX has after its order, and keeps it. */
export function recordPbx({ portal, ledger }: ActivityDeps) {
  return async ({ requestId }: OfPurchase): Promise<void> => {
    const request = (await ledger.find(requestId))?.request;
    if (request?.license.kind !== 'existing') return;
    const pbx = await stateNow({ portal }, request, request.license.serialNumber);
    await ledger.recordStatus({ requestId, kind: 'pbx-read', actor: ACTOR, pbx });
  };
}

async function stateNow(
  { portal }: Pick<ActivityDeps, 'portal'>,
  request: PurchaseRequest,
  serialNumber: string,
): Promise<PbxState> {
  return (await portal.readPbx({ product: productOf(request), serialNumber })).state;
}
