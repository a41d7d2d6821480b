import { sql, type Kysely, type RawBuilder } from 'kysely';
import { isDealKey } from '../domain/deal-ids';
import { PURCHASE_STATES, type PurchaseState } from '../domain/status';
import { readRows } from './personal-values';
import { purchaseRecord, type PurchaseRecord } from './purchase-record';
import type { LedgerTables } from './schema';

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
export async function pageOf(db: Kysely<LedgerTables>, options: PurchaseQuery): Promise<PurchasePage> {
  const { sort = NEWEST_FIRST, limit = 20 } = options;
  const direction = sort.isDescending ? 'desc' : 'asc';
  let query = db
    .selectFrom('purchases')
    .selectAll()
    .limit(limit + 1);
  for (const key of [...SORTED_BY[sort.by], sql`request_id`]) query = query.orderBy(key, direction);
  if (options.status !== undefined) query = query.where('status', '=', options.status);
  if (options.from !== undefined) query = query.where('created_at', '>=', options.from);
  if (options.before !== undefined) query = query.where('created_at', '<', options.before);
  if (options.text !== undefined) query = query.where(await isAmongNamed(db, options.text));
  if (options.after !== undefined) query = query.where(comesAfter(sort, readCursor(options.after)));
  const rows = (await readRows(db, query)).map(purchaseRecord);
  const purchases = rows.slice(0, limit);
  const last = purchases.at(-1);
  return {
    purchases,
    ...(rows.length > limit && last !== undefined && { next: cursorAfter(last.createdAt, last.requestId) }),
  };
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

/** So many that are named by a text are gathered before they are sorted. */
const MOST_GATHERED = 5_000;

/**
 * Whether a purchase is among those that a text names. They are gathered before, by the indexes: asked for them together with
 * an order and a limit, Postgres walks through the whole ledger in that order, in the hope to meet some soon. Where there are
 * too many to gather, it does.
 */
async function isAmongNamed(db: Kysely<LedgerTables>, text: string): Promise<RawBuilder<boolean>> {
  const { rows } = await sql<{ request_id: string }>`
    with named as materialized (select request_id from purchases where ${isNamedBy(text)})
    select request_id from named limit ${MOST_GATHERED + 1}::integer`.execute(db);
  if (rows.length > MOST_GATHERED) return isNamedBy(text);
  return sql<boolean>`request_id = any(${rows.map((row) => row.request_id)}::text[])`;
}

/** Each of these is found by an index of its own (migrations.ts): written otherwise it would not be. */
function isNamedBy(text: string): RawBuilder<boolean> {
  const capitals = text.toUpperCase();
  const names = [
    sql<boolean>`request_id = ${text}`,
    sql<boolean>`order_no = ${text}`,
    sql<boolean>`transaction_no = ${text}`,
    sql<boolean>`product_no = ${capitals}`,
    sql<boolean>`request -> 'license' ->> 'serialNumber' = ${capitals}`,
    sql<boolean>`split_part(request_id, ':', 3) = ${text}`,
  ];
  const isPurchaseOfDeal = isDealKey(text)
    ? [sql<boolean>`request_id = any(array(select request_id from deal_wins where deal = ${text}))`]
    : [];
  const words = wordsIn(text).map(hasWord);
  const hasWords = words.length === 0 ? [] : [sql<boolean>`(${sql.join(words, sql` and `)})`];
  return sql<boolean>`(${sql.join([...names, ...isPurchaseOfDeal, ...hasWords], sql` or `)})`;
}

/** Whether a request has a word, or a personal value that is kept beside it. */
function hasWord(word: string): RawBuilder<boolean> {
  // As Postgres takes words apart, and as they stand: it knows an e-mail address only when it is whole.
  const isIn = (words: RawBuilder<unknown>) =>
    sql`(${words} @@ to_tsquery('simple', ${word}) or ${words} @@ ${word.toLowerCase()}::tsquery)`;
  const ofPersons = sql`
    select id from personal_values where record = 'purchase' and field like 'request.%' and ${isIn(PERSONAL_WORDS)}`;
  return sql<boolean>`(${isIn(REQUEST_WORDS)} or request_id = any(array(${ofPersons})))`;
}

/** The words of a request as they are indexed. */
export const REQUEST_WORDS = sql`jsonb_to_tsvector('simple', request, '["string"]')`;

/** The words of a personal value as they are indexed. */
const PERSONAL_WORDS = sql`to_tsvector('simple', value)`;

/** Words, each from its beginning, as Postgres' text search wants them; quoted, so that no sign in them has a meaning. */
function wordsIn(text: string): string[] {
  const words = text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  return words.map((word) => `'${word.replaceAll(/['\\]/g, ' ').trim()}':*`);
}
