import { sql, type Kysely } from 'kysely';
import type { DealState } from '../domain/deal';
import type { PurchaseState } from '../domain/status';
import type { Run } from './errors';
import { readRows } from './personal-values';
import { purchaseRecord, type PurchaseRecord } from './purchase-record';
import type { LedgerTables } from './schema';

/** What was ordered on one day, by the calendar of whoever asks. */
export interface DayOfOrders {
  /** `2026-11-27` */
  day: string;
  ordered: number;
  /** Half of the day's won deals were ordered within so long after they were won, in ms. */
  wonToOrderedMs?: number;
}

/** Events that tell what the vendor has answered; there is an index of them, which wants the same words. */
export const IS_WORD_OF_VENDOR = sql<boolean>`kind in ('quoted', 'choice-asked', 'attempt-created', 'order-status',
  'pbx-checked', 'pbx-read', 'activation-code')`;

/** At most so many are shown at once; how many there are is told beside them. */
export const MOST_SHOWN = 50;

/** The ledger as a whole, for people: what waits, what is under way, what was ordered. It reads, and writes nothing. */
export class Overview {
  /** @param run turns the database's failures into the ledger's own */
  constructor(
    private readonly db: Kysely<LedgerTables>,
    private readonly run: Run,
  ) {}

  /** The number of the ledger's last link: as long as it is the same, nothing has changed. */
  async lastLink(): Promise<number> {
    const query = this.db.selectFrom('ledger_head').select('seq');
    const row = await this.run(() => query.executeTakeFirst());
    return Number(row?.seq ?? 0);
  }

  /** Purchases that stand so; whatever has waited longest comes first. */
  async purchasesIn(statuses: readonly PurchaseState[]): Promise<PurchaseRecord[]> {
    const query = this.db
      .selectFrom('purchases')
      .selectAll()
      .where('status', 'in', statuses)
      .orderBy('updated_at')
      .limit(MOST_SHOWN);
    const rows = await this.run(() => readRows(this.db, query));
    return rows.map(purchaseRecord);
  }

  /** How many purchases and deals stand in each of these statuses. */
  async counts(
    purchases: readonly PurchaseState[],
    deals: readonly DealState[],
  ): Promise<{ purchases: Map<PurchaseState, number>; deals: Map<DealState, number> }> {
    const [ofPurchases, ofDeals] = await this.run(() =>
      Promise.all([
        this.db
          .selectFrom('purchases')
          .select(['status', sql<string>`count(*)`.as('count')])
          .where('status', 'in', purchases)
          .groupBy('status')
          .execute(),
        this.db
          .selectFrom('deals')
          .select(['status', sql<string>`count(*)`.as('count')])
          .where('status', 'in', deals)
          .groupBy('status')
          .execute(),
      ]),
    );
    return {
      purchases: new Map(ofPurchases.map(({ status, count }) => [status, Number(count)])),
      deals: new Map(ofDeals.map(({ status, count }) => [status, Number(count)])),
    };
  }

  /**
   * What was ordered since a moment, by day; days without orders are left out.
   *
   * @param zone the time zone whose days are meant, `Europe/Berlin`
   */
  async orderedByDay(since: Date, zone: string): Promise<DayOfOrders[]> {
    const day = sql<string>`to_char(a.started_at at time zone ${zone}, 'YYYY-MM-DD')`;
    const wonToOrdered = sql<string | null>`percentile_cont(0.5) within group (
      order by extract(epoch from a.started_at - w.won_at) * 1000) filter (where w.won_at is not null)`;
    const query = this.db
      .selectFrom('order_attempts as a')
      .leftJoin('deal_wins as w', 'w.request_id', 'a.request_id')
      .select([day.as('day'), sql<string>`count(*)`.as('ordered'), wonToOrdered.as('won_to_ordered_ms')])
      .where('a.outcome', '=', 'created')
      .where('a.started_at', '>=', since)
      .groupBy(sql`1`)
      .orderBy(sql`1`);
    const rows = await this.run(() => query.execute());
    return rows.map(({ day: date, ordered, won_to_ordered_ms: ms }) => ({
      day: date,
      ordered: Number(ordered),
      ...(ms !== null && { wonToOrderedMs: Math.max(0, Number(ms)) }),
    }));
  }

  /** When the vendor last answered something that was written down; undefined before the first time. */
  async vendorHeardAt(): Promise<Date | undefined> {
    const query = sql<{ at: Date | null }>`
      select greatest((select max(at) from events where ${IS_WORD_OF_VENDOR}),
        (select max(read_at) from vendor_lists)) as at`;
    return (await this.run(() => query.execute(this.db))).rows[0]?.at ?? undefined;
  }

  /** When a deal of a source was told of that was not known before; undefined before the first one. */
  async lastDealAt(source: string): Promise<Date | undefined> {
    const query = this.db
      .selectFrom('deals')
      .select('created_at')
      .where('source', '=', source)
      .orderBy('created_at', 'desc')
      .limit(1);
    return (await this.run(() => query.executeTakeFirst()))?.created_at;
  }

  /** When the last order was made; undefined before the first. */
  async lastOrderAt(): Promise<Date | undefined> {
    const query = this.db
      .selectFrom('order_attempts')
      .select('started_at')
      .where('outcome', '=', 'created')
      .orderBy('started_at', 'desc')
      .limit(1);
    return (await this.run(() => query.executeTakeFirst()))?.started_at ?? undefined;
  }
}
