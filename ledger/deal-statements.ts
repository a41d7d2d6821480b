import { sql, type Kysely } from 'kysely';
import type { DealNotification } from '../domain/deal';
import { assignments } from './columns';
import type { DealRecord, DealWin } from './deal-record';
import { insertEvent, nextEvent, type Happening } from './event-statements';
import { FIRST_PREVIOUS_HASH } from './hash-chain';
import { keptColumns } from './kept-columns';
import { sealEvent } from './ledger-chain';
import type { DealColumns, LedgerTables } from './schema';

/** A deal and its first event in one statement; false when the deal was there. */
export async function insertDeal(
  db: Kysely<LedgerTables>,
  { deal, source, by }: DealNotification,
  happening: Happening,
): Promise<boolean> {
  const at = new Date();
  const changed = { deals: keptColumns({ source, status: 'reading', heard_by: by }) };
  const event = nextEvent({ id: deal, eventCount: 0, headHash: FIRST_PREVIOUS_HASH }, happening, {
    at,
    changed,
  });
  const { rows } = await sql`
    with deal as (
      insert into deals (deal, source, status, heard_by, event_count, head_hash, created_at, updated_at)
      values (${deal}, ${source}, 'reading', ${by}, 1, ${event.hash}, ${at}, ${at})
      on conflict do nothing
      returning deal
    ), event as (
      ${insertEvent('deal', event)}
    ), ${sealEvent('deal')}`.execute(db);
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
  change: DealColumns,
  happening: Happening,
  win?: Omit<DealWin, 'decidedAt'>,
): Promise<boolean> {
  const at = new Date();
  const wins = win && winColumns(win, at);
  const changed = { deals: keptColumns(change), ...(wins && { deal_wins: keptColumns(wins) }) };
  const event = nextEvent({ id: deal, eventCount, headHash }, happening, { at, changed });
  const columns = { ...change, event_count: event.seq, head_hash: event.hash, updated_at: at };
  const { rows } = await sql`
    with deal as (
      update deals set ${assignments(columns)}
      where deal = ${deal} and event_count = ${eventCount}
      returning deal
    ), win as (
      ${wins === undefined ? sql`select 1` : insertWin(wins)}
    ), event as (
      ${insertEvent('deal', event)}
    ), ${sealEvent('deal')}`.execute(db);
  return rows.length === 1;
}

type WinColumns = ReturnType<typeof winColumns>;

function winColumns({ episode, wonAt, requestId }: Omit<DealWin, 'decidedAt'>, at: Date) {
  const won_at = wonAt === undefined ? null : new Date(wonAt);
  return { episode, won_at, request_id: requestId ?? null, at };
}

function insertWin({ episode, won_at, request_id, at }: WinColumns) {
  return sql`
    insert into deal_wins (deal, episode, won_at, request_id, at)
      select deal, ${episode}::integer, ${won_at}::timestamptz, ${request_id}::text, ${at}::timestamptz
      from deal`;
}
