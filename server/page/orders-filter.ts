import {
  NEWEST_FIRST,
  SORT_KEYS,
  type PurchaseFilter,
  type PurchaseSort,
  type SortKey,
} from '../../client/overview-client';
import { present } from '../../domain/optional';
import { PURCHASE_STATES, type PurchaseState } from '../../domain/status';
import { plainText } from '../../domain/visible-text';
import type { Clock } from './words';

/** What the table of the orders shows, as its address says it. */
export interface OrdersFilter {
  q?: string;
  status?: PurchaseState;
  /** Days, `2026-11-27`, both included. */
  from?: string;
  to?: string;
  /** `status`, or `-status` for the other way round. */
  sort?: string;
}

/** Reads an address; what makes no sense in it is left out. */
export function readFilter(fields: Readonly<Record<string, string | undefined>>, clock: Clock): OrdersFilter {
  const { q, status, from, to, sort } = fields;
  const day = (text: string | undefined) =>
    text !== undefined && DAY.test(text) && clock.startOf(text) !== undefined ? text : undefined;
  const isSort = sort !== undefined && sort !== inAddress(NEWEST_FIRST) && readSort(sort) !== undefined;
  return present({
    ...{ q, from: day(from), to: day(to), sort: isSort ? sort : undefined },
    status: PURCHASE_STATES.find((state) => state === status),
  });
}

/** What the ledger is asked for. */
export function askedOf(
  { q, status, from, to, sort }: OrdersFilter,
  clock: Clock,
): PurchaseFilter & { sort: PurchaseSort } {
  return {
    sort: sortOf({ sort }),
    ...present({
      status,
      text: q === undefined ? undefined : plainText(q),
      from: from === undefined ? undefined : clock.startOf(from),
      before: to === undefined ? undefined : clock.startOf(dayAfter(to)),
    }),
  };
}

/** In which order the table is. */
export function sortOf({ sort }: { sort?: string | undefined }): PurchaseSort {
  return (sort === undefined ? undefined : readSort(sort)) ?? NEWEST_FIRST;
}

/** The order that a press on a head leads to: what is newest or highest first for numbers and times, else from A. */
export function nextSort(now: PurchaseSort, by: SortKey): PurchaseSort {
  const first = by === 'accepted' || by === 'order';
  return { by, isDescending: now.by === by ? !now.isDescending : first };
}

/** An order as the address has it. */
export function inAddress({ by, isDescending }: PurchaseSort): string {
  return isDescending ? `-${by}` : by;
}

/** The address of the table, or of a file of it. */
export function ordersAddress(path: '/orders' | '/orders.csv', filter: OrdersFilter & { after?: string }) {
  const query = new URLSearchParams(present(filter)).toString();
  return query === '' ? path : `${path}?${query}`;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function readSort(text: string): PurchaseSort | undefined {
  const by = SORT_KEYS.find((key) => key === text.replace(/^-/, ''));
  return by && { by, isDescending: text.startsWith('-') };
}

function dayAfter(day: string): string {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}
