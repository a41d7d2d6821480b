import { present } from '../domain/optional';
import type { ActiveService, PbxState } from '../domain/pbx-state';
import type { Product } from '../domain/request';
import { createTimeMs } from './create-time';
import { firstShortText, isRecord, shortTextOf, textOf } from './envelope';
import { PortalError } from './portal-error';
import { productIdOf } from './products';
import type { Reader } from './reader';

/** What the vendor shows of a PBX. */
export interface ShownPbx {
  state: PbxState;
  /** Whether the plan can be renewed; undefined where that was not asked, or not answered. */
  canRenew?: boolean;
  /** Names of all the fields that were seen, of each look-up: what the vendor has is not documented. */
  keys: Record<string, string[]>;
}

type Entry = Record<string, unknown>;

const PLAN_IDS = ['planId', 'currentPlanId', 'pricingPlanId'];
const PLAN_NAMES = ['planName', 'currentPlanName', 'pricingPlanName', 'plan'];
const EXTENSIONS = [
  'extensions',
  'extensionNum',
  'extensionCount',
  'extensionQuantity',
  'extensionNumber',
  'quantity',
];
const EXPIRIES = [
  'expireDate',
  'expirationDate',
  'expireTime',
  'expiredTime',
  'expiryDate',
  'expiredDate',
  'planExpireDate',
  'endDate',
  'validUntil',
];
const YEARS = ['multiCycle', 'years'];
const TRIALS = ['isTrial', 'trial', 'onTrial'];
const SERVICE_IDS = ['serviceId', 'pricingServiceId'];
const SERVICE_NAMES = ['serviceName', 'name', 'displayName', 'title', 'label'];
const MAX_DEPTH = 6;
const MAX_KEYS = 200;
const NAME = /^[A-Za-z_]\w{0,39}$/;

/**
 * What the vendor shows of a PBX now: its details, whether it renews itself, and the plan's renewal. Where the present
 * plan, the number of extensions and the expiry stand is not documented (vendor pages "Get Product Details", "Query
 * Information about the Plan Available for Renewal"): they are recognised by name where they appear, and what is said in
 * two ways is not taken.
 *
 * @param planId of the plan that is to be renewed; without one its renewal is not asked after
 * @throws PortalError
 */
export async function readPbx(
  reader: Reader,
  wanted: { product: Product; serialNumber: string; planId?: string | undefined },
): Promise<ShownPbx> {
  const query = { productNo: wanted.serialNumber, productId: productIdOf(wanted.product) };
  const [details, renewsItself, renewal] = await Promise.all([
    reader.read('/product/openapi/instance_product/v1/detail', query),
    reader.read('/order/openapi/order/v1/check/existed_auto_renew', query),
    wanted.planId === undefined ? undefined : readRenewal(reader, wanted.planId, query),
  ]);
  // Of the renewal's plan that it is the one that was asked after says nothing of the PBX.
  const { plan: _, ...shownByRenewal } = stateOf(renewal?.result);
  const shown = stateOf(details);
  const autoRenewal = isRecord(renewsItself) ? flagOf(renewsItself.autoRenew) : undefined;
  return {
    state: { ...shownByRenewal, ...shown, ...present({ autoRenewal }) },
    ...present({ canRenew: renewal?.isThere }),
    keys: { detail: keysOf(details), autoRenewal: keysOf(renewsItself), renewal: keysOf(renewal?.result) },
  };
}

/** A plan that cannot be renewed is refused there. */
async function readRenewal(reader: Reader, planId: string, query: { productNo: string; productId: number }) {
  try {
    const path = `/pricing/openapi/purchase/v1/renew/plan_info/${encodeURIComponent(planId)}`;
    return { isThere: true, result: await reader.read(path, query) };
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    if (error.code !== 'PortalRejected' && error.code !== 'PortalNotFound') throw error;
    return { isThere: false, result: undefined };
  }
}

