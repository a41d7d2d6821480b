import { invalid } from './envelope';
import type { Query } from './request-parts';
import type { FakePortalSettings } from './settings';

/** The vendor's default (vendor pages "Query Product List", "Query Order List"). */
const DEFAULT_PAGE_SIZE = 25;

/** The vendor's maximum is not documented; a client must not count on more. */
const MAX_PAGE_SIZE = 100;

type PagingSettings = Pick<FakePortalSettings, 'largestPage' | 'pagingNumbers' | 'samePageAgain'>;

/** What faults make of a page. */
export interface PageFault {
  /** A row came in front after the first page was read: later pages begin a row earlier, and the last row is not seen. */
  hasMoved: boolean;
  /** The first row of the page stands in the place of the last as well. */
  showsTwice: boolean;
  /** The numbers without the list. */
  isMissing: boolean;
}

/**
 * One page of a list, as the vendor pages. A page behind the last is empty.
 *
 * @throws Refused
 */
export function page<E>(
  entries: readonly E[],
  query: Query,
  show: (entry: E) => unknown,
  fault: PageFault,
  settings: PagingSettings,
): object {
  const { pageNo, pageSize } = pageAsked(query, settings.largestPage);
  const shift = fault.hasMoved && pageNo > 1 ? 1 : 0;
  const from = settings.samePageAgain ? 0 : (pageNo - 1) * pageSize - shift;
  const shown = entries.slice(from, Math.min(from + pageSize, entries.length - shift));
  const numbers = {
    count: entries.length,
    pageNo,
    pageSize,
    total: entries.length,
    totalPage: Math.ceil(entries.length / pageSize),
  };
  return {
    ...numbersAs(settings.pagingNumbers, numbers),
    ...(!fault.isMissing && { results: (fault.showsTwice ? withTwin(shown) : shown).map(show) }),
  };
}

function numbersAs(how: PagingSettings['pagingNumbers'], numbers: Record<string, number>): object {
  if (how === 'number') return numbers;
  if (how === 'missing') return {};
  return Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, String(value)]));
}

/** A list that the vendor's pages do not page, whole. */
export function whole<E>(entries: readonly E[], fault: PageFault): unknown {
  if (fault.isMissing) return { total: entries.length };
  return fault.showsTwice ? withTwin(entries) : entries;
}

function withTwin<E>(entries: readonly E[]): readonly E[] {
  return entries.length < 2 ? entries : [...entries.slice(0, -1), entries[0]!];
}

/** Which page is asked for. @param largest what a page has at most @throws Refused */
export function pageAsked(query: Query, largest: number | null = null): { pageNo: number; pageSize: number } {
  const pageNo = countIn(query, 'pageNo', 1);
  const pageSize = countIn(query, 'pageSize', DEFAULT_PAGE_SIZE);
  if (largest !== null) return { pageNo, pageSize: Math.min(pageSize, largest) };
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
