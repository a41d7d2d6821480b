import { sql, type Kysely } from 'kysely';
import { WAITING_DEAL_STATES, type DealState, type MissingFact } from '../domain/deal';
import type { Notice } from '../domain/notice';
import { WAITING_STATES, type PurchaseState } from '../domain/status';
import { storable } from './columns';
import type { Run } from './errors';
import { inParts } from './in-parts';
import { withPersonalValues } from './personal-values';
import type { LedgerTables } from './schema';

/** Something that waits, and that an address is to be told of. */
export interface Wait {
  record: 'purchase' | 'deal';
  /** Request id, or the deal's key. */
  id: string;
  status: PurchaseState | DealState;
  since: Date;
  /** The same for as long as the same is waited for; asked anew, it is another. */
  key: string;
  asked?: string;
  missing?: MissingFact[];
  /** It was told, and waits too long. */
  isReminder: boolean;
}

/** A notice before it is kept, with what it is about. */
export type NewNotice = Notice & { key: string };

interface WaitRow extends Omit<Wait, 'asked' | 'missing'> {
  asked: string | null;
  missing: MissingFact[] | null;
}

/** The ledger's part about notices: once per wait and address. They are no part of the record. */
export class NoticeLedger {
  /** @param run turns the database's failures into the ledger's own */
  constructor(
    private readonly db: Kysely<LedgerTables>,
    private readonly run: Run,
  ) {}

  /**
   * What waits and was not told to the address, and after it what was told to it by a moment and waits still; the longest
   * wait first. What has a deadline of its own is told again after that.
   */
  async untold(address: string, toldBy: Date, limit: number): Promise<Wait[]> {
    const query = sql<WaitRow>`
      with waits as (${waits})
      select w.record, w.id, w.status, w.asked, w.missing, w.since, w.key, n.key is not null as "isReminder" from waits w
      left join notices n on n.key = w.key and n.type = w.record || '.waiting' and n.address = ${address}
      where n.key is null or (case when w.due is null then n.found_at <= ${toldBy} else w.due <= ${new Date()} end and not exists (
        select 1 from notices r where r.key = w.key and r.type = w.record || '.waits-too-long' and r.address = ${address}))
      order by n.key is not null, w.since, w.key limit ${limit}`;
    const rows = await this.run(async () => withPersonalValues(this.db, (await query.execute(this.db)).rows));
    return rows.map(({ asked, missing, ...wait }) => ({
      ...wait,
      ...(asked !== null && { asked }),
      ...(missing !== null && { missing }),
    }));
  }

  /** Keeps what is to be told; of the same key, type and address the first alone. */
  async keep(notices: readonly NewNotice[]): Promise<void> {
    for (const some of inParts(notices)) {
      const rows = some.map(({ foundAt, data, ...notice }) => ({
        ...notice,
        data: JSON.stringify(storable(data)),
        found_at: foundAt,
      }));
      const query = this.db.insertInto('notices').values(rows);
      await this.run(() => query.onConflict((conflict) => conflict.doNothing()).execute());
    }
  }

  /** Ids of what is still to be told and was not tried since a moment: those that were never tried come first. */
  async open(addresses: readonly string[], notTriedSince: Date, limit: number): Promise<string[]> {
    const query = this.db
      .selectFrom('notices')
      .select('id')
      .where('told_at', 'is', null)
      .where('given_up_at', 'is', null)
      .where('address', 'in', addresses)
      .where((is) => is.or([is('tried_at', 'is', null), is('tried_at', '<', notTriedSince)]))
      .orderBy('tried_at', (order) => order.asc().nullsFirst())
      .orderBy('found_at')
      .limit(limit);
    return (await this.run(() => query.execute())).map(({ id }) => id);
  }

  /** Writes down that it is tried. @returns undefined when it is told, or given up */
  async tryNow(id: string): Promise<Notice | undefined> {
    const query = this.db
      .updateTable('notices')
      .set({ tried_at: new Date() })
      .where('id', '=', id)
      .where('told_at', 'is', null)
      .where('given_up_at', 'is', null)
      .returning(['type', 'address', 'data', 'found_at']);
    const row = await this.run(() => query.executeTakeFirst());
    if (row === undefined) return undefined;
    return { id, type: row.type, address: row.address, data: row.data, foundAt: row.found_at };
  }

  /** Writes down that it was told; or, with a problem, that nobody tries any more. */
  async end(id: string, problem?: string): Promise<void> {
    const now = new Date();
    const query = this.db
      .updateTable('notices')
      .set(problem === undefined ? { told_at: now } : { given_up_at: now, problem: storable(problem) })
      .where('id', '=', id)
      .where('told_at', 'is', null)
      .where('given_up_at', 'is', null);
    await this.run(() => query.execute());
  }
}

/**
 * All that waits. A purchase waits with one question after the other; a deal from the event on that let it wait, whatever
 * is told of it meanwhile, and for another win anew.
 */
export const waits = sql`
  select 'purchase' as record, p.request_id as id, p.status, p.question ->> 'asked' as asked, null::jsonb as missing,
    coalesce((p.question ->> 'since')::timestamptz, e.at) as since,
    (p.question ->> 'since')::timestamptz
      + (p.question -> 'approval' ->> 'remindAfterMs')::float8 * interval '1 millisecond' as due,
    concat_ws(':', 'purchase', p.request_id, p.status,
      coalesce(p.question ->> 'id' || ':' || (p.question ->> 'since'), e.seq::text)) as key
  from purchases p cross join lateral (${beginningOf('events', 'request_id', 'purchases', sql`p`)}) e
  where p.status in (${sql.join([...WAITING_STATES])})
  union all
  select 'deal', d.deal, d.status, d.reason_message, d.missing, e.at, null::timestamptz,
    concat_ws(':', 'deal', d.deal, d.status, e.seq, extract(epoch from d.won_at))
  from deals d cross join lateral (${beginningOf('deal_events', 'deal', 'deals', sql`d`)}) e
  where d.status in (${sql.join([...WAITING_DEAL_STATES])})`;

/** The event since which a row has had its status. */
function beginningOf(events: string, key: string, rows: string, row: ReturnType<typeof sql>) {
  const status = (event: string) => sql`${sql.ref(event)}.changed -> ${sql.lit(rows)} ->> 'status'`;
  return sql`
    select b.seq, b.at from ${sql.table(events)} b
    where b.${sql.ref(key)} = ${row}.${sql.ref(key)} and ${status('b')} = ${row}.status and b.seq > coalesce((
      select max(o.seq) from ${sql.table(events)} o
      where o.${sql.ref(key)} = ${row}.${sql.ref(key)} and ${status('o')} <> ${row}.status), 0)
    order by b.seq limit 1`;
}
