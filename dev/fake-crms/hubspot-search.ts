import type { CrmRecord } from './records';
import type { Refused } from './fake-crm';

/** Results a page, and of a search in all. */
const MOST_RESULTS_A_PAGE = 200;
const MOST_RESULTS = 10_000;

const KNOWN = ['filterGroups', 'sorts', 'properties', 'limit', 'after', 'query'];

interface Deal {
  id: string;
  properties: CrmRecord;
}

interface Found {
  total: number;
  /** Ids of the page. */
  found: string[];
  paging?: { next: { after: string } };
}

/**
 * Searches deals, by groups of filters `EQ` and `GTE` (one of the groups has to fit), sorted by one property.
 *
 * @throws what `wrong` makes of the field that is not as documented
 */
export function foundBy(deals: readonly Deal[], body: CrmRecord, wrong: (field: string) => Refused): Found {
  const unknown = Object.keys(body).find((field) => !KNOWN.includes(field));
  if (unknown !== undefined) throw wrong(unknown);
  const [limit, first] = [Number(body.limit ?? 10), Number(body.after ?? 0)];
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_RESULTS_A_PAGE) throw wrong('limit');
  if (!Number.isInteger(first) || first < 0 || first + limit > MOST_RESULTS) throw wrong('after');
  const groups = (body.filterGroups ?? []) as { filters?: unknown[] }[];
  const tests = groups.map(({ filters = [] }) => filters.map((filter) => testOf(filter, wrong)));
  const fitting = deals.filter((deal) => tests.some((group) => group.every((fits) => fits(deal))));
  const sorted = fitting.sort(orderOf(body.sorts, wrong));
  const next = first + limit;
  return {
    total: sorted.length,
    found: sorted.slice(first, next).map(({ id }) => id),
    ...(next < sorted.length && { paging: { next: { after: String(next) } } }),
  };
}

function testOf(filter: unknown, wrong: (field: string) => Refused): (deal: Deal) => boolean {
  const { propertyName, operator, value } = filter as CrmRecord;
  if (typeof propertyName !== 'string' || typeof value !== 'string') throw wrong('filterGroups');
  switch (operator) {
    case 'EQ':
      return ({ properties }) => properties[propertyName] === value;
    case 'GTE':
      return ({ properties }) => numberOf(properties[propertyName]) >= Number(value);
    default:
      throw wrong('operator');
  }
}

/** Dates are compared in ms. */
function numberOf(value: unknown): number {
  const number = Number(value);
  return Number.isNaN(number) ? Date.parse(String(value)) : number;
}

function orderOf(sorts: unknown, wrong: (field: string) => Refused): (one: Deal, other: Deal) => number {
  const [sort = 'hs_object_id', ...others] = (sorts ?? []) as unknown[];
  const [, sign, name] = typeof sort === 'string' ? (/^(-?)(\w+)$/.exec(sort) ?? []) : [];
  if (name === undefined || others.length > 0) throw wrong('sorts');
  const direction = sign === '-' ? -1 : 1;
  return (one, other) => direction * (numberOf(one.properties[name]) - numberOf(other.properties[name]));
}
