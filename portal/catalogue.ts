import { cleaned } from './cleaning';
import { isRecord, shortTextOf, textOf } from './envelope';
import { PortalError } from './portal-error';
import { present } from '../domain/optional';

export interface Plan {
  planId: string;
  /** Its id where the vendor gives no name. */
  name: string;
  /** `purchase` or `trial` where the vendor says it. */
  purchaseType?: string;
  /** What else the vendor says of it, such as a price: see `aboutOf`. */
  about?: Record<string, string>;
}

export interface Service {
  serviceId: string;
  /** Its id where the vendor gives no name. */
  name: string;
  purchaseType?: string;
  /** The plan it is sold with, where it stands under one or names one. */
  planId?: string;
  about?: Record<string, string>;
}

export interface Catalogue {
  plans: Plan[];
  services: Service[];
}

/** Keys in the order of trust; the vendor documents `planId`, `serviceId` and `purchaseType`, and no more. */
const PLAN_IDS = ['planId', 'pricingPlanId'];
const SERVICE_IDS = ['serviceId', 'pricingServiceId'];
const PLAN_NAMES = ['planName', 'name', 'displayName', 'title', 'label', 'productName'];
const SERVICE_NAMES = ['serviceName', 'name', 'displayName', 'title', 'label', 'productName'];
const CONNECTED_PLAN = ['connectionPlanId', ...PLAN_IDS];
const TOLD = new Set([...CONNECTED_PLAN, ...SERVICE_IDS, ...PLAN_NAMES, ...SERVICE_NAMES, 'purchaseType']);
const NAME = /^[A-Za-z_]\w{0,39}$/;
const MAX_ABOUT = 20;
const MAX_DEPTH = 12;
const MAX_OBJECTS = 50_000;
const MAX_KEYS_SHOWN = 30;

type Entry = Record<string, unknown>;

/** What the objects above tell of those below. */
interface Above {
  planId?: string;
  purchaseType?: string;
}

/**
 * Reads `purchase_product_info` (vendor page "Query Available Subscription / Trial Plans and Services for a Product"),
 * whose shape is only partly documented: plans and services are taken wherever in `result` they stand, side by side or
 * nested. Those for trial are there too, marked by their purchase type.
 *
 * @param secrets texts that must not stand in the error
 * @throws PortalError PortalCatalogueNotUnderstood with the keys seen, when there is no plan in it
 */
export function readCatalogue(result: unknown, secrets: readonly string[] = []): Catalogue {
  const found = new Findings(secrets);
  found.walk(result, {}, 0);
  if (found.plans.length === 0) throw notUnderstood(found.keys, secrets);
  return {
    plans: merged(found.plans, (plan) => plan.planId),
    services: merged(found.services, (service) => service.serviceId),
  };
}

class Findings {
  readonly plans: Plan[] = [];
  readonly services: Service[] = [];
  readonly keys = new Set<string>();
  private objects = 0;

  constructor(private readonly secrets: readonly string[]) {}

  walk(value: unknown, above: Above, depth: number): void {
    if (depth > MAX_DEPTH || this.objects > MAX_OBJECTS) return;
    if (Array.isArray(value)) value.forEach((entry) => this.walk(entry, above, depth + 1));
    if (!isRecord(value)) return;
    this.objects += 1;
    Object.keys(value).forEach((key) => this.keys.add(key));
    const below = this.take(value, above);
    Object.values(value).forEach((entry) => this.walk(entry, below, depth + 1));
  }

  private take(entry: Entry, above: Above): Above {
    // Services of a trial plan are for trial; where they do not say so themselves, what is above them does.
    const purchaseType = textOf(entry.purchaseType)?.toLowerCase() ?? above.purchaseType;
    const typed = purchaseType === undefined ? {} : { purchaseType };
    const serviceId = firstText(entry, SERVICE_IDS);
    if (serviceId !== undefined) {
      const planId = firstText(entry, CONNECTED_PLAN) ?? above.planId;
      const name = firstText(entry, SERVICE_NAMES) ?? serviceId;
      this.services.push({
        serviceId,
        name,
        ...typed,
        ...present({ planId }),
        ...this.aboutOf(entry),
      });
      return { ...above, ...typed };
    }
    const planId = firstText(entry, PLAN_IDS);
    if (planId === undefined) return { ...above, ...typed };
    this.plans.push({
      planId,
      name: firstText(entry, PLAN_NAMES) ?? planId,
      ...typed,
      ...this.aboutOf(entry),
    });
    return { planId, ...typed };
  }

