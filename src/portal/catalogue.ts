import { isRecord, textOf } from './envelope';
import { PortalError } from './portal-error';

export interface Plan {
  planId: string;
  name: string;
  /** `purchase` or `trial` where the vendor says it. */
  purchaseType?: string;
}

export interface Service {
  serviceId: string;
  name: string;
  purchaseType?: string;
  /** The plan it is sold with, where it stands under one or names one. */
  planId?: string;
}

export interface Catalogue {
  plans: Plan[];
  services: Service[];
}

/** Keys in the order of trust; the vendor documents `planId`, `serviceId` and `purchaseType`, and no more. */
const PLAN_IDS = ['planId', 'pricingPlanId'];
const SERVICE_IDS = ['serviceId', 'pricingServiceId'];
const PLAN_NAMES = ['planName', 'name', 'displayName', 'title', 'productName'];
const SERVICE_NAMES = ['serviceName', 'name', 'displayName', 'title', 'productName'];
const CONNECTED_PLAN = ['connectionPlanId', 'planId'];
const MAX_DEPTH = 12;
const MAX_KEYS_SHOWN = 30;

/**
 * Reads `purchase_product_info` (vendor page "Query Available Subscription / Trial Plans and Services for a Product"),
 * whose shape is only partly documented: plans and services are taken wherever in `result` they stand, side by side or
 * nested.
 *
 * @throws PortalError PortalCatalogueNotUnderstood with the keys seen, when there is no plan in it
 */
export function readCatalogue(result: unknown): Catalogue {
  const plans = new Map<string, Plan>();
  const services = new Map<string, Service>();
  const keys = new Set<string>();

  const walk = (value: unknown, planAbove: string | undefined, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (Array.isArray(value)) return value.forEach((entry) => walk(entry, planAbove, depth + 1));
    if (!isRecord(value)) return;
    Object.keys(value).forEach((key) => keys.add(key));
    const service = serviceOf(value, planAbove);
    const plan = service === undefined ? planOf(value) : undefined;
    if (service !== undefined)
      services.set(`${service.serviceId} ${service.planId ?? ''} ${service.purchaseType ?? ''}`, service);
    if (plan !== undefined) plans.set(`${plan.planId} ${plan.purchaseType ?? ''}`, plan);
    const below = plan?.planId ?? planAbove;
    Object.values(value).forEach((entry) => walk(entry, below, depth + 1));
  };
  walk(result, undefined, 0);

  if (plans.size === 0) {
    const shown = [...keys].slice(0, MAX_KEYS_SHOWN).join(', ') || 'none';
    throw new PortalError(
      'PortalCatalogueNotUnderstood',
      `The Partner Portal's list of plans and services holds no plan that can be recognised. Expected entries with ${PLAN_IDS.join(' or ')}; ` +
        `the keys seen are: ${shown}. Report this to whoever maintains Wonce.`,
    );
  }
  return { plans: [...plans.values()], services: [...services.values()] };
}

function planOf(entry: Record<string, unknown>): Plan | undefined {
  const planId = firstText(entry, PLAN_IDS);
  if (planId === undefined) return undefined;
  return { planId, name: firstText(entry, PLAN_NAMES) ?? planId, ...purchaseTypeOf(entry) };
}

function serviceOf(entry: Record<string, unknown>, planAbove: string | undefined): Service | undefined {
  const serviceId = firstText(entry, SERVICE_IDS);
  if (serviceId === undefined) return undefined;
  const planId = firstText(entry, CONNECTED_PLAN) ?? planAbove;
  return {
    serviceId,
    name: firstText(entry, SERVICE_NAMES) ?? serviceId,
    ...purchaseTypeOf(entry),
    ...(planId !== undefined && { planId }),
  };
}

function purchaseTypeOf(entry: Record<string, unknown>): { purchaseType?: string } {
  const purchaseType = textOf(entry.purchaseType);
  return purchaseType === undefined ? {} : { purchaseType };
}

function firstText(entry: Record<string, unknown>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = textOf(entry[key]);
    if (text !== undefined) return text;
  }
  return undefined;
}
