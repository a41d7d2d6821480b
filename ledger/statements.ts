import { sql, type Kysely } from 'kysely';
import type { PurchaseRequest } from '../domain/request';
import { attemptRecord, type AttemptJson, type AttemptRecord } from './attempt-record';
import { asParameter, assignments, withoutUndefined } from './columns';
import { unknownPurchase } from './errors';
import { insertEvent, nextEvent, type Happening } from './event-statements';
import { FIRST_PREVIOUS_HASH } from './hash-chain';
import { keptColumns } from './kept-columns';
import { sealEvent } from './ledger-chain';
import { purchaseRecord, type PurchaseRecord } from './purchase-record';
import type { AttemptColumns, LedgerTables, PurchaseColumns } from './schema';

/** A purchase with its latest attempt, as one statement reads them. */
export interface Standing {
  purchase: PurchaseRecord;
  latestAttempt?: AttemptRecord;
}

/** Purchase and first event in one statement; false when the purchase was there. */
export async function insertPurchase(
  db: Kysely<LedgerTables>,
  input: {
    request: PurchaseRequest;
    fingerprint: string;
    workflowId: string;
    actor: string;
    startedBy?: string;
    via?: string;
  },
): Promise<boolean> {
  const { request, fingerprint, workflowId, actor, startedBy, via } = input;
  const { requestId } = request;
  const at = new Date();
  const columns = {
    workflow_id: workflowId,
    fingerprint,
    request,
    status: 'looking-up',
    attempts: 0,
    cancellation_requested: false,
  };
  const event = nextEvent(
    { id: requestId, eventCount: 0, headHash: FIRST_PREVIOUS_HASH },
    {
      actor,
      kind: 'accepted',
      data: {
        request,
        fingerprint,
        ...(startedBy !== undefined && { startedBy }),
        ...(via !== undefined && { via }),
      },
    },
    { at, changed: { purchases: keptColumns(columns) } },
  );
  const { rows } = await sql`
    with purchase as (
      insert into purchases
        (request_id, workflow_id, fingerprint, request, status, event_count, head_hash, created_at, updated_at)
      values (${requestId}, ${workflowId}, ${fingerprint}, ${JSON.stringify(request)}, 'looking-up', 1, ${event.hash}, ${at}, ${at})
      on conflict do nothing
      returning request_id
    ), event as (
      ${insertEvent('purchase', event)}
    ), ${sealEvent('purchase')}`.execute(db);
  return rows.length === 1;
}

/**
 * A purchase with the attempt of that number, or the one that decides: the one that may have bought something, else
 * the latest.
 *
 * @throws LedgerError LedgerUnknownPurchase
 */
export async function standingOf(
  db: Kysely<LedgerTables>,
  requestId: string,
  attempt?: number,
): Promise<Standing> {
  const row = await db
    .selectFrom('purchases as p')
    .selectAll()
    .select(
      sql<AttemptJson | null>`(
        select to_jsonb(a) from order_attempts a
        where a.request_id = p.request_id and ${attempt === undefined ? sql`true` : sql`a.attempt = ${attempt}`}
        order by a.outcome is distinct from 'not-created' desc, a.attempt desc limit 1
      )`.as('latest_attempt'),
    )
    .where('p.request_id', '=', requestId)
    .executeTakeFirst();
  if (row === undefined) throw unknownPurchase(requestId);
  const { latest_attempt, ...purchase } = row;
  return {
    purchase: purchaseRecord(purchase),
    ...(latest_attempt !== null && { latestAttempt: attemptRecord(latest_attempt) }),
  };
}

/** An attempt that is opened, or ended, with a change of its purchase. */
export interface AttemptChange {
  attempt: number;
  isNew: boolean;
  columns: AttemptColumns;
}

/**
 * Writes a change of a purchase with its event, and a change of an attempt, in one statement.
 *
 * @returns false when another writer came between the reading of `purchase` and now: nothing was written
 */
export async function writeChange(
  db: Kysely<LedgerTables>,
  purchase: PurchaseRecord,
  change: PurchaseColumns,
  happening: Happening,
  attempt?: AttemptChange,
): Promise<boolean> {
  const { requestId: id, eventCount, headHash } = purchase;
  const at = new Date();
  const changed = {
    purchases: keptColumns(change),
    ...(attempt && { order_attempts: keptColumns({ attempt: attempt.attempt, ...attempt.columns }) }),
  };
  const event = nextEvent({ id, eventCount, headHash }, happening, { at, changed });
  const columns = { ...change, event_count: event.seq, head_hash: event.hash, updated_at: at };
  const { rows } = await sql`
    with purchase as (
      update purchases set ${assignments(columns)}
      where request_id = ${id} and event_count = ${eventCount}
      returning request_id
    ), attempt as (
      ${attempt === undefined ? sql`select 1` : writeAttempt(attempt)}
    ), event as (
      ${insertEvent('purchase', event)}
    ), ${sealEvent('purchase')}`.execute(db);
  return rows.length === 1;
}

function writeAttempt({ attempt, isNew, columns }: AttemptChange) {
  if (!isNew) {
    return sql`
      update order_attempts a set ${assignments(columns)}
      from purchase where a.request_id = purchase.request_id and a.attempt = ${attempt}`;
  }
  const { body, started_at } = columns;
  return sql`
    insert into order_attempts (request_id, attempt, body, started_at)
      select request_id, ${attempt}, ${body}, ${started_at} from purchase`;
}

/**
 * Whether this was the last thing of its kind that happened, by the same actor, and the purchase still stands so: a
 * repetition is no news, a return to an earlier status is.
 */
export async function isWrittenAlready(
  db: Kysely<LedgerTables>,
  requestId: string,
  change: PurchaseColumns,
  { actor, kind, data }: Happening,
): Promise<boolean> {
  const stands = Object.entries(change).map(
    ([column, value]) => sql`${sql.ref(`p.${column}`)} is not distinct from ${asParameter(value)}`,
  );
  const same = [
    sql`e.actor = ${actor}`,
    sql`e.data = ${JSON.stringify(withoutUndefined(data))}::jsonb`,
    ...stands,
  ];
  const row = await db
    .selectFrom('events as e')
    .innerJoin('purchases as p', 'p.request_id', 'e.request_id')
    .select(sql<boolean>`${sql.join(same, sql` and `)}`.as('same'))
    .where('e.request_id', '=', requestId)
    .where('e.kind', '=', kind)
    .orderBy('e.seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.same ?? false;
}

/** An attempt that is opened. */
export function opening({ attempt, body, startedAt }: AttemptRecord): AttemptChange {
  return { attempt, isNew: true, columns: { body, started_at: startedAt } };
}

/** An attempt that has ended. */
export function ending({ attempt, outcome, result, endedAt }: AttemptRecord): AttemptChange {
  const order_no = result?.outcome === 'created' ? result.order.orderNo : null;
  const columns = withoutUndefined({ outcome, result, order_no, ended_at: endedAt }) as AttemptColumns;
  return { attempt, isNew: false, columns };
}
