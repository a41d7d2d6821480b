import { sameName } from '../../domain/names';
import { present } from '../../domain/optional';
import type { ChosenService } from '../../domain/purchase-facts';
import { Refusal } from '../../domain/refusal';
import type { ServiceLine } from '../../domain/request';
import { checkServicesFitPlan } from '../../domain/rules';
import type { Plan, Service } from '../../portal/catalogue';
import type { Offer, PlanQuestion } from '../../workflows/messages/purchase';
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
    const catalogue = await portal.getCatalogue(question.serialNumber);
    const plan = pickPlan(catalogue.plans, question.plan);
    const sold = catalogue.services.filter((service) => isSoldWith(service, plan));
    const services = question.services.map((line) => pickService(sold, line, plan));
    refuseRepeatedServices(services);
    // Again, now by the vendor's names: the request may have named plan and services by id.
    checkServicesFitPlan(
      plan.name,
      services.map((service) => service.name),
    );
    return { plan: { planId: plan.planId, name: plan.name }, services };
  };
}

function pickPlan(plans: readonly Plan[], asked: string): Plan {
  const sold = plans.filter(isForSale);
  return pickOne(sold, {
    asked: `plan "${asked}" to buy`,
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

/** The vendor's texts write "Ultimate" and "Ultimate Plan" for one plan; services alike. */
function isNamed(name: string, asked: string, kind: 'Plan' | 'Service'): boolean {
  return sameName(name, asked) || sameName(name, `${asked} ${kind}`) || sameName(`${name} ${kind}`, asked);
}

/** Entries for trial, renewal or a switch of plans are no offers for a purchase (vendor page "Create an Order"). */
function isForSale({ purchaseType }: Plan | Service): boolean {
  return purchaseType === undefined || purchaseType === 'purchase';
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
  return isForSale(service) && (service.planId === undefined || service.planId === plan.planId);
}
