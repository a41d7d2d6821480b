import { sql, type Kysely } from 'kysely';
import type { ComparedBooks, Difference, KeptDifference } from '../domain/books';
import { countsOf } from '../domain/books';
import type { PurchaseState } from '../domain/status';
import { storable } from './columns';
import type { Run } from './errors';
import { inParts } from './in-parts';
import { readRows } from './personal-values';
import { attemptRecord, type AttemptJson, type AttemptRecord } from './purchase-record';
import type { LedgerTables } from './schema';

/** An order that was made here, to be compared with what the vendor shows of it. */
export interface OrderHere {
  requestId: string;
  orderNo: string;
  /** Character for character as it was sent. */
  body: string;
  startedAt: Date;
  /** How its purchase stands. */
  status: PurchaseState;
  /** The vendor's last word for the order, as its run has read it. */
  orderStatus?: string;
}

/** Which orders of ours are compared. */
export interface OrdersCompared {
  /** Those whose attempt began at this moment or later. */
  since: Date;
  /** Those that were known to be made before this moment. */
  knownBefore: Date;
}

/** A request that a reference may be of. */
export interface RequestOfReference {
  requestId: string;
  status: PurchaseState;
  /** Of its order, where one was made. */
  orderNo?: string;
  /** What was sent, where anything was: of several attempts the latest. */
  body?: string;
}

/** What a comparison has found, and what it says nothing of. */
export interface Found {
  differences: readonly Difference[];
  /** Of the differences that were kept before, those that were not seen again. */
  gone: readonly Difference[];
}

/** What a comparison came to, but for what only the ledger knows: what of it is new. */
export type Comparison = Omit<ComparedBooks, 'differences' | 'news'>;

const AT_ONCE = 200;

/** No payload grows with the account. */
const MOST_NEWS = 20;

/**
 * The ledger's part about the books compared: what differs from the vendor's orders, since when, and what is new in it. It
 * is no part of the record.
 */
export class BookLedger {
  /** @param run turns the database's failures into the ledger's own */
  constructor(
    private readonly db: Kysely<LedgerTables>,
    private readonly run: Run,
  ) {}

  /** When the first request was written down; undefined before. */
  async firstRequestAt(): Promise<Date | undefined> {
    const query = this.db.selectFrom('purchases').select('created_at').orderBy('created_at').limit(1);
    return (await this.run(() => query.executeTakeFirst()))?.created_at;
  }

  async countOfOrders(which: OrdersCompared): Promise<number> {
    const query = this.ordersMade(which).select((is) => is.fn.countAll().as('count'));
    return Number((await this.run(() => query.executeTakeFirst()))?.count ?? 0);
  }

  /** The orders that were made here, by the time of their attempts, a page at a time. */
  async *orders(which: OrdersCompared): AsyncGenerator<OrderHere[], void, undefined> {
    let last: OrderHere | undefined;
    do {
      const page = await this.ordersAfter(which, last);
      yield page;
      last = page.length < AT_ONCE ? undefined : page.at(-1);
    } while (last !== undefined);
  }

  /** Requests that gave one of these references, or whose orders were sent with one. */
  async requestsOf(references: readonly string[]): Promise<Map<string, RequestOfReference[]>> {
    const found = new Map<string, RequestOfReference[]>();
    for (const some of inParts(references)) {
      const query = sql<ReferenceRow>`
        select p.request_id, p.status, p.request ->> 'poNumber' as given, ${REFERENCE_SENT} as sent, a.body,
          (select m.order_no from order_attempts m
            where m.request_id = p.request_id and m.outcome = 'created') as order_no
        from purchases p left join lateral (
          select l.body from order_attempts l where l.request_id = p.request_id order by l.attempt desc limit 1) a on true
        where p.request ->> 'poNumber' = any(${some}::text[]) or ${REFERENCE_SENT} = any(${some.map((text) => JSON.stringify(text))}::text[])
        order by p.created_at`;
      const rows = await this.run(() =>
        readRows(this.db, { execute: async () => (await query.execute(this.db)).rows }),
      );
      for (const row of rows) {
        const reference = row.sent === null ? row.given! : (JSON.parse(row.sent) as string);
        found.set(reference, [...(found.get(reference) ?? []), requestOf(row)]);
      }
    }
    return found;
  }

  /** Attempts of which nothing came, as far as is known, that began between two moments; the latest first. */
  async fruitlessAttempts(from: Date, to: Date): Promise<AttemptRecord[]> {
    const query = this.db
      .selectFrom('order_attempts as a')
      .select(sql<AttemptJson>`to_jsonb(a)`.as('json'))
      .where('a.outcome', '=', 'not-created')
      .where('a.started_at', '>=', from)
      .where('a.started_at', '<=', to)
      .orderBy('a.started_at', 'desc')
      .limit(AT_ONCE);
    return (await this.run(() => readRows(this.db, query))).map(({ json }) => attemptRecord(json));
  }

  /** Differences that are there, oldest finding first, but for those of orders that are known to be older. */
  async differences(since: Date): Promise<KeptDifference[]> {
    const query = this.db
      .selectFrom('book_differences')
      .select(['facts', 'found_at'])
      .where('gone_at', 'is', null)
      .where((is) => is.or([is('ordered_at', 'is', null), is('ordered_at', '>=', since)]))
      .orderBy('found_at')
      .orderBy('order_no');
    const rows = await this.run(() => query.execute());
    return rows.map(({ facts, found_at }) => ({ ...facts, foundAt: found_at.toISOString() }));
  }