  /** Short texts, numbers and flags of an offer, under the vendor's names, for a person who has to tell two apart. */
  private aboutOf(entry: Entry): { about?: Record<string, string> } {
    const said = Object.entries(entry).flatMap(([key, value]): [string, string][] => {
      const text = typeof value === 'boolean' ? String(value) : shortTextOf(value);
      const isShown = text !== undefined && NAME.test(key) && !TOLD.has(key);
      return isShown ? [[key, cleaned(text, this.secrets)]] : [];
    });
    return said.length === 0 ? {} : { about: Object.fromEntries(said.slice(0, MAX_ABOUT)) };
  }
}

/**
 * Each entry once. The same id may be met again with less said of it (a mention of the current plan, a flat list
 * beside the nested one): such an entry adds nothing to one that says more, but a name where that had none.
 */
function merged<E extends { name: string; purchaseType?: string; planId?: string }>(
  entries: readonly E[],
  idOf: (entry: E) => string,
): E[] {
  const isNamed = (entry: E) => entry.name !== idOf(entry);
  const names = new Map(entries.filter(isNamed).map((entry) => [idOf(entry), entry.name]));
  // A bare id ("currentPlan": {"planId": …}) is no offer where the same id stands with more: of a plan that is for
  // trial only it would make one that is sold.
  const isBare = (entry: E) =>
    !isNamed(entry) &&
    entry.purchaseType === undefined &&
    (entry.planId === undefined || entry.planId === idOf(entry));
  const saysMore = new Set(entries.filter((entry) => !isBare(entry)).map(idOf));
  const byId = new Map<string, E[]>();
  for (const entry of entries.filter((one) => !isBare(one) || !saysMore.has(idOf(one)))) {
    const named = isNamed(entry) ? entry : { ...entry, name: names.get(idOf(entry)) ?? entry.name };
    const ofId = byId.get(idOf(entry)) ?? [];
    ofId.push(named);
    byId.set(idOf(entry), ofId);
  }
  return [...byId.values()].flatMap(eachThatSaysMost);
}

type Said = Pick<Service, 'planId' | 'purchaseType'>;

/** Entries of one id, without those that say no more than another. */
function eachThatSaysMost<E extends Said>(entries: readonly E[]): E[] {
  const distinct = new Map<string, E>();
  for (const entry of entries) if (!distinct.has(keyOf(entry))) distinct.set(keyOf(entry), entry);
  const saidByOthers = new Set([...distinct.values()].flatMap((entry) => lessThan(entry).map(keyOf)));
  return [...distinct].filter(([key]) => !saidByOthers.has(key)).map(([, entry]) => entry);
}

function keyOf({ planId, purchaseType }: Said): string {
  return JSON.stringify([planId, purchaseType]);
}

/** All that says part of what an entry does. What is for trial does not stand for what is sold. */
function lessThan({ planId, purchaseType }: Said): Said[] {
  const typed = purchaseType === undefined ? {} : { purchaseType };
  const ofPlan = planId === undefined ? {} : { planId };
  const parts: Said[] = purchaseType === 'trial' ? [typed] : [typed, ofPlan, {}];
  return parts.filter((part) => keyOf(part) !== keyOf({ ...typed, ...ofPlan }));
}

function notUnderstood(keys: ReadonlySet<string>, secrets: readonly string[]): PortalError {
  // A key that is no name may be a value: some lists are written as maps.
  const names = [...keys].map((key) => (NAME.test(key) ? cleaned(key, secrets) : '…'));
  const shown = [...new Set(names)].slice(0, MAX_KEYS_SHOWN).join(', ') || 'none';
  return new PortalError(
    'PortalCatalogueNotUnderstood',
    "The Partner Portal's list of plans and services holds no plan that can be recognised. Expected entries with " +
      `${PLAN_IDS.join(' or ')}; the keys seen are: ${shown}. Report this to whoever maintains Wonce.`,
  );
}

/** The text under the most trusted key that has one. */
function firstText(entry: Entry, keys: readonly string[]): string | undefined {
  return keys.map((key) => textOf(entry[key])).find((text) => text !== undefined);
}
