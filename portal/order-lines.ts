import { firstShortText, isRecord, textOf } from './envelope';
import { present } from '../domain/optional';

/** A plan or a service of an order. */
export interface OrderLine {
  kind: 'plan' | 'service';
  /** Of the plan or the service, digit for digit. */
  id: string;
  quantity?: number;
  /** The term, where the vendor shows it and it is in years. */
  years?: number;
}

type Entry = Record<string, unknown>;

const SUMMARY = 'orderSummary';
const MAX_DEPTH = 12;
const MAX_LINES = 1_000;

/** Keys in the order of trust: Create an Order has the plan's id under `serviceId` too. */
const IDS_OF_PLANS = ['planId', 'serviceId', 'pricingPlanId', 'pricingServiceId'];
const PLAN_IDS = ['planId', 'pricingPlanId'];
const SERVICE_IDS = ['serviceId', 'pricingServiceId'];

/** What a line says besides its id. */
const TERMS = ['quantity', 'multiCycle'];

/**
 * The plan and services of an order (vendor page "Get Order Details", `orderSummary`), whose shape is not documented:
 * they are taken wherever in the summary they stand, side by side or nested, under the names of Create an Order and
 * of the catalogue.
 *
 * @returns undefined when there is none, or one that cannot be recognised: part of an order looks like another order
 */
export function readLines(details: unknown): OrderLine[] | undefined {
  const lines = together(summariesIn(details, 0).map((summary) => linesIn(summary, SUMMARY, 0, false)));
  if (lines === undefined || lines.length === 0 || lines.length > MAX_LINES) return undefined;
  return eachOnce(lines);
}

function summariesIn(value: unknown, depth: number): unknown[] {
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((entry) => summariesIn(entry, depth + 1));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    key === SUMMARY ? [entry] : summariesIn(entry, depth + 1),
  );
}

/**
 * @param name of the key under which the value stands
 * @param isInLine what stands in a line and has no id is a part of it
 * @returns undefined when something looks like a line and cannot be recognised
 */
function linesIn(value: unknown, name: string, depth: number, isInLine: boolean): OrderLine[] | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return together(value.map((entry) => linesIn(entry, name, depth + 1, isInLine)));
  if (!isRecord(value)) return [];
  const line = lineOf(value, name, isInLine);
  const isPart = isInLine || line !== undefined;
  const below = together(Object.entries(value).map(([key, entry]) => linesIn(entry, key, depth + 1, isPart)));
  if (line !== undefined) return below && [line, ...below];
  const isUnknown = 'serviceType' in value || (!isInLine && below?.length === 0 && hasTerms(value));
  return isUnknown ? undefined : below;
}

function lineOf(entry: Entry, name: string, isInLine: boolean): OrderLine | undefined {
  const kind = kindOf(entry, name);
  const id = firstShortText(entry, kind === 'plan' ? IDS_OF_PLANS : SERVICE_IDS);
  if (kind === undefined || id === undefined) return undefined;
  // In a service's line, the plan that it is sold with.
  if (kind === 'plan' && isInLine && !hasTerms(entry)) return undefined;
  const quantity = wholeNumber(entry.quantity);
  const years = yearsOf(entry);
  return { kind, id, ...present({ quantity, years }) };
}

/** By its type; without one by its list's name and its id's. A service may name the plan it is sold with. */
function kindOf(entry: Entry, name: string): OrderLine['kind'] | undefined {
  const type = textOf(entry.serviceType)?.toLowerCase();
  if (type === 'plan' || type === 'service') return type;
  if (type !== undefined) return undefined;
  const isOfPlans = /plan/i.test(name) && !/service/i.test(name);
  if (!isOfPlans && firstShortText(entry, SERVICE_IDS) !== undefined) return 'service';
  return firstShortText(entry, isOfPlans ? IDS_OF_PLANS : PLAN_IDS) === undefined ? undefined : 'plan';
}

/** `multiCycle` counts years when the cycle is one (vendor tutorial, the table); other products have months. */
function yearsOf({ billingCycle, multiCycle }: Entry): number | undefined {
  const cycle = textOf(billingCycle)?.toLowerCase() ?? 'annually';
  return cycle === 'annually' ? wholeNumber(multiCycle) || undefined : undefined;
}

/** Each line once: it may stand in a list of all and in one of its kind, or be mentioned with less said of it. */
function eachOnce(lines: readonly OrderLine[]): OrderLine[] {
  const kept: OrderLine[] = [];
  for (const line of lines) {
    const index = kept.findIndex((other) => isSame(other, line));
    if (index === -1) kept.push(line);
    else kept[index] = { ...kept[index], ...line };
  }
  return kept;
}

function isSame(one: OrderLine, other: OrderLine): boolean {
  const agrees = (key: 'quantity' | 'years') =>
    one[key] === undefined || other[key] === undefined || one[key] === other[key];
  return one.kind === other.kind && one.id === other.id && agrees('quantity') && agrees('years');
}

function hasTerms(entry: Entry): boolean {
  return TERMS.some((key) => key in entry);
}

function together(parts: readonly (OrderLine[] | undefined)[]): OrderLine[] | undefined {
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

function wholeNumber(value: unknown): number | undefined {
  const text = textOf(value) ?? '';
  return /^\d{1,15}(\.0+)?$/.test(text) ? Number(text) : undefined;
}
