import { sql, type Kysely } from 'kysely';
import { present } from '../domain/optional';
import {
  operationOf,
  productOf,
  serviceLines,
  type BillingCycle,
  type Operation,
  type Product,
  type PurchaseRequest,
  type ServiceLine,
} from '../domain/request';
import type { PurchaseState } from '../domain/status';
import { withPersonalValues } from './personal-values';
import type { LedgerTables } from './schema';

/** An order that was made, for whoever keeps the accounts; what is not known, or no matter of its operation, is absent. */
export interface OrderMade {
  /** When the attempt that made it was begun, ISO 8601, UTC: the vendor's own time is not always shown. */
  orderedAt: string;
  /** The won deal that it was made of. */
  deal?: string;
  requestId: string;
  operation: Operation;
  /** By which door the request came; of a deal, how the deal was told of. */
  askedBy?: string;
  /** Who decided something on the way to it, in the order in which they did; nobody where nobody was asked. */
  decidedBy: string[];
  orderNo: string;
  transactionNo?: string;
  /** Of the PBX; of a new license once the vendor has told it. */
  serialNumber?: string;
  product: Product;
  /** As the request names it. */
  plan: string;
  extensions?: number;
  addExtensions?: number;
  addConcurrentCalls?: number;
  services?: ServiceLine[];
  years?: number;
  billingCycle?: BillingCycle;
  /** How the purchase stands now. */
  status: PurchaseState;
}

/** Orders of some time. */
export interface Range {
  from: Date;
  /** Not included. */
  to: Date;
}

/** The last order of the page before. */
export interface OrderPlace {
  startedAt: Date;
  requestId: string;
}

/** How many orders are in memory at once. */
const AT_ONCE = 200;

/** Orders that were made in a time, oldest first, a page at a time. @returns a page, and where the next one begins, if any */
export async function ordersMadeAfter(
  db: Kysely<LedgerTables>,
  range: Range,
  after: OrderPlace | undefined,
): Promise<{ orders: OrderMade[]; next?: OrderPlace }> {
  const rows = await rowsAfter(db, range, after);
  const last = rows.at(-1);
  const next = rows.length < AT_ONCE || last === undefined ? undefined : placeOf(last);
  return { orders: rows.map(orderMade), ...present({ next }) };
}

/** How many orders were begun in a time of which nobody knows yet whether they were made. */
export async function countOfDoubtful(db: Kysely<LedgerTables>, { from, to }: Range): Promise<number> {
  const query = db
    .selectFrom('order_attempts')
    .select((is) => is.fn.countAll().as('count'))
    .where('started_at', '>=', from)
    .where('started_at', '<', to)
    .where((is) => is.or([is('outcome', 'is', null), is('outcome', '=', 'unknown')]));
  return Number((await query.executeTakeFirst())?.count ?? 0);
}

interface OrderRow {
  request_id: string;
  started_at: Date;
  order_no: string;
  request: PurchaseRequest;
  status: PurchaseState;
  transaction_no: string | null;
  product_no: string | null;
  deal: string | null;
  asked_by: string | null;
  decided_by: string[];
}

async function rowsAfter(
  db: Kysely<LedgerTables>,
  { from, to }: Range,
  after: OrderPlace | undefined,
): Promise<OrderRow[]> {
  const isLater =
    after === undefined
      ? sql`true`
      : sql`(a.started_at, a.request_id) > (${after.startedAt}::timestamptz, ${after.requestId}::text)`;
  const { rows } = await sql<OrderRow>`
    select a.request_id, a.started_at, a.order_no, p.request, p.status, p.transaction_no, p.product_no, w.deal,
      coalesce(${TELLER_OF_DEAL}, (select e.data ->> 'via' from events e where e.request_id = p.request_id and e.seq = 1))
        as asked_by,
      ${DECIDERS} as decided_by
    from order_attempts a
      join purchases p on p.request_id = a.request_id
      left join deal_wins w on w.request_id = a.request_id
      left join lateral ${WIN_EVENTS} win on true
    where a.outcome = 'created' and a.started_at >= ${from}::timestamptz and a.started_at < ${to}::timestamptz
      and ${isLater}
    order by a.started_at, a.request_id limit ${AT_ONCE}::integer`.execute(db);
  return withPersonalValues(db, rows);
}

/** The event that told of the win `w` of a deal, and the one of the win before. */
const WIN_EVENTS = sql`
  (select e.seq, coalesce((select max(b.seq) from deal_events b
      where b.deal = e.deal and b.seq < e.seq and b.data ->> 'winNumber' is not null), 0) as before
    from deal_events e where e.deal = w.deal and e.data ->> 'winNumber' = w.win_number::text
    order by e.seq limit 1)`;

/** How the win was told of: by the last notification before it. */
const TELLER_OF_DEAL = sql`
  (select e.data ->> 'by' from deal_events e
    where e.deal = w.deal and e.kind = 'notified' and e.seq < win.seq order by e.seq desc limit 1)`;

/** Who decided about the deal since the win before, then about the purchase `p`. A cancellation is for no order. */
const DECIDERS = sql`
  coalesce((select jsonb_agg(d.actor order by d.part, d.seq) from (
    select 1 as part, e.actor, e.seq from deal_events e
      where e.deal = w.deal and e.kind = 'decision' and e.seq between win.before and win.seq
    union all
    select 2, e.actor, e.seq from events e
      where e.request_id = p.request_id and e.kind = 'decision' and e.data ->> 'verb' is distinct from 'cancel'
  ) d), '[]')`;

function placeOf({ started_at, request_id }: OrderRow): OrderPlace {
  return { startedAt: started_at, requestId: request_id };
}

function orderMade(row: OrderRow): OrderMade {
  const { request } = row;
  const { license, plan, extensions, addExtensions, addConcurrentCalls, years, billingCycle } = request;
  const services = serviceLines(request);
  const serialNumber = license.kind === 'existing' ? license.serialNumber : (row.product_no ?? undefined);
  return {
    orderedAt: row.started_at.toISOString(),
    requestId: row.request_id,
    operation: operationOf(request),
    decidedBy: [...new Set(row.decided_by)],
    orderNo: row.order_no,
    product: productOf(request),
    plan,
    status: row.status,
    ...present({
      deal: row.deal ?? undefined,
      askedBy: row.asked_by ?? undefined,
      transactionNo: row.transaction_no ?? undefined,
      ...{ serialNumber, extensions, addExtensions, addConcurrentCalls, years, billingCycle },
      services: services.length > 0 ? services : undefined,
    }),
  };
}
