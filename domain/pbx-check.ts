import type { OperationRule } from './operations';
import type { ComparedFact } from './decision';
import { isSameOffering, type ActiveService, type Offering, type PbxState } from './pbx-state';
import { compareStates, listed, offeringInWords } from './pbx-in-words';
import { operationOf, type PurchaseRequest } from './request';

/** Something that stands in an order's way: where, what would be right, what came. */
export interface PbxProblem {
  field: string;
  expected: string;
  received: string;
}

/** What is known of a PBX before its order. */
export interface KnownPbx {
  vendor: PbxState;
  /** Undefined where our ledger has no order of it. */
  ledger?: PbxState | undefined;
  request: PbxState;
  /** What would be ordered, by the vendor's ids and names. */
  order: { plan: Offering; services: ActiveService[] };
  /** False when the vendor says that the plan cannot be renewed. */
  canRenew?: boolean | undefined;
  /** Orders of the PBX that the vendor shows as not ended. */
  pendingOrders: readonly string[];
  /** The latest renewal by our ledger. */
  lastRenewal?: { requestId: string; orderedAt: string; years: number } | undefined;
}

/** What comes of the comparison: problems refuse the order, doubts are for a person to decide. */
export interface PbxVerdict {
  problems: PbxProblem[];
  /** Sentences, the weightiest first. */
  doubts: string[];
  compared: ComparedFact[];
}

/** A renewal so long before the end of a term that was bought here is none for the next term, in ms. */
const EARLY_MS = 60 * 24 * 60 * 60_000;
const YEAR_MS = 365 * 24 * 60 * 60_000;

/** The plans in which a switch goes up (vendor page "Switch Subscription Plan"); others are not known. */
const RANKS = ['standard', 'enterprise', 'ultimate'];

/**
 * Compares what a PBX has with what an order of it takes for granted. What the vendor shows and the request contradicts is a
 * problem; what only the request says, or what sources tell in different ways, is a doubt.
 *
 * @param now in ms since 1970
 */
export function checkPbx(
  request: PurchaseRequest,
  rule: OperationRule,
  known: KnownPbx,
  now: number,
): PbxVerdict {
  const { vendor, ledger } = known;
  const compared = compareStates({ vendor, 'our ledger': ledger, 'the request': known.request });
  const problems = problemsOf(request, rule, known);
  return {
    problems,
    doubts: [...plainDoubts(request, rule, known, now), ...disagreements(request, known)],
    compared,
  };
}

function problemsOf(request: PurchaseRequest, rule: OperationRule, known: KnownPbx): PbxProblem[] {
  switch (operationOf(request)) {
    case 'renew':
      return renewalProblems(request, known);
    case 'switch-plan':
      return switchProblems(known, rule);
    case 'expand':
      return planProblems(known);
    case 'add-service':
      return [...planProblems(known), ...addedProblems(known)];
    default:
      return [];
  }
}

function renewalProblems({ extensions, billingCycle }: PurchaseRequest, known: KnownPbx): PbxProblem[] {
  const { vendor, canRenew } = known;
  const cycle = vendor.billingCycle;
  return [
    ...(vendor.isTrial === true
      ? [
          problem(
            'license.serialNumber',
            'a PBX with a plan; this one is in trial: order a purchase for it',
            'a trial',
          ),
        ]
      : []),
    ...(canRenew === false && vendor.isTrial !== true
      ? [
          problem(
            'plan',
            'a plan that the vendor renews for this PBX: it renews none of this id',
            offeringInWords(known.request.plan),
          ),
        ]
      : []),
    ...planProblems(known),
    ...(vendor.extensions !== undefined && extensions !== undefined && vendor.extensions !== extensions
      ? [problem('extensions', `the present number of extensions, ${vendor.extensions}`, `${extensions}`)]
      : []),
    ...(cycle !== undefined && cycle !== (billingCycle ?? 'annually')
      ? [
          problem(
            'billingCycle',
            `the cycle that runs, ${cycle}: a renewal cannot change it`,
            billingCycle ?? 'annually',
          ),
        ]
      : []),
    ...serviceProblems(vendor.services, known.request.services),
  ];
}

