import { operationOf, productOf, type BillingCycle, type PurchaseRequest } from './request';
import { present } from './optional';
import type { ChosenService, PurchaseFacts } from './purchase-facts';
import { isNamed } from './rules';

/** A plan or a service, by what is known of it. */
export interface Offering {
  id?: string;
  name?: string;
}

export interface ActiveService extends Offering {
  quantity?: number;
}

/**
 * What a PBX has, as one source tells it: the vendor, our ledger or a request. What a source does not tell is absent, and
 * decides nothing.
 */
export interface PbxState {
  plan?: Offering;
  isTrial?: boolean;
  extensions?: number;
  /** All that are active; none when it is empty. */
  services?: ActiveService[];
  /** The running term in years. */
  years?: number;
  billingCycle?: BillingCycle;
  /** `2027-03-31` */
  expiresOn?: string;
  autoRenewal?: boolean;
  /** A plan switch is pending: the plan that it will have, or true where that is not shown. */
  pendingPlan?: string | true;
}

/** An order of a PBX that our ledger has. */
export interface LedgerOrder {
  requestId: string;
  request: PurchaseRequest;
  /** Of the body that was sent; without an id nothing was. */
  facts: Pick<PurchaseFacts, 'plan' | 'services'>;
  /** When it was ordered, ISO 8601, UTC. */
  orderedAt: string;
  /** What the vendor showed of the PBX afterwards. */
  shown?: PbxState;
}

/** Whether two mean one, as far as can be told: by id where both have one, else by name. */
export function isSameOffering(one: Offering, other: Offering): boolean | undefined {
  if (one.id !== undefined && other.id !== undefined) return one.id === other.id;
  if (one.name === undefined || other.name === undefined) return undefined;
  return isNamed(one.name, other.name, 'Plan') || isNamed(one.name, other.name, 'Service');
}

/** What a PBX has by our ledger: its orders, oldest first, one after the other; undefined without any. */
export function stateByLedger(orders: readonly LedgerOrder[]): PbxState | undefined {
  return orders.reduce<PbxState | undefined>(stateAfter, undefined);
}

/** What the vendor showed afterwards goes before what the order should have come to. */
function stateAfter(before: PbxState | undefined, order: LedgerOrder): PbxState | undefined {
  const expected = expectedAfter(before, order);
  const { shown } = order;
  if (shown === undefined) return expected;
  // A plan that is shown with nothing pending is the one that runs.
  const { pendingPlan: _, ...settled } = expected;
  return { ...(shown.plan === undefined ? expected : settled), ...shown };
}

/**
 * What a PBX has after an order, as the vendor's tutorials describe it. What was not known before is not known afterwards
 * either, but for what the order itself says.
 */
function expectedAfter(before: PbxState | undefined, order: LedgerOrder): PbxState {
  const { request, facts } = order;
  const known = before ?? {};
  switch (operationOf(request)) {
    case 'purchase':
    case 'trial':
      return bought(order);
    case 'renew':
      return renewed(known, order);
    case 'switch-plan':
      return switched(known, facts.plan);
    case 'expand':
      return {
        ...known,
        ...present({
          plan: known.plan ?? planOf(order),
          extensions: sum(known.extensions, request.addExtensions),
        }),
      };
    case 'add-service':
      return {
        ...known,
        plan: known.plan ?? planOf(order),
        ...(known.services && { services: [...known.services, ...servicesOf(order)] }),
      };
  }
}

/** What an order with a plan's line says: of the plan, all of it. */
function bought(order: LedgerOrder): PbxState {
  const { request, orderedAt } = order;
  const isTrial = operationOf(request) === 'trial';
  return {
    plan: planOf(order),
    isTrial,
    services: servicesOf(order),
    ...present({ extensions: request.extensions, years: request.years, billingCycle: request.billingCycle }),
    ...(operationOf(request) === 'purchase' && present({ expiresOn: later(orderedAt, request) })),
  };
}

/** The expiry goes on from the one before, where that and the term are known. */
function renewed({ expiresOn, ...known }: PbxState, order: LedgerOrder): PbxState {
  return { ...known, ...bought(order), ...present({ expiresOn: later(expiresOn, order.request) }) };
}

function planOf({ request, facts: { plan } }: LedgerOrder): Offering {
  // The body has ids alone; the request has the name, unless it named the plan by its id.
  return { id: plan.planId, ...(request.plan !== plan.planId && { name: request.plan }) };
}

function servicesOf({ facts }: LedgerOrder): ActiveService[] {
  return facts.services.map(activeService);
}

/** A service of an order; one without a name has its id there. */
export function activeService({ serviceId: id, name, quantity }: ChosenService): ActiveService {
  return { id, ...present({ quantity }), ...(name !== id && { name }) };
}

/** Up at once, down when the running plan expires: by the ledger alone nobody can tell which, so neither is known. */
function switched(
  { plan: _, services: __, ...known }: PbxState,
  { planId, name }: PurchaseFacts['plan'],
): PbxState {
  return { ...known, pendingPlan: name === '' ? planId : name };
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? undefined : one + (other ?? 0);
}

/** A date so many years on; undefined where the date or the years are not known. */
function later(from: string | undefined, { years }: PurchaseRequest): string | undefined {
  if (from === undefined || years === undefined) return undefined;
  const date = new Date(from);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date.toISOString().slice(0, 10);
}

/** What a request says of the PBX as it is now. */
export function stateByRequest(
  request: PurchaseRequest,
  facts: Pick<PurchaseFacts, 'plan' | 'services'>,
): PbxState {
  const { plan, services } = facts;
  const asAsked: PbxState = { plan: { id: plan.planId, name: plan.name } };
  switch (operationOf(request)) {
    case 'renew':
      return productOf(request) === 'appliance'
        ? { ...asAsked, billingCycle: request.billingCycle ?? 'annually' }
        : {
            ...asAsked,
            services: services.map(activeService),
            ...present({ extensions: request.extensions }),
          };
    case 'expand':
    case 'add-service':
      return asAsked;
    case 'switch-plan':
      return present({ years: request.years });
    default:
      return {};
  }
}

/** The plans in which a switch goes up (vendor page "Switch Subscription Plan"); others are not known. */
const RANKS = ['standard', 'enterprise', 'ultimate'];

/** Whether a switch goes up; undefined where the plans are not known by name. */
export function isUpgrade(from: Offering | undefined, to: Offering): boolean | undefined {
  const [one, other] = [from, to].map((plan) =>
    RANKS.findIndex((rank) => plan?.name?.toLowerCase().startsWith(rank)),
  );
  return one === -1 || other === -1 || one === undefined || other === undefined ? undefined : other > one;
}
