import { isHigher, planOf, PLANS, serviceOf, SERVICES, type Plan, type ProductId } from './catalogue';
import { BadSwitch, FLAG, oneOf, problemIn, TEXT, wholeNumber, type Expectation } from './expectation';
import type { PbxByHand } from './orders';
import { endOf, stateAt, TRIAL_MS, type ActiveService, type PbxState, type Term } from './pbx-state';
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

/** A PBX as it may be given: of product 12 unless said otherwise, services also by name alone. */
export type GivenPbx = Omit<ShownPbx, 'product' | 'planId' | 'yearsBought' | 'services'> & {
  product?: ShownPbx['product'];
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
 * A PBX as it was given. Without a plan it has none; what is left out of one is a plan that was bought now, for a year.
 *
 * @throws BadSwitch
 */
export function pbxFrom(input: Record<string, unknown>, at: number): PbxByHand {
  const all = { serialNumber: undefined, product: 12, ...input };
  const problem = problemIn(all, GIVEN) ?? (input.plan === undefined ? moreThanNoPlan(input) : undefined);
  if (problem !== undefined) throw new BadSwitch(problem);
  const given = all as unknown as GivenPbx;
  const pbx = { productNo: given.serialNumber, productId: String(given.product) as ProductId };
  return given.plan === undefined ? pbx : { ...pbx, state: stateFrom(given, given.plan, pbx.productId, at) };
}

function moreThanNoPlan(input: Record<string, unknown>): string | undefined {
  const more = Object.keys(input).filter((key) => key !== 'serialNumber' && key !== 'product');
  return more.length === 0 ? undefined : `plan: expected beside ${more.join(', ')}`;
}

function stateFrom(given: GivenPbx, planGiven: string, productId: ProductId, at: number): PbxState {
  const { isTrial = false, autoRenew = false } = given;
  const plan = wantPlan('plan', planGiven, PLANS[productId]);
  const lower = PLANS[productId].filter(({ planId }) => isHigher(plan.planId, planId));
  const { pendingPlan } = given;
  if (isTrial && pendingPlan !== undefined) throw new BadSwitch('pendingPlan: expected none of a trial');
  const pending = pendingPlan === undefined ? undefined : wantPlan('pendingPlan', pendingPlan, lower);
  const extensions = extensionsFrom(given, productId === '12' && !isTrial);
  const services = (given.services ?? []).map((entry) => serviceGiven(entry)!);
  for (const service of services) checkService(service, plan, isTrial);
  refuseTwice(services);
  const term = termFrom(given, productId);
  return {
    planId: plan.planId,
    ...(extensions !== undefined && { extensions }),
    services,
    term,
    yearsBought: term.multiCycle,
    expiresAt: given.expiresAt ?? (isTrial ? at + TRIAL_MS : endOf(at, term)),
    isTrial,
    autoRenew,
    ...(pending !== undefined && { pending: { planId: pending.planId, term } }),
  };
}

function extensionsFrom({ extensions }: GivenPbx, hasExtensions: boolean): number | undefined {
  if ((extensions !== undefined) === hasExtensions) return extensions;
  throw new BadSwitch(
    `extensions: expected ${hasExtensions ? 'a whole number of at least 1' : 'none of a trial or product 11'}`,
  );
}

function termFrom({ cycle = 'annually', isTrial, years }: GivenPbx, productId: ProductId): Term {
  if (productId === '12' && cycle !== 'annually')
    throw new BadSwitch('cycle: expected annually of product 12');
  const hasYears = cycle === 'annually' && !isTrial;
  const multiCycle = years ?? (hasYears ? 1 : 0);
  if (multiCycle > 0 === hasYears) return { cycle, multiCycle };
  throw new BadSwitch(`years: expected ${hasYears ? '1 to 5' : '0 by the month and of a trial'}`);
}

function checkService({ serviceId, quantity }: ActiveService, plan: Plan, isTrial: boolean): void {
  const { serviceName, pricedByQuantity, expands } = serviceOf(serviceId)!;
  const problem = (text: string) => new BadSwitch(`services: ${serviceName} ${text}`);
  if (!plan.services.includes(serviceId)) throw problem(`is not sold with ${plan.planName}`);
  if (expands === 'extensions') throw problem('is part of extensions');
  const hasQuantity = pricedByQuantity && !isTrial;
  if (hasQuantity !== (quantity !== undefined)) throw problem(`has ${hasQuantity ? 'a' : 'no'} quantity`);
}

function refuseTwice(services: readonly ActiveService[]): void {
  const ids = services.map(({ serviceId }) => serviceId);
  const twice = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twice !== undefined) throw new BadSwitch(`services: ${serviceOf(twice)!.serviceName} is there twice`);
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

function wantPlan(field: string, nameOrId: string, plans: readonly Plan[]): Plan {
  const plan = plans.find(({ planId, planName }) => planId === nameOrId || planName === nameOrId);
  if (plan !== undefined) return plan;
  const names = plans.map(({ planName }) => planName).join(', ') || 'none below the lowest';
  throw new BadSwitch(`${field}: expected one of ${names}`);
}

function nameOf(planId: string): string {
  return planOf(planId)!.planName;
}
