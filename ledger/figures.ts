import { sql, type Kysely } from 'kysely';
import type { DealState } from '../domain/deal';
import type { Operation } from '../domain/request';
import { PURCHASE_STATES, type PurchaseState } from '../domain/status';
import type { Run } from './errors';
import { waits } from './notice-ledger';
import { AT_REST, WAITING } from './open-records';
import type { LedgerTables } from './schema';

/** The age of a wait by its upper end; `longer` has none. */
export const AGES = ['1h', '8h', '1d', '3d', 'longer'] as const;
export type Age = (typeof AGES)[number];

const HOUR_S = 60 * 60;
const AGE_S: Record<Exclude<Age, 'longer'>, number> = {
  '1h': HOUR_S,
  '8h': 8 * HOUR_S,
  '1d': 24 * HOUR_S,
  '3d': 72 * HOUR_S,
};

/** Which parts of the time from won to ordered are told: half of the deals, nine of ten, all. */
export const QUANTILES = [0.5, 0.9, 1] as const;

/** How many purchases of one operation stand so. */
export interface PurchaseCount {
  status: PurchaseState;
  operation: Operation;
  count: number;
}

/** What waits for a person, of one kind. */
export interface WaitFigures {
  record: 'purchase' | 'deal';
  status: PurchaseState | DealState;
  /** How many have waited so long and no longer. */
  byAge: Record<Age, number>;
  longestSeconds: number;
}

/** How much of what there is. Nothing of it names a purchase, a deal or a person. */
export interface LedgerFigures {
  /** Purchases that have not ended. */
  open: PurchaseCount[];
  /** For how long nothing has been written of the purchase of each status of which that is longest, in seconds. */
  quiet: { status: PurchaseState; seconds: number }[];
  /** Purchases that ended in the last 24 hours. */
  ended: PurchaseCount[];
  /** Deals that their runs still have something to do for. */
  deals: { status: DealState; count: number }[];
  waits: WaitFigures[];
  /** Attempts of which nobody knows whether they bought, those under way not among them, and the age of the oldest. */
  unknown: { count: number; oldestSeconds: number };
  /** Of the last 24 hours: orders made, and from won to ordered, by quantile, in seconds; absent without an order of a deal. */
  ordered: { count: number; wonToOrderedSeconds?: readonly number[] };
  sweeps: { source: string; at: Date }[];
}

/** An attempt is over after createOrder's start-to-close: without an outcome by then, its worker is gone. In seconds. */
const ATTEMPT_S = 60;

/** Counts what is in the ledger: each question goes by an index to what is open, or to the last 24 hours. */
export class Figures {
  /** @param run turns the database's failures into the ledger's own */
  constructor(
    private readonly db: Kysely<LedgerTables>,
    private readonly run: Run,
  ) {}

  /** All of them, one question after the other: whoever measures takes one connection. @throws LedgerError LedgerUnavailable */
  async read(): Promise<LedgerFigures> {
    return this.run(async () => ({
      ...(await this.openPurchases()),
      ended: await this.endedPurchases(),
      deals: await this.openDeals(),
      waits: await this.waits(),
      unknown: await this.unknownOutcomes(),
      ordered: await this.orders(),
      sweeps: await this.db.selectFrom('sweeps').select(['source', 'at']).execute(),
    }));
  }

  private async openPurchases(): Promise<Pick<LedgerFigures, 'open' | 'quiet'>> {
    const { rows } = await sql<PurchaseCount & { quiet: number }>`
      select status, ${OPERATION} as operation, count(*)::integer as count, ${ageOf(sql`min(updated_at)`)} as quiet
      from purchases where status in (${sql.join(OPEN)}) group by 1, 2`.execute(this.db);
    const quiet = new Map<PurchaseState, number>();
    for (const row of rows) quiet.set(row.status, Math.max(quiet.get(row.status) ?? 0, row.quiet));
    return {
      open: rows.map(({ status, operation, count }) => ({ status, operation, count })),
      quiet: [...quiet].map(([status, seconds]) => ({ status, seconds })),
    };
  }

