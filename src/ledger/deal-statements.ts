import { sql, type Kysely, type Updateable } from 'kysely';
import type { DealHint } from '../orders/deal';
import { withoutUndefined } from './columns';
import type { DealRecord, DealWin } from './deal-record';
import { FIRST_PREVIOUS_HASH, hashOf } from './hash-chain';
import type { DealsTable, LedgerTables } from './schema';
import type { Happening } from './statements';

/** A deal and its first event in one statement; false when the deal was there. */
export async function insertDeal(
  db: Kysely<LedgerTables>,
  { deal, source, by }: DealHint,
  { actor, kind, data, id }: Happening,
): Promise<boolean> {
  const at = new Date();
  // A deal's events are chained as a purchase's are, with the deal in the place of the request.
  const hash = hashOf({ requestId: deal, seq: 1, at, actor, kind, data, previousHash: FIRST_PREVIOUS_HASH });
  const { rows } = await sql`
    with deal as (
      insert into deals (deal, source, status, heard_by, event_count, head_hash, created_at, updated_at)
      values (${deal}, ${source}, 'reading', ${by}, 1, ${hash}, ${at}, ${at})
      on conflict do nothing
      returning deal
    )
    insert into deal_events (deal, seq, at, actor, kind, data, previous_hash, hash, happening_id)
      select deal, 1, ${at}, ${actor}, ${kind}, ${JSON.stringify(data)}::jsonb, ${FIRST_PREVIOUS_HASH}, ${hash}, ${id ?? null}::text
      from deal
    returning seq`.execute(db);
  return rows.length === 1;
}

/**
 * Writes a change of a deal with its event, and perhaps another time that it was won, in one statement.
 *
 * @returns false when another writer came between the reading of `record` and now: nothing was written
 */
export async function writeDealChange(
  db: Kysely<LedgerTables>,
  { status: { deal }, eventCount, headHash }: DealRecord,
  change: Updateable<DealsTable>,
  happening: Happening,
  win?: Omit<DealWin, 'decidedAt'>,
): Promise<boolean> {
  const at = new Date();
  const data = withoutUndefined(happening.data);
  const { actor, kind, id = null } = happening;
  const seq = eventCount + 1;
  const hash = hashOf({ requestId: deal, seq, at, actor, kind, data, previousHash: headHash });
  const columns = { ...change, event_count: seq, head_hash: hash, updated_at: at };
  const assignments = Object.entries(columns).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
  const { rows } = await sql`
    with deal as (
      update deals set ${sql.join(assignments)}
      where deal = ${deal} and event_count = ${eventCount}
      returning deal
    ), win as (
      ${win === undefined ? sql`select 1` : insertWin(win, at)}
    )
    insert into deal_events (deal, seq, at, actor, kind, data, previous_hash, hash, happening_id)
      select deal, ${seq}, ${at}, ${actor}, ${kind}, ${JSON.stringify(data)}::jsonb, ${headHash}, ${hash}, ${id}::text
      from deal
    returning seq`.execute(db);
  return rows.length === 1;
}

function insertWin({ episode, wonAt, requestId }: Omit<DealWin, 'decidedAt'>, at: Date) {
  const wonAtTime = wonAt === undefined ? null : new Date(wonAt);
  return sql`
    insert into deal_wins (deal, episode, won_at, request_id, at)
      select deal, ${episode}::integer, ${wonAtTime}::timestamptz, ${requestId ?? null}::text, ${at}::timestamptz
      from deal`;
}
