import { TO_BE_ORDERED, type ComparedFact } from './decision';
import { present } from './optional';
import type { ActiveService, Offering, PbxState } from './pbx-state';

const FACTS: readonly [fact: string, of: (state: PbxState) => string | undefined][] = [
  ['plan', ({ plan }) => plan && offeringInWords(plan)],
  ['extensions', ({ extensions }) => extensions?.toString()],
  ['services', ({ services }) => services && listed(services)],
  ['years', ({ years }) => years?.toString()],
  ['billing cycle', ({ billingCycle }) => billingCycle],
  ['expires on', ({ expiresOn }) => expiresOn],
  ['trial', ({ isTrial }) => (isTrial === true ? 'yes' : undefined)],
  ['auto-renewal', ({ autoRenewal }) => (autoRenewal === undefined ? undefined : autoRenewal ? 'on' : 'off')],
  ['pending plan', ({ pendingPlan }) => (pendingPlan === true ? 'yes' : pendingPlan)],
];

/** What several sources, or several moments, tell of a PBX, side by side: each fact that any of them tells. */
export function compareStates(told: Readonly<Record<string, PbxState | undefined>>): ComparedFact[] {
  const states = withNames(told);
  return FACTS.map(([fact, of]) => ({
    fact,
    told: present(
      Object.fromEntries(Object.entries(states).map(([source, state]) => [source, state && of(state)])),
    ) as Record<string, string>,
  })).filter(({ told }) => Object.keys(told).length > 0);
}

/** An order has ids alone: where another source tells the name of one, it is that. Else the same would look different. */
function withNames(states: Readonly<Record<string, PbxState | undefined>>) {
  const offerings = Object.values(states).flatMap((state) => [
    ...(state?.plan === undefined ? [] : [state.plan]),
    ...(state?.services ?? []),
  ]);
  const names = new Map(offerings.flatMap(({ id, name }) => (id && name && id !== name ? [[id, name]] : [])));
  const named = <Entry extends Offering>(entry: Entry): Entry => {
    const name = entry.id === undefined ? undefined : names.get(entry.id);
    return name === undefined || (entry.name ?? entry.id) !== entry.id ? entry : { ...entry, name };
  };
  const entries = Object.entries(states).map(([source, state]) => [
    source,
    state && {
      ...state,
      ...(state.plan && { plan: named(state.plan) }),
      ...(state.services && { services: state.services.map(named) }),
    },
  ]);
  return Object.fromEntries(entries) as Record<string, PbxState | undefined>;
}

/** `extensions: vendor 100; our ledger 120; the request 100` */
export function comparedInWords({ fact, told }: ComparedFact): string {
  const said = Object.entries(told).map(([source, value]) =>
    source === TO_BE_ORDERED ? value : `${source} ${value}`,
  );
  return `${fact}: ${said.join('; ')}`;
}

/** A plan or a service for people. */
export function offeringInWords({ name, id }: Offering = {}): string {
  return name ?? id ?? 'one that is not known';
}

/** Services for people. */
export function listed(services: readonly ActiveService[]): string {
  const each = services.map((service) =>
    service.quantity === undefined
      ? offeringInWords(service)
      : `${service.quantity} × ${offeringInWords(service)}`,
  );
  return each.length === 0 ? 'none' : each.join(', ');
}
