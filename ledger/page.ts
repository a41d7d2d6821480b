import { sql, type Kysely, type RawBuilder } from 'kysely';
import { PURCHASE_STATES, type PurchaseState } from '../domain/status';
import { readRows } from './personal-values';
import { purchaseRecord, type PurchaseRecord } from './purchase-record';
import type { LedgerTables } from './schema';
import { expectingLittle, isNamed } from './search';

/** A page of purchases; `next` asks for the one after it. */
export interface PurchasePage {
  purchases: PurchaseRecord[];
  next?: string;
}

/** Which purchases a page is of; without any of it, all. */
export interface PurchaseFilter {
  status?: PurchaseState;
  /**
   * A request id, an order or transaction number, a serial number, a deal's key or its id at the CRM; else words of the
   * request, as the partner, the e-mail address, the plan, the purchase order number, each from its beginning.
   */
  text?: string;
  /** Accepted at this moment or later. */
  from?: Date;
  /** Accepted before this moment. */
  before?: Date;
}

/** By what purchases can be sorted. */
export const SORT_KEYS = ['what', 'status', 'order', 'accepted'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** In which order purchases come. */
export interface PurchaseSort {
  by: SortKey;
  isDescending: boolean;
}

/** Which purchases, in which order, and where among them a page begins. */
export interface PurchaseQuery extends PurchaseFilter {
  sort?: PurchaseSort;
  limit?: number;
  /** The `next` of the page before. */
  after?: string;
}

export const NEWEST_FIRST: PurchaseSort = { by: 'accepted', isDescending: true };

/** What each is sorted by; what is the same there is sorted by request id. Each has an index, which wants the same words. */
const SORTED_BY: Readonly<Record<SortKey, readonly RawBuilder<unknown>[]>> = {
  // As it is said: what is done, then for which PBX, which for a new license is none yet, then the plan.
  what: [
    sql`coalesce(request ->> 'operation', '')`,
    sql`coalesce(request -> 'license' ->> 'serialNumber', '')`,
    sql`lower(coalesce(request ->> 'plan', ''))`,
  ],
  status: [sql`array_position(${sql.raw(`array['${PURCHASE_STATES.join("','")}']`)}, status)`],
  order: [sql`coalesce(order_no, '')`],
  accepted: [sql`created_at`],
};

/** Purchases in their order; without one newest first, by time of acceptance and, within the same millisecond, by request id. */
export function pageOf(db: Kysely<LedgerTables>, options: PurchaseQuery): Promise<PurchasePage> {
  return options.text === undefined
    ? readPage(db, options)
    : expectingLittle(db, (trx) => readPage(trx, options));
}

async function readPage(db: Kysely<LedgerTables>, options: PurchaseQuery): Promise<PurchasePage> {
  const { limit = 20, text } = options;
  const asked = inOrder(db, options);
  // One more tells whether there is a next page.
  const wanted = limit + 1;
  const found = text === undefined ? asked : asked.where(await isNamed(db, text, asked, wanted));
  const rows = (await readRows(db, found.limit(wanted))).map(purchaseRecord);
  const purchases = rows.slice(0, limit);
  const last = purchases.at(-1);
  return {
    purchases,
    ...(rows.length > limit && last !== undefined && { next: cursorAfter(last.createdAt, last.requestId) }),
  };
}

/** All from the beginning of the page, but for the text. */
function inOrder(db: Kysely<LedgerTables>, options: PurchaseQuery) {
  const { sort = NEWEST_FIRST } = options;
  const direction = sort.isDescending ? 'desc' : 'asc';
  let query = db.selectFrom('purchases').selectAll();
  for (const key of [...SORTED_BY[sort.by], sql`request_id`]) query = query.orderBy(key, direction);
  if (options.status !== undefined) query = query.where('status', '=', options.status);
  if (options.from !== undefined) query = query.where('created_at', '>=', options.from);
  if (options.before !== undefined) query = query.where('created_at', '<', options.before);
  if (options.after !== undefined) query = query.where(comesAfter(sort, readCursor(options.after)));
  return query;
}

/** Of the last purchase of a page its place is looked up, but for the time of acceptance, which never changes. */
function comesAfter({ by, isDescending }: PurchaseSort, { at, id }: { at: Date; id: string }) {
  const keys = SORTED_BY[by];
  const places = by === 'accepted' ? [sql`${at}::timestamptz`] : keys.map((key) => lastOf(key, id));
  const isBehind = isDescending ? sql`<` : sql`>`;
  return sql<boolean>`(${sql.join(keys)}, request_id) ${isBehind} (${sql.join(places)}, ${id}::text)`;
}

function lastOf(key: RawBuilder<unknown>, id: string): RawBuilder<unknown> {
  return sql`(select ${key} from purchases where request_id = ${id})`;
}

/** Whether a text can be the `next` of a page. */
export function isCursor(text: string): boolean {
  return /^\d{1,14}~[A-Za-z0-9._:-]{1,128}$/.test(text);
}

/** The `next` of a page that ends with this one. */
export function cursorAfter(createdAt: Date, id: string): string {
  return `${createdAt.getTime()}~${id}`;
}

/** Behind which one a page begins. */
export function readCursor(cursor: string): { at: Date; id: string } {
  const [time = '', ...id] = cursor.split('~');
  return { at: new Date(Number(time)), id: id.join('~') };
}
