import { dealOfRequest } from './deal-ids';
import { present } from './optional';
import { offeringInWords } from './pbx-in-words';
import { stateByLedger, type LedgerOrder } from './pbx-state';
import type { DealDraft } from './deal';
import { operationOf, serviceLines, type ServiceRequest } from './request';

/** Who told when a PBX expires: the vendor showed it, or it follows from what was ordered here. */
export type ExpirySource = 'vendor' | 'our ledger';

/** A PBX that is to be renewed, as far as that is known; what nobody told is absent. */
export interface Renewal {
  serialNumber: string;
  plan?: string;
  extensions?: number;
  /** `2027-03-31` */
  expiresOn?: string;
  toldBy?: ExpirySource;
  /** Whole days, by UTC; below 0 when it has expired. */
  daysLeft?: number;
  autoRenewal?: boolean;
  /** Of the latest order that was made of it here. */
  requestId: string;
  /** The won deal that this order was made of. */
  deal?: string;
}

/** An order of a PBX as the ledger has it, without its body: what is told here needs no ids. */
export interface OrderToRenew extends Pick<LedgerOrder, 'requestId' | 'request' | 'shown'> {
  orderedAt: Date;
}

/** A PBX with its orders, oldest first; never none. */
export interface PbxToRenew {
  serialNumber: string;
  orders: readonly OrderToRenew[];
}

const DAY_MS = 24 * 60 * 60_000;

/**
 * PBXs by their expiry, those without a known one last: nobody can tell that they go on. A trial is not renewed, and not
 * among them.
 *
 * @param now in ms since 1970
 * @param withinDays without those that have more days left
 */
export function renewalsOf(pbxs: readonly PbxToRenew[], now: number, withinDays = Infinity): Renewal[] {
  return pbxs
    .flatMap((pbx) => renewalOf(pbx, now) ?? [])
    .filter(({ daysLeft = -Infinity }) => daysLeft <= withinDays)
    .sort(byExpiry);
}

function renewalOf({ serialNumber, orders }: PbxToRenew, now: number): Renewal | undefined {
  const state = stateByLedger(orders.map(withoutIds));
  const latest = orders.at(-1);
  if (state === undefined || latest === undefined || state.isTrial === true) return undefined;
  const { plan, extensions, expiresOn, autoRenewal } = state;
  const { requestId } = latest;
  return {
    serialNumber,
    ...present({ plan: plan && offeringInWords(plan), extensions }),
    ...(expiresOn !== undefined && {
      ...{ expiresOn, toldBy: toldBy(orders) },
      daysLeft: (Date.parse(expiresOn) - startOfDay(now)) / DAY_MS,
    }),
    ...present({ autoRenewal }),
    requestId,
    ...present({ deal: dealOfRequest(requestId) }),
  };
}

/**
 * The renewal of a PBX as it would be asked for: what the PBX has, as far as that is known here, and who had the last
 * invoice. Undefined of one that nothing was ordered for, or that is tried.
 */
export function renewalDraftOf({ serialNumber, orders }: PbxToRenew): DealDraft | undefined {
  const state = stateByLedger(orders.map(withoutIds));
  const latest = orders.at(-1);
  if (state === undefined || latest === undefined || state.isTrial === true) return undefined;
  const { plan, extensions, services = [], years, billingCycle } = state;
  const { product, billingContact } = latest.request;
  const named = services.flatMap(({ id, name = id, quantity }): ServiceRequest[] =>
    name === undefined ? [] : [quantity === undefined ? name : { service: name, quantity }],
  );
  return {
    operation: 'renew',
    license: { kind: 'existing', serialNumber },
    ...present({ product, plan: plan && offeringInWords(plan), extensions, billingCycle, billingContact }),
    ...(named.length > 0 && { services: named }),
    ...(years !== undefined && years > 0 && { years }),
  };
}

/** The body of an order has the ids of its plan and services; the request calls them by names that people know. */
function withoutIds(order: OrderToRenew): LedgerOrder {
  const { plan } = order.request;
  const services = serviceLines(order.request).map(({ service, quantity }) => ({
    ...{ serviceId: service, name: service },
    ...present({ quantity }),
  }));
  return {
    ...order,
    orderedAt: order.orderedAt.toISOString(),
    facts: { plan: { planId: plan, name: plan }, services },
  };
}

/** The last that told it: the vendor after an order or at a daily reading, or an order that set it anew. */
function toldBy(orders: readonly OrderToRenew[]): ExpirySource {
  const teller = orders.findLast(
    ({ shown, request }) => shown?.expiresOn !== undefined || setsExpiry(request),
  );
  return teller?.shown?.expiresOn === undefined ? 'our ledger' : 'vendor';
}

function setsExpiry(request: OrderToRenew['request']): boolean {
  return ['purchase', 'renew'].includes(operationOf(request));
}

function startOfDay(now: number): number {
  return now - (now % DAY_MS);
}

/** Dates sort as texts; what has none comes after all that have. */
function byExpiry(one: Renewal, other: Renewal): number {
  const key = ({ expiresOn = '~', serialNumber }: Renewal) => `${expiresOn} ${serialNumber}`;
  return key(one) < key(other) ? -1 : 1;
}