  /** A comparison that was written down; undefined when there is none of that id. */
  async comparison(id: string): Promise<ComparedBooks | undefined> {
    const query = this.db.selectFrom('book_comparisons').select('result').where('id', '=', id);
    return (await this.run(() => query.executeTakeFirst()))?.result;
  }

  /** Comparisons since a moment that found something new, latest first. */
  async withNews(since: Date): Promise<{ id: string; result: ComparedBooks }[]> {
    const query = this.db
      .selectFrom('book_comparisons')
      .select(['id', 'result'])
      .where('news', '>', 0)
      .where('compared_at', '>=', since)
      .orderBy('compared_at', 'desc')
      .limit(AT_ONCE);
    return this.run(() => query.execute());
  }

  /** Writes down what a comparison has found, in one piece. @returns it, with what is new */
  async record(id: string, comparison: Comparison, { differences, gone }: Found): Promise<ComparedBooks> {
    const now = new Date();
    return this.run(() =>
      this.db.transaction().execute(async (trx) => {
        const news: Difference[] = [];
        for (const some of inParts(differences)) news.push(...(await keep(trx, some, now)));
        for (const some of inParts(gone)) await close(trx, some, now);
        const result: ComparedBooks = {
          ...comparison,
          differences: countsOf(differences),
          news: { count: news.length, differences: news.slice(0, MOST_NEWS) },
        };
        const row = { id, compared_at: now, news: news.length, result: JSON.stringify(result) };
        await trx.insertInto('book_comparisons').values(row).execute();
        return result;
      }),
    );
  }

  private async ordersAfter(which: OrdersCompared, last: OrderHere | undefined): Promise<OrderHere[]> {
    const isLater =
      last === undefined
        ? sql<boolean>`true`
        : sql<boolean>`(a.started_at, a.request_id) > (${last.startedAt}::timestamptz, ${last.requestId}::text)`;
    const query = this.ordersMade(which)
      .select(['a.request_id', 'a.order_no', 'a.body', 'a.started_at', 'p.status', 'p.order_status'])
      .where(isLater)
      .orderBy('a.started_at')
      .orderBy('a.request_id')
      .limit(AT_ONCE);
    const rows = await this.run(() => readRows(this.db, query));
    return rows.map(({ request_id, order_no, body, started_at, status, order_status }) => ({
      ...{ requestId: request_id, orderNo: order_no!, body, startedAt: started_at, status },
      ...(order_status !== null && { orderStatus: order_status }),
    }));
  }

  private ordersMade({ since, knownBefore }: OrdersCompared) {
    return this.db
      .selectFrom('order_attempts as a')
      .innerJoin('purchases as p', 'p.request_id', 'a.request_id')
      .where('a.outcome', '=', 'created')
      .where('a.order_no', 'is not', null)
      .where('a.ended_at', '<', knownBefore)
      .where('a.started_at', '>=', since);
  }
}

/** The `poNumber` of a body, as it is written in JSON; a body has one. */
const REFERENCE_SENT = sql`substring(a.body from '"poNumber":("(?:[^"\\\\]|\\\\.)*")')`;

interface ReferenceRow {
  request_id: string;
  status: PurchaseState;
  given: string | null;
  sent: string | null;
  body: string | null;
  order_no: string | null;
}

function requestOf({ request_id, status, body, order_no }: ReferenceRow): RequestOfReference {
  return {
    ...{ requestId: request_id, status },
    ...(order_no !== null && { orderNo: order_no }),
    ...(body !== null && { body }),
  };
}

/** @returns those that were not there before, or not so */
async function keep(
  trx: Kysely<LedgerTables>,
  differences: readonly Difference[],
  now: Date,
): Promise<Difference[]> {
  const rows = differences.map((difference) => ({
    kind: difference.kind,
    order_no: storable(difference.orderNo),
    facts: JSON.stringify(storable(difference)),
    ordered_at: difference.orderedAt === undefined ? null : new Date(difference.orderedAt),
    found_at: now,
    changed_at: now,
  }));
  const isBack = sql<boolean>`book_differences.gone_at is not null`;
  const kept = await trx
    .insertInto('book_differences')
    .values(rows)
    .onConflict((known) =>
      known.columns(['kind', 'order_no']).doUpdateSet({
        facts: sql`excluded.facts`,
        ordered_at: sql`excluded.ordered_at`,
        found_at: sql`case when ${isBack} then excluded.found_at else book_differences.found_at end`,
        changed_at: sql`case when ${isBack} or book_differences.facts <> excluded.facts
          then excluded.changed_at else book_differences.changed_at end`,
        gone_at: null,
      }),
    )
    .returning(['facts', 'changed_at'])
    .execute();
  return kept.filter(({ changed_at }) => changed_at.getTime() === now.getTime()).map(({ facts }) => facts);
}

async function close(trx: Kysely<LedgerTables>, gone: readonly Difference[], now: Date): Promise<void> {
  const keys = gone.map(({ kind, orderNo }) => sql`(${kind}::text, ${storable(orderNo)}::text)`);
  await sql`update book_differences set gone_at = ${now}
    where gone_at is null and (kind, order_no) in (${sql.join(keys)})`.execute(trx);
}
