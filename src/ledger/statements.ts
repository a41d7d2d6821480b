import { sql, type Kysely, type Updateable } from 'kysely';
import type { PurchaseRequest } from '../orders/request';
import { attemptRecord, type AttemptJson, type AttemptRecord } from './attempt-record';
import { withoutUndefined } from './columns';
import { unknownPurchase } from './errors';
import { FIRST_PREVIOUS_HASH, hashOf } from './hash-chain';
import { purchaseRecord, type PurchaseRecord } from './purchase-record';
import type { LedgerTables, PurchasesTable } from './schema';

/** A purchase with its latest attempt, as one statement reads them. */
export interface Standing {
  purchase: PurchaseRecord;
  latestAttempt?: AttemptRecord;
}

/** Something that happened, to be written with what it changes. */
export interface Happening {
  actor: string;
  kind: string;
  data: Record<string, unknown>;
  /** Of one that is written once, however often it is tried: see `hasHappened`. */
  id?: string | undefined;
}

/**
 * Whether a happening is written already. Asked after the record was read that is about to be changed: whoever writes
 * it in between is seen when the change is written.
 */
export async function hasHappened(
  db: Kysely<LedgerTables>,
  table: 'events' | 'deal_events',
  id: string | undefined,
): Promise<boolean> {
  if (id === undefined) return false;
  const query = db.selectFrom(table).select('seq').where('happening_id', '=', id);
  return (await query.executeTakeFirst()) !== undefined;
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
  },
): Promise<boolean> {
  const { request, fingerprint, workflowId, actor, startedBy } = input;
  const { requestId } = request;
  const at = new Date();
  const data = { request, fingerprint, ...(startedBy !== undefined && { startedBy }) };
  const event = { requestId, seq: 1, at, actor, kind: 'accepted', data, previousHash: FIRST_PREVIOUS_HASH };
  const hash = hashOf(event);
  const { rows } = await sql`
    with purchase as (
      insert into purchases
        (request_id, workflow_id, fingerprint, request, status, event_count, head_hash, created_at, updated_at)
      values (${requestId}, ${workflowId}, ${fingerprint}, ${JSON.stringify(request)}, 'looking-up', 1, ${hash}, ${at}, ${at})
      on conflict do nothing
      returning request_id
    )
    insert into events (request_id, seq, at, actor, kind, data, previous_hash, hash)
      select request_id, 1, ${at}, ${actor}, ${event.kind}, ${JSON.stringify(data)}::jsonb, ${FIRST_PREVIOUS_HASH}, ${hash}
      from purchase
    returning seq`.execute(db);
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

/**
 * Writes a change of a purchase with its event, and a change of an attempt, in one statement.
 *
 * @returns false when another writer came between the reading of `purchase` and now: nothing was written
 */
export async function writeChange(
  db: Kysely<LedgerTables>,
  purchase: PurchaseRecord,
  change: Updateable<PurchasesTable>,
  happening: Happening,
  attemptChange = sql`select 1`,
): Promise<boolean> {
  const { requestId, eventCount, headHash } = purchase;
  const at = new Date();
  const data = withoutUndefined(happening.data);
  const { actor, kind, id = null } = happening;
  const seq = eventCount + 1;
  const hash = hashOf({ requestId, seq, at, actor, kind, data, previousHash: headHash });
  const columns = { ...change, event_count: seq, head_hash: hash, updated_at: at };
  const assignments = Object.entries(columns).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
  const { rows } = await sql`
    with purchase as (
      update purchases set ${sql.join(assignments)}
      where request_id = ${requestId} and event_count = ${eventCount}
      returning request_id
    ), attempt as (
      ${attemptChange}
    )
    insert into events (request_id, seq, at, actor, kind, data, previous_hash, hash, happening_id)
      select request_id, ${seq}, ${at}, ${actor}, ${kind}, ${JSON.stringify(data)}::jsonb, ${headHash}, ${hash}, ${id}::text
      from purchase
    returning seq`.execute(db);
  return rows.length === 1;
}

/**
 * Whether this was the last thing of its kind that happened, by the same actor, and the purchase still stands so: a
 * repetition is no news, a return to an earlier status is.
 */
export async function isWrittenAlready(
  db: Kysely<LedgerTables>,
  requestId: string,
  change: Updateable<PurchasesTable>,
  { actor, kind, data }: Happening,
): Promise<boolean> {
  const stands = Object.entries(change).map(
    ([column, value]) => sql`${sql.ref(`p.${column}`)} is not distinct from ${value}`,
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

/** The part of a change that opens an attempt. */
export function insertAttempt({ attempt, body, startedAt }: AttemptRecord) {
  return sql`
    insert into order_attempts (request_id, attempt, body, started_at)
      select request_id, ${attempt}, ${body}, ${startedAt} from purchase`;
}

/** The part of a change that ends one. */
export function endAttempt({ attempt, outcome, result, endedAt }: AttemptRecord) {
  const orderNo = result?.outcome === 'created' ? result.order.orderNo : null;
  return sql`
    update order_attempts a
      set outcome = ${outcome}, result = ${JSON.stringify(result)}::jsonb, order_no = ${orderNo}, ended_at = ${endedAt}
      from purchase where a.request_id = purchase.request_id and a.attempt = ${attempt}`;
}
