import type { KnownPbx } from './known-pbx';
import type { OperationRule } from './operations';
import { offeringInWords } from './pbx-in-words';
import { isSameOffering, isUpgrade, type ActiveService, type PbxState } from './pbx-state';
import { operationOf, type PurchaseRequest } from './request';

/** A renewal so long before the end of a term that was bought here is none for the next term, in ms. */
const EARLY_MS = 60 * 24 * 60 * 60_000;
const YEAR_MS = 365 * 24 * 60 * 60_000;

/**
 * What a person decides before the order, in sentences, the weightiest first.
 *
 * @param now in ms since 1970
 */
export function pbxDoubts(
  request: PurchaseRequest,
  rule: OperationRule,
  known: KnownPbx,
  now: number,
): string[] {
  return [...plainDoubts(request, rule, known, now), ...disagreements(request, known)];
}

/** What a person has to know before, whatever the sources say. */
function plainDoubts(
  request: PurchaseRequest,
  { asks }: OperationRule,
  known: KnownPbx,
  now: number,
): string[] {
  const { vendor, pendingOrders, lastRenewal } = known;
  return [
    ...pendingOrders.map((orderNo) => `The vendor has an order of this PBX that has not ended: ${orderNo}.`),
    ...renewedAlready(request, lastRenewal, now),
    ...(vendor.autoRenewal === true
      ? ['The PBX renews itself: auto-renewal is switched on at the vendor.']
      : []),
    ...(vendor.pendingPlan === undefined ? [] : [pendingSwitch(vendor)]),
    ...(asks === 'always' ? [consequence(request, known)] : []),
  ];
}

function renewedAlready(request: PurchaseRequest, last: KnownPbx['lastRenewal'], now: number): string[] {
  if (operationOf(request) !== 'renew' || last === undefined) return [];
  const { requestId, orderedAt, years } = last;
  const isWithin = now < Date.parse(orderedAt) + years * YEAR_MS - EARLY_MS;
  return isWithin
    ? [
        `The PBX was renewed already in this term: for ${years} year(s) on ${orderedAt.slice(0, 10)}, by ${requestId}.`,
      ]
    : [];
}

function pendingSwitch({ plan, pendingPlan, expiresOn }: PbxState): string {
  const to = pendingPlan === true ? '' : ` to ${pendingPlan}`;
  const when = expiresOn === undefined ? '' : ` on ${expiresOn}`;
  return `A plan switch of the PBX is pending: from ${offeringInWords(plan)}${to}${when}.`;
}

function consequence(request: PurchaseRequest, { vendor, ledger, order }: KnownPbx): string {
  switch (operationOf(request)) {
    case 'switch-plan': {
      const isUp = isUpgrade(vendor.plan ?? ledger?.plan, order.plan);
      if (isUp === true)
        return `The switch to ${offeringInWords(order.plan)} takes effect at once, for the running term.`;
      const down = `takes effect when the running plan expires, and services that are sold with the higher plan only may end`;
      return isUp === false
        ? `The switch to ${offeringInWords(order.plan)} ${down}.`
        : `Whether ${offeringInWords(order.plan)} is a higher plan is not known: a switch up takes effect at once, one down ${down}.`;
    }
    default:
      return `What the vendor charges for an addition, and until when it runs, is not documented; the present plan is taken to be ${offeringInWords(order.plan)}.`;
  }
}

/** A fact of a PBX, and whether two sources tell the same of it; undefined when they cannot be compared. */
interface Fact {
  name: string;
  of: (state: PbxState) => unknown;
  same: (one: PbxState, other: PbxState) => boolean | undefined;
}

const FACTS: readonly Fact[] = [
  {
    name: 'plan',
    of: ({ plan }) => plan,
    same: ({ plan: one }, { plan: other }) => one && other && isSameOffering(one, other),
  },
  {
    name: 'extensions',
    of: ({ extensions }) => extensions,
    same: (one, other) => one.extensions === other.extensions,
  },
  {
    name: 'services',
    of: ({ services }) => services,
    same: (one, other) => sameServices(one.services ?? [], other.services ?? []),
  },
  { name: 'years', of: ({ years }) => years, same: (one, other) => one.years === other.years },
  {
    name: 'billing cycle',
    of: ({ billingCycle }) => billingCycle,
    same: (one, other) => one.billingCycle === other.billingCycle,
  },
];

/** Facts that an order takes for granted: of a renewal all, of an addition the plan, of a switch the term. */
function disagreements(request: PurchaseRequest, known: KnownPbx): string[] {
  const { vendor, lastOrder, ledger, request: asked } = known;
  // A person confirms it anyway, with the sources side by side.
  if (operationOf(request) === 'switch-plan') return [];
  const sources = [vendor, lastOrder, ledger].filter((state) => state !== undefined);
  const assumed = FACTS.filter(({ of }) => of(asked) !== undefined);
  const untold = assumed.filter(({ of }) => sources.every((state) => of(state) === undefined));
  const differing = assumed.filter(({ of, same }) =>
    sources.some((state) => of(state) !== undefined && same(state, asked) !== true),
  );
  return [
    ...sentence('Only the request says what the PBX has', untold),
    ...sentence('The sources differ, or cannot be compared', differing),
  ];
}

function sentence(what: string, facts: readonly Fact[]): string[] {
  return facts.length === 0 ? [] : [`${what}: ${facts.map(({ name }) => name).join(', ')}.`];
}

function sameServices(one: readonly ActiveService[], other: readonly ActiveService[]): boolean {
  const has = (list: readonly ActiveService[], service: ActiveService) =>
    list.some(
      (entry) => isSameOffering(entry, service) === true && (entry.quantity ?? 1) === (service.quantity ?? 1),
    );
  return one.length === other.length && one.every((service) => has(other, service));
}
