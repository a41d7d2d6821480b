import { present } from '../../domain/optional';
import type { ChosenService } from '../../domain/purchase-facts';
import { Refusal } from '../../domain/refusal';
import type { Operation, ServiceLine } from '../../domain/request';
import { checkServicesFitPlan, isNamed } from '../../domain/rules';
import type { Plan, Service } from '../../portal/catalogue';
import type { Capacity, Offer, PlanQuestion } from '../../workflows/messages/purchase';
import type { ActivityDeps } from '../dependencies';
import type { Field } from '../tell-apart';
import { pickOne } from './pick-one';

/**
 * The plan and the services of a request, by name or id, as the vendor sells them for this PBX or a new license.
 *
 * @throws Refusal PlanNotFound, PlanAmbiguous, ServiceNotFound, ServiceAmbiguous, ServiceRepeated,
 *   ServiceNeedsPlan
 */
export function fetchPlan({ portal }: ActivityDeps) {
  return async (question: PlanQuestion): Promise<Offer> => {
    const { serialNumber, product, operation = 'purchase', added = [] } = question;
    const catalogue = await portal.getCatalogue(serialNumber, product);
    const plan = pickPlan(offered(catalogue.plans, PLAN_TYPES[operation]), question.plan, operation);
    const sold = offered(catalogue.services, SERVICE_TYPES[operation]).filter((service) =>
      isSoldWith(service, plan),
    );
    const services = [
      ...question.services.map((line) => pickService(sold, line, plan)),
      ...added.map((capacity) => pickCapacity(sold, capacity, plan)),
    ];
    refuseRepeatedServices(services);
    // Again, now by the vendor's names: the request may have named plan and services by id.
    checkServicesFitPlan(
      plan.name,
      services.map((service) => service.name),
    );
    return { plan: { planId: plan.planId, name: plan.name }, services };
  };
}

/** What each operation is for, as questions say it. */
const PURPOSES: Readonly<Record<Operation, string>> = {
  purchase: 'to buy',
  renew: 'to renew',
  'switch-plan': 'to switch to',
  expand: 'to expand',
  'add-service': 'to add a service to',
  trial: 'to try',
};

function pickPlan(sold: readonly Plan[], asked: string, operation: Operation): Plan {
  return pickOne(sold, {
    asked: `plan "${asked}" ${PURPOSES[operation]}`,
    matches: (plan) => plan.planId === asked || isNamed(plan.name, asked, 'Plan'),
    fieldsOf: fieldsOfOffers(sold),
    idOf: (plan) => plan.planId,
    notFound: 'PlanNotFound',
    ambiguous: 'PlanAmbiguous',
  });
}

function pickService(services: readonly Service[], line: ServiceLine, plan: Plan): ChosenService {
  const service = pickOne(services, {
    asked: `service "${line.service}" with the plan ${plan.name}`,
    matches: (entry) => entry.serviceId === line.service || isNamed(entry.name, line.service, 'Service'),
    fieldsOf: fieldsOfOffers(services),
    idOf: (entry) => entry.serviceId,
    notFound: 'ServiceNotFound',
    ambiguous: 'ServiceAmbiguous',
    details: { service: line.service },
  });
  return {
    serviceId: service.serviceId,
    name: service.name,
    ...present({ quantity: line.quantity }),
  };
}

/** The vendor documents neither prices nor terms of its offers: whatever it says of them may tell them apart. */
function fieldsOfOffers(offers: readonly (Plan | Service)[]): (offer: Plan | Service) => Field[] {
  const names = [...new Set(offers.flatMap(({ about }) => Object.keys(about ?? {})))];
  return ({ name, purchaseType, about, ...ids }) => [
    { name: 'name', value: name, isMain: true },
    { name: 'purchase type', value: purchaseType },
    { name: 'sold with plan', value: 'serviceId' in ids ? ids.planId : undefined },
    ...names.map((key) => ({ name: key, value: about?.[key] })),
  ];
}

type Types = readonly (readonly (string | undefined)[])[];

const FOR_SALE = [undefined, 'purchase'];

/**
 * The purchase types of the entries that each operation may order (vendor page "Create an Order"): entries for trial,
 * renewal or a switch of plans are no offers for a purchase. Whether the vendor marks those for renewal and switch is not
 * documented: where it marks none, those for sale are meant. An addition names the plan that is there, however it is marked.
 */
const PLAN_TYPES: Readonly<Record<Operation, Types>> = {
  purchase: [FOR_SALE],
  renew: [['renew'], FOR_SALE],
  'switch-plan': [['switch'], FOR_SALE],
  expand: [[...FOR_SALE, 'renew']],
  'add-service': [[...FOR_SALE, 'renew']],
  trial: [['trial'], [undefined]],
};

const SERVICE_TYPES: Readonly<Record<Operation, Types>> = {
  ...PLAN_TYPES,
  expand: [FOR_SALE],
  'add-service': [FOR_SALE],
};

/** The entries of the first types of which there are any. */
function offered<Entry extends Plan | Service>(entries: readonly Entry[], types: Types): Entry[] {
  const found = types.map((some) => entries.filter(({ purchaseType }) => some.includes(purchaseType)));
  return found.find((some) => some.length > 0) ?? [];
}

/** How the vendor may call what adds capacity: its pages say "Expand Extensions or Concurrent Calls", and no name. */
const CAPACITIES: Readonly<Record<Capacity, RegExp>> = {
  extensions: /extension/i,
  'concurrent calls': /concurrent/i,
};

function pickCapacity(
  services: readonly Service[],
  { capacity, quantity }: { capacity: Capacity; quantity: number },
  plan: Plan,
): ChosenService {
  const { serviceId, name } = pickOne(services, {
    asked: `service that adds ${capacity} to the plan ${plan.name}`,
    matches: (entry) => CAPACITIES[capacity].test(entry.name),
    fieldsOf: fieldsOfOffers(services),
    idOf: (entry) => entry.serviceId,
    notFound: 'ServiceNotFound',
    ambiguous: 'ServiceAmbiguous',
    details: { capacity },
  });
  return { serviceId, name, quantity };
}

/** One service may go by several names: what was asked for twice would be paid for twice. */
function refuseRepeatedServices(services: readonly ChosenService[]): void {
  const repeated = services.find(
    ({ serviceId }, index) => services.findIndex((other) => other.serviceId === serviceId) !== index,
  );
  if (repeated === undefined) return;
  throw new Refusal(
    'ServiceRepeated',
    `The request asks for the service ${repeated.name} (${repeated.serviceId}) more than once, under different names. ` +
      'Ask for each service once, with its quantity where it has one, under a new request id.',
    { serviceId: repeated.serviceId },
  );
}

function isSoldWith(service: Service, plan: Plan): boolean {
  return service.planId === undefined || service.planId === plan.planId;
}
