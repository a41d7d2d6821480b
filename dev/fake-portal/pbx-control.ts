import { planOf, PLANS, serviceOf, SERVICES, type Plan, type ProductId } from './catalogue';
import { oneOf, FLAG, problemIn, TEXT, wholeNumber, type Expectation } from './expectation';
import type { PbxByHand } from './orders';
import { endOf, stateAt, type ActiveService, type PbxState, type Term } from './pbx-state';
import type { Product } from './products';

/** A PBX as the control routes show it and take it; without a plan it has a serial number and a product alone. */
export interface ShownPbx {
  serialNumber: string;
  product: 11 | 12;
  /** By name or id; shown by name. */
  plan?: string;
  planId?: string;
  extensions?: number;
  services?: { service: string; serviceId?: string; quantity?: number }[];
  /** The running `multiCycle`; 0 by the month and in a trial. */
  years?: number;
  /** Of the purchase and all renewals since. */
  yearsBought?: number;
  cycle?: 'monthly' | 'annually';
  /** Milliseconds since 1970. */
  expiresAt?: number;
  isTrial?: boolean;
  autoRenew?: boolean;
  /** The plan that comes at the expiry, by name or id; shown by name. */
  pendingPlan?: string;
}

/** A PBX as it may be given: services also by name alone. */
export type GivenPbx = Omit<ShownPbx, 'planId' | 'yearsBought' | 'services'> & {
  services?: (string | { service: string; quantity?: number })[];
};

const GIVEN: Record<keyof GivenPbx, Expectation> = {
  serialNumber: TEXT,
  product: { expected: 'the number 11 or 12', holds: (value) => value === 11 || value === 12 },
  plan: TEXT,
  extensions: wholeNumber(1),
  services: {
    expected: 'a list of services, each by name or id, or {"service": …, "quantity": …}',
    holds: (value) => Array.isArray(value) && value.every((entry) => serviceGiven(entry) !== undefined),
  },
  years: wholeNumber(0, 5),
  cycle: oneOf('monthly', 'annually'),
  expiresAt: wholeNumber(0),
  isTrial: FLAG,
  autoRenew: FLAG,
  pendingPlan: TEXT,
};

/** @param at what it has then, in ms since 1970 */
export function showPbx({ productNo, productId, state: last }: Product, at: number): ShownPbx {
  const shown = { serialNumber: productNo, product: Number(productId) as 11 | 12 };
  if (last === undefined) return shown;
  const state = stateAt(last, at);
  return {
    ...shown,
    plan: nameOf(state.planId),
    planId: state.planId,
    ...(state.extensions !== undefined && { extensions: state.extensions }),
    services: state.services.map((service) => ({
      service: serviceOf(service.serviceId)!.serviceName,
      ...service,
    })),
    years: state.term.multiCycle,
    yearsBought: state.yearsBought,
    cycle: state.term.cycle,
    expiresAt: state.expiresAt,
    isTrial: state.isTrial,
    autoRenew: state.autoRenew,
    ...(state.pending !== undefined && { pendingPlan: nameOf(state.pending.planId) }),
  };
}

/**
 * A PBX as it was given. Without a plan it has none; what is left out of one is a plan of a year, by the year, that
 * was bought now.
 *
 * @returns what is wrong, in words, where something is
 */
export function pbxFrom(input: Record<string, unknown>, at: number): PbxByHand | string {
  const problem = problemIn({ serialNumber: undefined, product: 12, ...input }, GIVEN);
  if (problem !== undefined) return problem;
  const given = { product: 12, ...input } as GivenPbx;
  const pbx = { productNo: given.serialNumber, productId: String(given.product) as ProductId };
  if (given.plan === undefined) return pbx;
  const state = stateFrom(given, pbx.productId, at);
  return typeof state === 'string' ? state : { ...pbx, state };
}

function stateFrom(given: GivenPbx, productId: ProductId, at: number): PbxState | string {
  const plan = planNamed(given.plan, productId);
  if (plan === undefined) return `plan: expected one of ${plansOf(productId)}`;
  const pending = planNamed(given.pendingPlan, productId);
  if (given.pendingPlan !== undefined && (pending === undefined || pending === plan)) {
    return `pendingPlan: expected another one of ${plansOf(productId)}`;
  }
  const { extensions, isTrial = false, autoRenew = false } = given;
  const hasExtensions = productId === '12' && !isTrial;
  if ((extensions !== undefined) !== hasExtensions) {
    return `extensions: expected ${hasExtensions ? 'a whole number of at least 1' : 'none of a trial or product 11'}`;
  }
  const term = termFrom(given);
  if (typeof term === 'string') return term;
  const services = (given.services ?? []).map((entry) => serviceGiven(entry)!);
  const problem = services.map((service) => problemOfService(service, plan, isTrial)).find(Boolean);
  if (problem !== undefined) return problem;
  return {
    planId: plan.planId,
    ...(extensions !== undefined && { extensions }),
    services,
    term,
    yearsBought: term.multiCycle,
    expiresAt: given.expiresAt ?? endOf(at, term),
    isTrial,
    autoRenew,
    ...(pending !== undefined && { pending: { planId: pending.planId, term } }),
  };
}

function termFrom({ cycle = 'annually', isTrial, years }: GivenPbx): Term | string {
  const hasYears = cycle === 'annually' && !isTrial;
  const multiCycle = years ?? (hasYears ? 1 : 0);
  if (multiCycle > 0 === hasYears) return { cycle, multiCycle };
  return `years: expected ${hasYears ? '1 to 5' : '0 by the month and of a trial'}`;
}

function problemOfService(active: ActiveService, plan: Plan, isTrial: boolean): string | undefined {
  const { serviceName, serviceId, pricedByQuantity, expands } = serviceOf(active.serviceId)!;
  if (!plan.services.includes(serviceId)) return `services: ${serviceName} is not sold with ${plan.planName}`;
  if (expands === 'extensions') return `services: ${serviceName} is part of extensions`;
  const wantsQuantity = pricedByQuantity && !isTrial;
  if (wantsQuantity === (active.quantity !== undefined)) return undefined;
  return `services: ${serviceName} has ${wantsQuantity ? 'a' : 'no'} quantity`;
}

function serviceGiven(entry: unknown): ActiveService | undefined {
  const { service, quantity } = (typeof entry === 'object' ? (entry ?? {}) : { service: entry }) as {
    service?: unknown;
    quantity?: number;
  };
  const known = SERVICES.find(({ serviceId, serviceName }) =>
    [serviceId, serviceName].includes(service as string),
  );
  const isRight = quantity === undefined || wholeNumber(1).holds(quantity);
  if (known === undefined || !isRight) return undefined;
  return { serviceId: known.serviceId, ...(quantity !== undefined && { quantity }) };
}

function planNamed(nameOrId: string | undefined, productId: ProductId): Plan | undefined {
  return PLANS[productId].find(({ planId, planName }) => planId === nameOrId || planName === nameOrId);
}

function plansOf(productId: ProductId): string {
  return PLANS[productId].map(({ planName }) => planName).join(', ');
}

function nameOf(planId: string): string {
  return planOf(planId)!.planName;
}