  private async endedPurchases(): Promise<PurchaseCount[]> {
    const { rows } = await sql<PurchaseCount>`
      select status, ${OPERATION} as operation, count(*)::integer as count
      from purchases where status in (${sql.join(ENDED)}) and updated_at >= ${LAST_DAY} group by 1, 2`.execute(
      this.db,
    );
    return rows;
  }

  private async openDeals(): Promise<LedgerFigures['deals']> {
    const { rows } = await sql<LedgerFigures['deals'][number]>`
      select status, count(*)::integer as count from deals where status in (${sql.join([...WAITING])}) group by 1`.execute(
      this.db,
    );
    return rows;
  }

  private async waits(): Promise<WaitFigures[]> {
    const { rows } = await sql<WaitRow>`
      with waits as (${waits}), aged as (select record, status, ${ageOf(sql`since`)} as age from waits)
      select record, status, max(age) as longest, ${sql.join(
        Object.entries(AGE_S).map(
          ([age, seconds]) =>
            sql`(count(*) filter (where age < ${sql.lit(seconds)}))::integer as ${sql.id(age)}`,
        ),
      )}, count(*)::integer as longer from aged group by 1, 2`.execute(this.db);
    return rows.map(({ record, status, longest, ...below }) => ({
      ...{ record, status, longestSeconds: longest },
      byAge: byAgeOf(below),
    }));
  }

  private async unknownOutcomes(): Promise<LedgerFigures['unknown']> {
    const { rows } = await sql<{ count: number; oldest: number | null }>`
      select count(*)::integer as count, ${ageOf(sql`min(started_at)`)} as oldest from order_attempts
      where (outcome is null or outcome = 'unknown')
        and (outcome is not null or started_at < now() - ${sql.lit(ATTEMPT_S)} * interval '1 second')`.execute(
      this.db,
    );
    return { count: rows[0]?.count ?? 0, oldestSeconds: rows[0]?.oldest ?? 0 };
  }

  private async orders(): Promise<LedgerFigures['ordered']> {
    const { rows } = await sql<{ count: number; quantiles: number[] | null }>`
      select count(*)::integer as count,
        percentile_cont(${sql.raw(`array[${QUANTILES.join(', ')}]::float8[]`)}) within group (
          order by greatest(0, extract(epoch from a.started_at - w.won_at)::float8)) filter (where w.won_at is not null) as quantiles
      from order_attempts a left join deal_wins w on w.request_id = a.request_id
      where a.outcome = 'created' and a.started_at >= ${LAST_DAY}`.execute(this.db);
    const { count = 0, quantiles = null } = rows[0] ?? {};
    return { count, ...(quantiles !== null && { wonToOrderedSeconds: quantiles }) };
  }
}

interface WaitRow extends Record<Age, number> {
  record: 'purchase' | 'deal';
  status: PurchaseState | DealState;
  longest: number;
}

/** Of what has not ended there are few, however many have. */
const OPEN = PURCHASE_STATES.filter((status) => !AT_REST.some((ended) => ended === status));
const ENDED = AT_REST.filter((status) => status !== 'quoted');

const OPERATION = sql`coalesce(request ->> 'operation', 'purchase')`;
const LAST_DAY = sql`now() - interval '24 hours'`;

/** In seconds; a clock that was set back makes none of them negative. */
function ageOf(time: ReturnType<typeof sql>) {
  return sql`greatest(0, extract(epoch from now() - ${time}))::float8`;
}

/** @param below how many are younger than each age; under `longer` all */
function byAgeOf(below: Record<Age, number>): Record<Age, number> {
  const counts = AGES.map((age, place) => {
    const younger = AGES[place - 1];
    return [age, below[age] - (younger === undefined ? 0 : below[younger])] as const;
  });
  return Object.fromEntries(counts) as Record<Age, number>;
}
