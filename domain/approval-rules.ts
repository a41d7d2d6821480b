import { BY_TEMPORAL } from './author';
import { sameName } from './names';
import { present } from './optional';
import { operationOf, serviceLines, type Operation, type PurchaseRequest } from './request';
import type { PurchaseFacts } from './purchase-facts';

/**
 * When people approve an order before it is made, as deals.yaml says. Each condition that is there holds; one that is a
 * list holds when one of its entries does. A rule without conditions is about every order.
 */
export interface ApprovalRule {
  name: string;
  people: 1 | 2;
  /** After so long it is late, in ms. */
  remindAfterMs?: number;
  extensions?: { atLeast: number };
  years?: { atLeast: number };
  /** Names or ids of plans. */
  plan?: readonly string[];
  /** Names or ids of services. */
  services?: readonly string[];
  operation?: readonly Operation[];
  /** Ids, e-mail addresses or companies of the users that licenses are for. */
  partner?: readonly string[];
  /** Names of sources of deals.yaml, or doors. */
  source?: readonly string[];
}

/** Where a purchase comes from when it comes from no CRM. */
export const DOORS = ['page', 'api', 'command', 'temporal'] as const;
export type Door = (typeof DOORS)[number];

/** The door, as rules call it. */
export function doorBehind(via: string): Door {
  if (via.startsWith('page')) return 'page';
  if (via.startsWith('api ')) return 'api';
  return via === BY_TEMPORAL ? 'temporal' : 'command';
}

/** An order as far as rules are about it: each list has all the names and ids of the same. */
export interface OrderToApprove {
  operation: Operation;
  extensions?: number;
  years?: number;
  plan: readonly string[];
  services: readonly string[];
  partner: readonly string[];
  source: readonly string[];
}

/** The rules that an order falls under. */
export function rulesFor(order: OrderToApprove, rules: readonly ApprovalRule[]): ApprovalRule[] {
  return rules.filter((rule) => isAbout(rule, order));
}

function isAbout(rule: ApprovalRule, order: OrderToApprove): boolean {
  return (
    isAtLeast(rule.extensions, order.extensions) &&
    isAtLeast(rule.years, order.years) &&
    isOneOf(rule.plan, order.plan) &&
    isOneOf(rule.services, order.services) &&
    isOneOf(rule.operation, [order.operation]) &&
    isOneOf(rule.partner, order.partner) &&
    isOneOf(rule.source, order.source)
  );
}

function isAtLeast(rule: { atLeast: number } | undefined, value: number | undefined): boolean {
  return rule === undefined || (value !== undefined && value >= rule.atLeast);
}

function isOneOf(wanted: readonly string[] | undefined, there: readonly string[]): boolean {
  return wanted === undefined || wanted.some((one) => there.some((other) => sameName(one, other)));
}

/** What a request says of the order; what the lookups found is added where they were made. */
export function orderToApprove(
  request: Omit<PurchaseRequest, 'requestId'>,
  source: readonly string[],
  found?: { facts: PurchaseFacts; partner: readonly string[] },
): OrderToApprove {
  const { license, plan, extensions, addExtensions, years } = request;
  const partner = license.kind === 'new' ? license.partner : undefined;
  const counts = [extensions, addExtensions].filter((count) => count !== undefined);
  return {
    operation: operationOf(request),
    ...present({ extensions: counts.length === 0 ? undefined : Math.max(...counts), years }),
    plan: [plan, ...namesOf(found && [found.facts.plan])],
    services: [...serviceLines(request).map(({ service }) => service), ...namesOf(found?.facts.services)],
    partner: [...Object.values(partner ?? {}), ...(found?.partner ?? [])],
    source,
  };
}

function namesOf(entries: readonly { name: string; planId?: string; serviceId?: string }[] = []): string[] {
  return entries.flatMap(({ name, planId, serviceId }) =>
    [name, planId, serviceId].filter((text) => text !== undefined),
  );
}

/** `large orders (2 people)` */
export function ruleInWords({ name, people }: ApprovalRule): string {
  return `${name} (${people === 1 ? '1 person' : `${people} people`})`;
}
