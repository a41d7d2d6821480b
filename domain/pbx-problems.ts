import type { KnownPbx } from './known-pbx';
import type { OperationRule } from './operations';
import { listed, offeringInWords } from './pbx-in-words';
import { isSameOffering, isUpgrade, type ActiveService } from './pbx-state';
import { operationOf, type PurchaseRequest } from './request';
import type { RequestProblem } from './request-problem';

/** What the vendor shows of a PBX and its order contradicts: the order would be wrong, and is refused. */
export function pbxProblems(
  request: PurchaseRequest,
  rule: OperationRule,
  known: KnownPbx,
): RequestProblem[] {
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

function renewalProblems(
  { extensions, billingCycle = 'annually' }: PurchaseRequest,
  known: KnownPbx,
): RequestProblem[] {
  const { vendor, canRenew, request } = known;
  const cycle = vendor.billingCycle ?? billingCycle;
  const has = vendor.extensions ?? extensions;
  return [
    ...trialProblems(known),
    ...unless(canRenew !== false || vendor.isTrial === true, {
      field: 'plan',
      expected: 'a plan that the vendor renews for this PBX: it renews none of this id',
      received: offeringInWords(request.plan),
    }),
    ...planProblems(known),
    ...unless(extensions === has, {
      field: 'extensions',
      expected: `the present number of extensions, ${has}`,
      received: `${extensions}`,
    }),
    ...unless(cycle === billingCycle, {
      field: 'billingCycle',
      expected: `the cycle that runs, ${cycle}: a renewal cannot change it`,
      received: billingCycle,
    }),
    ...serviceProblems(vendor.services, request.services),
  ];
}

function trialProblems({ vendor }: KnownPbx): RequestProblem[] {
  return unless(vendor.isTrial !== true, {
    field: 'license.serialNumber',
    expected: 'a PBX with a plan; this one is in trial: order a purchase for it',
    received: 'a trial',
  });
}

/** A renewal takes the plan and all of its services together. */
function serviceProblems(active: ActiveService[] | undefined, asked: ActiveService[] = []): RequestProblem[] {
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

function switchProblems(known: KnownPbx, { product }: OperationRule): RequestProblem[] {
  const { vendor, request, ledger, order } = known;
  const isPresent = vendor.plan !== undefined && isSameOffering(vendor.plan, order.plan) === true;
  // Of the Appliance Edition no such rule is documented.
  const keepsTerm = product === 'software' && isUpgrade(vendor.plan ?? ledger?.plan, order.plan) !== false;
  const running = vendor.years ?? request.years;
  return [
    ...trialProblems(known),
    ...unless(!isPresent, {
      field: 'plan',
      expected: 'another plan than the present one',
      received: offeringInWords(vendor.plan),
    }),
    ...unless(!keepsTerm || running === request.years, {
      field: 'years',
      expected: `the running term, ${running}: a switch to a higher plan keeps it`,
      received: `${request.years}`,
    }),
  ];
}

function planProblems({ vendor, request }: KnownPbx): RequestProblem[] {
  if (vendor.plan === undefined || request.plan === undefined) return [];
  if (isSameOffering(vendor.plan, request.plan) !== false) return [];
  return [
    problem('plan', `the present plan, ${offeringInWords(vendor.plan)}`, offeringInWords(request.plan)),
  ];
}

/** A service that is there already would be paid for twice. */
function addedProblems({ vendor, order }: KnownPbx): RequestProblem[] {
  const there = order.services.filter((service) =>
    (vendor.services ?? []).some((other) => isSameOffering(service, other) === true),
  );
  return there.map((service) =>
    problem('services', 'services that are not there yet', offeringInWords(service)),
  );
}

function unless(holds: boolean, problem: RequestProblem): RequestProblem[] {
  return holds ? [] : [problem];
}

function problem(field: string, expected: string, received: string): RequestProblem {
  return { field, expected, received };
}
