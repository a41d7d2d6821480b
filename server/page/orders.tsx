import { dealPage, purchasePage } from '../../domain/page-address';
import type { VNode } from 'preact';
import type { PurchaseRecord } from '../../client/overview-client';
import { PURCHASE_STATES } from '../../domain/status';
import { orderInWords } from '../../domain/request-in-words';
import { At, Id, Mark, Said } from './parts';
import { PURCHASE_WORDS, type Clock } from './words';

/** What the table shows, as its address says it. */
export interface OrdersFilter {
  q?: string | undefined;
  status?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

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
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
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
        <Table purchases={purchases} clock={clock} />
      )}
      {next !== undefined && (
        <p>
          <a class="button" href={`/orders?${queryOf({ ...filter, after: next })}`}>
            Older ones
          </a>
        </p>
      )}
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
        From
        <input name="from" type="date" value={filter.from} />
      </label>
      <label>
        To
        <input name="to" type="date" value={filter.to} />
      </label>
      <button type="submit">Show</button>
    </form>
  );
}

function Table({ purchases, clock }: { purchases: readonly PurchaseRecord[]; clock: Clock }): VNode {
  return (
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Status</th>
            <th scope="col">Order</th>
            <th scope="col">Accepted</th>
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

function queryOf(values: Readonly<Record<string, string | undefined>>): string {
  const told = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(told).toString();
}
