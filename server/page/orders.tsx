import { dealPage, purchasePage } from '../../domain/page-address';
import type { VNode } from 'preact';
import type { PurchaseRecord, SortKey } from '../../client/overview-client';
import { PURCHASE_STATES } from '../../domain/status';
import { orderInWords } from '../../domain/request-in-words';
import { inAddress, nextSort, ordersAddress, sortOf, type OrdersFilter } from './orders-filter';
import { At, Id, Mark, Said } from './parts';
import { PURCHASE_WORDS, type Clock } from './words';

/** The columns of the table, by what they are sorted. */
const HEADS: readonly (readonly [by: SortKey, head: string])[] = [
  ['what', 'What'],
  ['status', 'Status'],
  ['order', 'Order'],
  ['accepted', 'Accepted'],
];

/** The orders of the table that can be chosen where its heads are not shown. */
const ORDERS: readonly (readonly [sort: string, words: string])[] = [
  ['', 'the newest first'],
  ['accepted', 'the oldest first'],
  ['status', 'by status'],
  ['what', 'by what is done, and PBX'],
  ['-order', 'by order number'],
];

/** Purchases in a table: its filters are in its address. */
export function OrdersPage({
  purchases,
  next,
  filter,
  deals = [],
  clock,
}: {
  purchases: readonly PurchaseRecord[];
  next?: string | undefined;
  filter: OrdersFilter;
  /** Deals that are named so. */
  deals?: readonly string[];
  clock: Clock;
}): VNode {
  const isFiltered = Object.keys(filter).some((name) => name !== 'sort');
  return (
    <>
      <h1>{filter.q === undefined ? 'Orders' : 'Search'}</h1>
      <Filter filter={filter} />
      {deals.length > 0 && (
        <ul class="rows">
          {deals.map((deal) => (
            <li key={deal}>
              <a href={dealPage(deal)}>
                <span class="what">Deal {deal}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
      {purchases.length === 0 ? (
        <p class="calm">
          {isFiltered
            ? 'Nothing is found. Order numbers, serial numbers, request ids and deals are searched whole; partners, e-mail addresses and plans from their beginning.'
            : 'There are no purchases yet.'}
        </p>
      ) : (
        <Table purchases={purchases} filter={filter} clock={clock} />
      )}
      <p class="answers">
        {next !== undefined && (
          <a class="button" href={ordersAddress('/orders', { ...filter, after: next })}>
            {filter.sort === undefined ? 'Older ones' : 'More'}
          </a>
        )}
        {purchases.length > 0 && (
          <a class="button" href={ordersAddress('/orders.csv', filter)} download>
            Download as CSV
          </a>
        )}
      </p>
    </>
  );
}

function Filter({ filter }: { filter: OrdersFilter }): VNode {
  return (
    <form class="filter" method="get" action="/orders">
      <label>
        Text
        <input name="q" type="search" value={filter.q} maxLength={200} />
      </label>
      <label>
        Status
        <select name="status">
          <option value="">any</option>
          {PURCHASE_STATES.map((state) => (
            <option key={state} value={state} selected={filter.status === state}>
              {PURCHASE_WORDS[state].word}
            </option>
          ))}
        </select>
      </label>
      <label>
        Accepted from
        <input name="from" type="date" value={filter.from} />
      </label>
      <label>
        To
        <input name="to" type="date" value={filter.to} />
      </label>
      <label class="beside-no-heads">
        In which order
        <select name="sort">
          {[...ORDERS, ...otherOrder(filter)].map(([sort, words]) => (
            <option key={sort} value={sort} selected={sort === (filter.sort ?? '')}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">Show</button>
    </form>
  );
}

/** What only the heads can choose stays chosen when the filter is changed. */
function otherOrder({ sort }: OrdersFilter): (readonly [string, string])[] {
  return sort === undefined || ORDERS.some(([known]) => known === sort) ? [] : [[sort, 'as it is now']];
}

/** A head that sorts the table when it is pressed; pressed again, the other way round. */
function Head({ by, head, filter }: { by: SortKey; head: string; filter: OrdersFilter }): VNode {
  const now = sortOf(filter);
  const isSorted = now.by === by;
  const sort = inAddress(nextSort(now, by));
  return (
    <th scope="col" aria-sort={isSorted ? (now.isDescending ? 'descending' : 'ascending') : undefined}>
      <a href={ordersAddress('/orders', { ...filter, sort })}>
        {head}
        <span aria-hidden="true">{isSorted ? (now.isDescending ? ' ↓' : ' ↑') : ''}</span>
      </a>
    </th>
  );
}

interface TableProps {
  purchases: readonly PurchaseRecord[];
  filter: OrdersFilter;
  clock: Clock;
}

function Table({ purchases, filter, clock }: TableProps): VNode {
  return (
    <div class="wide">
      <table>
        <thead>
          <tr>
            {HEADS.map(([by, head]) => (
              <Head key={by} by={by} head={head} filter={filter} />
            ))}
          </tr>
        </thead>
        <tbody>
          {purchases.map(({ requestId, request, status, order, createdAt }) => (
            <tr key={requestId} data-key={requestId} data-state={status}>
              <th scope="row">
                <a href={purchasePage(requestId)}>
                  <Said>{orderInWords(request)}</Said>
                </a>
              </th>
              <td data-of="status">
                <Mark {...PURCHASE_WORDS[status]} />
              </td>
              <td data-of="order">{order === undefined ? '–' : <Id>{order.orderNo}</Id>}</td>
              <td data-of="accepted">
                <At at={createdAt} clock={clock} short />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
