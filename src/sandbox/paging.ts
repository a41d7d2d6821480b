import { invalid } from './envelope';
import type { Query } from './query';

/** The vendor's default (vendor pages "Query Product List", "Query Order List"). */
const DEFAULT_PAGE_SIZE = 25;

/** The vendor's maximum is not documented; a client must not count on more. */
const MAX_PAGE_SIZE = 100;

/**
 * One page of a list, as the vendor pages. A page behind the last is empty.
 *
 * @throws Refused
 */
export function page<E>(entries: readonly E[], query: Query, show: (entry: E) => unknown): object {
  const { pageNo, pageSize } = pageAsked(query);
  return {
    count: entries.length,
    pageNo,
    pageSize,
    total: entries.length,
    totalPage: Math.ceil(entries.length / pageSize),
    results: entries.slice((pageNo - 1) * pageSize, pageNo * pageSize).map(show),
  };
}

/** Which page is asked for. @throws Refused */
export function pageAsked(query: Query): { pageNo: number; pageSize: number } {
  const pageNo = countIn(query, 'pageNo', 1);
  const pageSize = countIn(query, 'pageSize', DEFAULT_PAGE_SIZE);
  if (pageSize > MAX_PAGE_SIZE) throw invalid(`pageSize: expected at most ${MAX_PAGE_SIZE}`);
  return { pageNo, pageSize };
}

function countIn(query: Query, name: string, fallback: number): number {
  const text = query[name];
  if (text === undefined) return fallback;
  if (typeof text !== 'string' || !/^[1-9]\d{0,8}$/.test(text)) {
    throw invalid(`${name}: expected a whole number of at least 1`);
  }
  return Number(text);
}