/** A renewal takes the plan and all of its services together. */
function serviceProblems(active: ActiveService[] | undefined, asked: ActiveService[] = []): PbxProblem[] {
  if (active === undefined) return [];
  const left = active.filter((service) => !asked.some((other) => isSameOffering(service, other) !== false));
  const strange = asked.filter(
    (service) => !active.some((other) => isSameOffering(service, other) !== false),
  );
  const differing = asked.flatMap((service) => {
    const there = active.find((other) => isSameOffering(service, other) === true);
    const differs = there?.quantity !== undefined && there.quantity !== (service.quantity ?? 1);
    return differs ? [{ service, quantity: there.quantity! }] : [];
  });
  return [
    ...left.map((service) =>
      problem(
        'services',
        `${offeringInWords(service)} too: it is active, and is renewed with the plan`,
        'no such service',
      ),
    ),
    ...strange.map((service) =>
      problem('services', `only services that are active; ${listed(active)}`, offeringInWords(service)),
    ),
    ...differing.map(({ service, quantity }) =>
      problem(
        'services',
        `the present quantity of ${offeringInWords(service)}, ${quantity}`,
        `${service.quantity ?? 1}`,
      ),
    ),
  ];
}

function switchProblems(
  { vendor, request: asked, ledger, order }: KnownPbx,
  { product }: OperationRule,
): PbxProblem[] {
  const target = order.plan;
  const isThere = vendor.plan !== undefined && isSameOffering(vendor.plan, target) === true;
  const years = vendor.years ?? ledger?.years;
  // Of the Appliance Edition no such rule is documented.
  const keeps = product === 'software' && isUpgrade(vendor.plan ?? ledger?.plan, target) !== false;
  return [
    ...(vendor.isTrial === true
      ? [
          problem(
            'license.serialNumber',
            'a PBX with a plan; this one is in trial: order a purchase for it',
            'a trial',
          ),
        ]
      : []),
    ...(isThere ? [problem('plan', 'another plan than the present one', offeringInWords(vendor.plan))] : []),
    ...(keeps && vendor.years !== undefined && asked.years !== undefined && years !== asked.years
      ? [problem('years', `the running term, ${years}: a switch to a higher plan keeps it`, `${asked.years}`)]
      : []),
  ];
}

function planProblems({ vendor, request }: KnownPbx): PbxProblem[] {
  if (vendor.plan === undefined || request.plan === undefined) return [];
  if (isSameOffering(vendor.plan, request.plan) !== false) return [];
  return [
    problem('plan', `the present plan, ${offeringInWords(vendor.plan)}`, offeringInWords(request.plan)),
  ];
}

/** A service that is there already would be paid for twice. */
function addedProblems({ vendor, order }: KnownPbx): PbxProblem[] {
  const there = order.services.filter((service) =>
    (vendor.services ?? []).some((other) => isSameOffering(service, other) === true),
  );
  return there.map((service) =>
    problem('services', 'services that are not there yet', offeringInWords(service)),
  );
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

/** Undefined where the plans are not known by name. */
function isUpgrade(from: Offering | undefined, to: Offering): boolean | undefined {
  const [one, other] = [from, to].map((plan) =>
    RANKS.findIndex((rank) => plan?.name?.toLowerCase().startsWith(rank)),
  );
  return one === -1 || other === -1 || one === undefined || other === undefined ? undefined : other > one;
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
  const { vendor, ledger, request: asked } = known;
  // A person confirms it anyway, with the sources side by side.
  if (operationOf(request) === 'switch-plan') return [];
  const sources = [vendor, ledger].filter((state) => state !== undefined);
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

function problem(field: string, expected: string, received: string): PbxProblem {
  return { field, expected, received };
}