/** The values of these names that the answer has, each once; what stands among services is the services' own. */
export function stateOf(result: unknown): PbxState {
  const seen = new Seen();
  seen.walk(result, 0);
  const pending = seen.text(['currentPlan']);
  const planName = seen.text(PLAN_NAMES);
  const expiry =
    pending === undefined
      ? seen.date(EXPIRIES)
      : (seen.date(['currentPlanExpireDate']) ?? seen.date(EXPIRIES));
  // `currentPlan` is there only while a switch is pending: what else is called a plan is the one that comes.
  const plan =
    pending === undefined ? present({ id: seen.text(PLAN_IDS), name: planName }) : { name: pending };
  const cycle = seen.text(['billingCycle'])?.toLowerCase();
  const billingCycle = cycle === 'monthly' || cycle === 'annually' ? cycle : undefined;
  return present({
    ...(Object.keys(plan).length > 0 && { plan }),
    isTrial: seen.flag(TRIALS) ?? (seen.text(['purchaseType'])?.toLowerCase() === 'trial' ? true : undefined),
    extensions: seen.count(EXTENSIONS),
    services: seen.services,
    years: billingCycle === 'monthly' ? undefined : seen.count(YEARS),
    billingCycle,
    expiresOn: expiry,
    pendingPlan:
      pending === undefined ? undefined : planName !== undefined && planName !== pending ? planName : true,
  }) as PbxState;
}

class Seen {
  private readonly values = new Map<string, Set<string>>();
  services: ActiveService[] | undefined;

  walk(value: unknown, depth: number): void {
    if (depth > MAX_DEPTH) return;
    if (Array.isArray(value)) value.forEach((entry) => this.walk(entry, depth + 1));
    if (!isRecord(value)) return;
    for (const [key, entry] of Object.entries(value)) {
      const text = typeof entry === 'boolean' ? String(entry) : shortTextOf(entry);
      if (text !== undefined) this.keep(key, text);
      else if (Array.isArray(entry) && /service|add.?on/i.test(key)) this.keepServices(entry);
      else this.walk(entry, depth + 1);
    }
  }

  /** What the first of these names says that is there; undefined when it is said in two ways. */
  text(names: readonly string[]): string | undefined {
    const said = names.map((name) => this.values.get(name)).find((values) => values !== undefined);
    return said?.size === 1 ? [...said][0] : undefined;
  }

  count(names: readonly string[]): number | undefined {
    return countOf(this.text(names));
  }

  flag(names: readonly string[]): boolean | undefined {
    return flagOf(this.text(names));
  }

  date(names: readonly string[]): string | undefined {
    return dateOf(this.text(names) ?? '');
  }

  private keep(key: string, text: string): void {
    const values = this.values.get(key) ?? new Set();
    this.values.set(key, values.add(text));
  }

  private keepServices(entries: unknown[]): void {
    const found = entries.flatMap((entry) => (isRecord(entry) ? serviceOf(entry) : []));
    this.services = [...(this.services ?? []), ...found];
  }
}

function serviceOf(entry: Entry): ActiveService[] {
  const [id, name] = [firstShortText(entry, SERVICE_IDS), firstShortText(entry, SERVICE_NAMES)];
  if (id === undefined && name === undefined) return [];
  return [present({ id, name, quantity: countOf(textOf(entry.quantity)) })];
}

function countOf(text = ''): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

function flagOf(value: unknown): boolean | undefined {
  const text = typeof value === 'boolean' ? String(value) : textOf(value);
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** A day, of a date as text or of a moment in ms or s since 1970. */
function dateOf(text: string): string | undefined {
  const [day] = /^20\d\d-\d\d-\d\d/.exec(text) ?? [];
  if (day !== undefined) return Number.isNaN(Date.parse(day)) ? undefined : day;
  // As far ahead as a term can be.
  const ms = createTimeMs(text, Date.now() + 10 * 366 * 24 * 60 * 60_000);
  return ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 10);
}

/** Names that look like names, for whoever maintains Wonce. */
function keysOf(result: unknown): string[] {
  const keys = new Set<string>();
  const walk = (value: unknown, depth: number): void => {
    if (depth > MAX_DEPTH || keys.size >= MAX_KEYS) return;
    if (Array.isArray(value)) value.forEach((entry) => walk(entry, depth + 1));
    if (!isRecord(value)) return;
    for (const [key, entry] of Object.entries(value)) {
      if (NAME.test(key)) keys.add(key);
      walk(entry, depth + 1);
    }
  };
  walk(result, 0);
  return [...keys].sort();
}
