import { isHigher, planOf, serviceOf } from './catalogue';
import { digitsOf, type Fields } from './json-fields';

/** How long a plan runs, as orders say it: `multiCycle` is 0 by the month and during a trial, else years. */
export interface Term {
  cycle: 'monthly' | 'annually';
  multiCycle: number;
}

/** A service of a PBX; those that are priced by quantity have one, but for a trial. */
export interface ActiveService {
  serviceId: string;
  quantity?: number;
}

/** What a PBX with a plan has. */
export interface PbxState {
  planId: string;
  /** Not of a trial, nor of the Appliance Edition: no order tells them. */
  extensions?: number;
  services: ActiveService[];
  /** That of the last purchase, renewal or switch that has taken effect. */
  term: Term;
  /** Of the purchase and all renewals since. */
  yearsBought: number;
  /** Milliseconds since 1970. */
  expiresAt: number;
  isTrial: boolean;
  autoRenew: boolean;
  /** A lower plan, which takes the place of the present one when that expires. */
  pending?: { planId: string; term: Term };
}

/** How long a trial lasts; the vendor's is not known. */
export const TRIAL_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * What a PBX has after an order that keeps the rules. Orders add up: one that comes twice does its work twice.
 *
 * @param order the body as it came
 * @param at when it was created, in ms since 1970
 */
export function afterOrder(before: PbxState | undefined, order: Fields, at: number): PbxState | undefined {
  const lines = order.serviceList as Fields[];
  const planLine = lines.find(({ serviceType }) => serviceType === 'plan');
  const services = lines.filter((line) => line !== planLine).map(activeService);
  const present = before && stateAt(before, at);
  if (order.operationType === 'purchase_plan') return purchased(planLine!, services, at);
  if (order.operationType === 'trial_plan') return tried(planLine!, services, at);
  if (present === undefined) return undefined;
  if (order.operationType === 'renew_plan') return renewed(present, termOf(planLine!));
  if (order.operationType === 'switch_plan') {
    return switched(present, idIn(planLine!), termOf(planLine!), at);
  }
  return services.reduce(withAdded, present);
}

/** What it has at a moment: a lower plan that was waiting has come when the present one has expired. */
export function stateAt(state: PbxState, at: number): PbxState {
  if (state.pending === undefined || at < state.expiresAt) return state;
  const { pending, ...rest } = state;
  const soldWith = planOf(pending.planId)?.services ?? [];
  return {
    ...rest,
    ...pending,
    // The services that are sold with the higher plan only have ended with it.
    services: state.services.filter(({ serviceId }) => soldWith.includes(serviceId)),
    expiresAt: endOf(state.expiresAt, pending.term),
  };
}

/** When a term ends that begins at a moment, in ms since 1970. */
export function endOf(from: number, { cycle, multiCycle }: Term): number {
  const start = new Date(from);
  const end = new Date(from);
  end.setUTCMonth(start.getUTCMonth() + (cycle === 'monthly' ? 1 : 12 * multiCycle));
  // The 31st of January and a month is the last day of February.
  if (end.getUTCDate() !== start.getUTCDate()) end.setUTCDate(0);
  return end.getTime();
}

function purchased(planLine: Fields, services: ActiveService[], at: number): PbxState {
  const term = termOf(planLine);
  const extensions = quantityIn(planLine);
  return {
    planId: idIn(planLine),
    ...(extensions !== undefined && { extensions }),
    services: [...new Map(services.map((service) => [service.serviceId, service])).values()],
    term,
    yearsBought: term.multiCycle,
    expiresAt: endOf(at, term),
    isTrial: false,
    autoRenew: false,
  };
}

function tried(planLine: Fields, services: ActiveService[], at: number): PbxState {
  return {
    planId: idIn(planLine),
    services,
    term: { cycle: 'annually', multiCycle: 0 },
    yearsBought: 0,
    expiresAt: at + TRIAL_MS,
    isTrial: true,
    autoRenew: false,
  };
}

function renewed(present: PbxState, term: Term): PbxState {
  return {
    ...present,
    term,
    yearsBought: present.yearsBought + term.multiCycle,
    expiresAt: endOf(present.expiresAt, term),
  };
}

/** Up at once, down when the running plan expires (vendor's portal topic on switching the plan). */
function switched(present: PbxState, planId: string, term: Term, at: number): PbxState {
  if (!isHigher(planId, present.planId)) return { ...present, pending: { planId, term } };
  const { cycle, multiCycle } = present.term;
  const isSameTerm = term.cycle === cycle && term.multiCycle === multiCycle;
  return { ...present, planId, term, expiresAt: isSameTerm ? present.expiresAt : endOf(at, term) };
}

function withAdded(state: PbxState, added: ActiveService): PbxState {
  const { serviceId, quantity = 0 } = added;
  if (serviceOf(serviceId)?.expands === 'extensions') {
    return { ...state, extensions: (state.extensions ?? 0) + quantity };
  }
  const there = state.services.find((service) => service.serviceId === serviceId);
  if (there === undefined) return { ...state, services: [...state.services, added] };
  const more = { ...there, quantity: (there.quantity ?? 0) + quantity };
  return { ...state, services: state.services.map((service) => (service === there ? more : service)) };
}

function activeService(line: Fields): ActiveService {
  const quantity = quantityIn(line);
  return { serviceId: idIn(line), ...(quantity !== undefined && { quantity }) };
}

function termOf({ billingCycle, multiCycle }: Fields): Term {
  return {
    cycle: billingCycle === 'monthly' ? 'monthly' : 'annually',
    multiCycle: Number(digitsOf(multiCycle)),
  };
}

function idIn({ serviceId }: Fields): string {
  return digitsOf(serviceId)!;
}

function quantityIn({ quantity }: Fields): number | undefined {
  const digits = digitsOf(quantity);
  return digits === undefined ? undefined : Number(digits);
}
