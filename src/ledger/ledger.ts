import { Kysely, PostgresDialect, sql, type Updateable } from 'kysely';
import pg from 'pg';
import type { Question } from '../orders/decision';
import type { Evidence, OrderOutcome, PlacedOrder } from '../orders/outcome';
import type { PurchaseRequest } from '../orders/request';
import { isSettled, type PurchaseState, type Reason } from '../orders/status';
import { attemptRecord, mayHaveBought, type AttemptJson, type AttemptRecord } from './attempt-record';
import { asLedgerError, LedgerError } from './errors';
import { FIRST_PREVIOUS_HASH, hashOf, verifyChain, type Verification } from './hash-chain';
import { migrate, ONE_REQUEST_PER_ORDER } from './migrations';
import { pageOf, type PurchasePage } from './page';
import { purchaseRecord, type PurchaseRecord } from './purchase-record';
import type { LedgerTables, PurchasesTable } from './schema';
import { storable } from './storable';

/** An event as it was written. */
export interface EventRecord {
  requestId: string;
  seq: number;
  at: Date;
  actor: string;
  kind: string;
  data: unknown;
  previousHash: string;
  hash: string;
}

/** What the ledger knows of a request when it is accepted. */
export interface Acceptance {
  purchase: PurchaseRecord;
  isNew: boolean;
  latestAttempt?: AttemptRecord;
}

/** A purchase with its latest attempt, as one statement reads them. */
interface Standing {
  purchase: PurchaseRecord;
  latestAttempt?: AttemptRecord;
}

/** Something that happened, to be written with what it changes. */
interface Happening {
  actor: string;
  kind: string;
  data: Record<string, unknown>;
}

/**
 * The permanent record in Postgres. Every change of a purchase is written together with the event that tells of it,
 * in one statement; the purchase's count of events is compared in the same statement, so that of two writers at once
 * one sees that it was overtaken and looks again.
 */
export class Ledger {
  private constructor(
    private readonly db: Kysely<LedgerTables>,
    private readonly databaseUrl: string,
  ) {}

  /**
   * Connects and, unless told not to, brings the tables up to date.
   *
   * @param databaseUrl postgres://user:password@host:port/database
   * @throws LedgerError LedgerUnavailable
   */
  static async open(
    databaseUrl: string,
    options: { maxConnections?: number; migrate?: boolean } = {},
  ): Promise<Ledger> {
    const pool = new pg.Pool({
      connectionString: databaseUrl,
      max: options.maxConnections ?? 8,
      connectionTimeoutMillis: 10_000,
      statement_timeout: 10_000,
      query_timeout: 15_000,
      application_name: 'wonce',
    });
    // A lost idle connection is replaced at the next use; unheard, it would end the process.
    pool.on('error', () => undefined);
    const db = new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool }) });
    const ledger = new Ledger(db, databaseUrl);
    try {
      await ledger.run(async () => {
        if (options.migrate ?? true) await migrate(db);
        else await sql`select 1`.execute(db);
      });
    } catch (error) {
      await db.destroy();
      throw error;
    }
    return ledger;
  }

  async close(): Promise<void> {
    await this.db.destroy();
  }

  /**
   * Writes an accepted request down, or answers with what is already there under its id. Nothing is changed in the
   * second case: the caller compares the fingerprints.
   */
  async accept(input: {
    request: PurchaseRequest;
    fingerprint: string;
    workflowId: string;
    actor: string;
  }): Promise<Acceptance> {
    const { requestId } = input.request;
    return this.run(async () => {
      const isNew = await this.insertPurchase(storable(input));
      return { ...(await this.standing(requestId)), isNew };
    });
  }

  /**
   * Opens an attempt before anything is sent. Refused, with the attempt that stands in the way, when one exists that
   * may have bought something: then nothing must be sent.
   *
   * @throws LedgerError LedgerUnknownPurchase, LedgerConflict (the fingerprint is another), LedgerSettled (refused or
   *   cancelled before), LedgerUnavailable
   */
  async openAttempt(input: {
    requestId: string;
    fingerprint: string;
    body: string;
    actor: string;
    /** The ledger may not know of what was sent since then: the first attempt counts from there. */
    mayLackSince?: Date | undefined;
  }): Promise<{ opened: true; attempt: AttemptRecord } | { opened: false; earlier: AttemptRecord }> {
    const { mayLackSince, ...rest } = input;
    const { requestId, fingerprint, body, actor } = storable(rest);
    return this.run(async () => {
      for (;;) {
        const { purchase, latestAttempt } = await this.standing(requestId);
        if (purchase.fingerprint !== fingerprint) throw conflict(requestId);
        if (latestAttempt && mayHaveBought(latestAttempt)) return { opened: false, earlier: latestAttempt };
        // A run that was reset to before its end, or a second one: somebody was told that nothing will be bought.
        if (isSettled(purchase.status)) throw settled(purchase);
        const attempt: AttemptRecord = {
          requestId,
          attempt: (latestAttempt?.attempt ?? 0) + 1,
          body,
          startedAt: (latestAttempt === undefined ? mayLackSince : undefined) ?? new Date(),
        };
        const happening = { actor, kind: 'attempt-started', data: { attempt: attempt.attempt, body } };
        const change = { status: 'ordering' as const, attempts: attempt.attempt };
        try {
          if (await this.write(purchase, change, happening, insertAttempt(attempt)))
            return { opened: true, attempt };
        } catch (error) {
          // Another writer was faster; the next look finds its attempt.
          if (!isUniqueViolation(error)) throw error;
        }
      }
    });
  }

  /**
   * Records what became of an attempt. The same outcome twice changes nothing; `created` and `not-created` are final
   * and never downgraded; `unknown` may still become either.
   *
   * @returns the attempt as it now stands
   * @throws LedgerError LedgerOrderTaken when the order belongs to another request
   */
  async recordOutcome(input: {
    requestId: string;
    attempt: number;
    outcome: OrderOutcome;
    status: PurchaseState;
    reason?: Reason;
    actor: string;
  }): Promise<AttemptRecord> {
    const { requestId, outcome, actor, reason } = storable(input);
    return this.run(async () => {
      for (;;) {
        const { purchase, latestAttempt: known } = await this.standing(requestId, input.attempt);
        if (known === undefined) throw unknownAttempt(requestId, input.attempt);
        // Decided to be absent, and there after all: nothing is changed by itself, and somebody must hear of it.
        if (known.outcome === 'not-created' && outcome.outcome === 'created') {
          await this.recordStatus({ requestId, actor, kind: 'order-found-too-late', data: { ...outcome } });
        }
        const isFinal = known.outcome === 'created' || known.outcome === 'not-created';
        if (isFinal || (known.outcome === 'unknown' && outcome.outcome === 'unknown')) return known;
        const ended: AttemptRecord = {
          ...known,
          outcome: outcome.outcome,
          result: outcome,
          endedAt: new Date(),
        };
        const happening = {
          actor,
          kind: `attempt-${outcome.outcome}`,
          data: { attempt: known.attempt, ...outcome },
        };
        const change = {
          status: input.status,
          ...reasonColumns(reason),
          evidence: outcome.outcome === 'unknown' ? JSON.stringify(outcome.evidence) : null,
          question: null,
          ...(outcome.outcome === 'created' && orderColumns(outcome.order)),
        };
        try {
          if (await this.write(purchase, change, happening, endAttempt(ended))) return ended;
        } catch (error) {
          throw isTaken(error) ? orderTaken(outcome) : error;
        }
      }
    });
  }

  /**
   * Records a change of status that is no attempt's outcome. Writing the same again changes nothing and adds no event.
   * A purchase that may have bought something is not refused or cancelled by whatever became of another run of it: the
   * event is written, and the purchase stands as it did. Only the vendor's word (`order-status`) changes it.
   */
  async recordStatus(input: {
    requestId: string;
    /** Without one the purchase stands as it did, and the event alone is written. */
    status?: PurchaseState;
    /** What happened, as the event's kind. */
    kind: string;
    actor: string;
    reason?: Reason;
    order?: Partial<PlacedOrder>;
    activationCode?: string;
    cancellationRequested?: boolean;
    evidence?: Evidence;
    /** What a person is asked from now on; with another status nothing is. */
    question?: Question;
    /** What else the event should tell. */
    data?: Record<string, unknown>;
  }): Promise<void> {
    const { requestId, kind, actor, data: more, ...told } = storable(input);
    const { status, reason, order, activationCode, cancellationRequested, evidence, question } = told;
    const change: Updateable<PurchasesTable> = {
      ...(status !== undefined && { status, question: question ? JSON.stringify(question) : null }),
      ...(reason !== undefined && reasonColumns(reason)),
      ...(order !== undefined && orderColumns(order)),
      ...(activationCode !== undefined && { activation_code: activationCode }),
      ...(cancellationRequested !== undefined && { cancellation_requested: cancellationRequested }),
      ...(evidence !== undefined && { evidence: JSON.stringify(evidence) }),
    };
    const data = { ...more, ...told };
    await this.run(async () => {
      for (;;) {
        const standing = await this.standing(requestId);
        const allowed = mayChange(standing, status, kind) ? change : {};
        if (await this.isWrittenAlready(requestId, allowed, { actor, kind, data })) return;
        if (await this.write(standing.purchase, allowed, { actor, kind, data })) return;
      }
    });
  }

  async find(requestId: string): Promise<PurchaseRecord | undefined> {
    return this.run(async () => {
      const row = await this.db
        .selectFrom('purchases')
        .selectAll()
        .where('request_id', '=', requestId)
        .executeTakeFirst();
      return row && purchaseRecord(row);
    });
  }

  /** The attempts of a purchase, oldest first. */
  async attempts(requestId: string): Promise<AttemptRecord[]> {
    return this.run(async () => {
      const rows = await this.db
        .selectFrom('order_attempts as a')
        .select(sql<AttemptJson>`to_jsonb(a)`.as('attempt'))
        .where('request_id', '=', requestId)
        .orderBy('a.attempt')
        .execute();
      return rows.map((row) => attemptRecord(row.attempt));
    });
  }

  async latestAttempt(requestId: string): Promise<AttemptRecord | undefined> {
    return (await this.attempts(requestId)).at(-1);
  }

  /** Which of these orders belong to which request. */
  async ownersOf(orderNos: readonly string[]): Promise<Map<string, string>> {
    if (orderNos.length === 0) return new Map();
    return this.run(async () => {
      const rows = await this.db
        .selectFrom('order_attempts')
        .select(['order_no', 'request_id'])
        .where('outcome', '=', 'created')
        .where('order_no', 'in', orderNos)
        .execute();
      return new Map(rows.flatMap((row) => (row.order_no === null ? [] : [[row.order_no, row.request_id]])));
    });
  }

  /** Attempts of other requests that may have created an order which nobody has found yet. */
  async unresolvedAttempts(otherThan: string): Promise<AttemptRecord[]> {
    return this.run(async () => {
      const rows = await this.db
        .selectFrom('order_attempts as a')
        .select(sql<AttemptJson>`to_jsonb(a)`.as('attempt'))
        .where((is) => is.or([is('outcome', 'is', null), is('outcome', '=', 'unknown')]))
        .where('request_id', '<>', otherThan)
        .execute();
      return rows.map((row) => attemptRecord(row.attempt));
    });
  }

  /** A page of purchases, newest first; `after` is the `next` of the page before. */
  async list(options: { status?: PurchaseState; limit?: number; after?: string }): Promise<PurchasePage> {
    return this.run(() => pageOf(this.db, options));
  }

  /** The events of a purchase, oldest first. */
  async events(requestId: string): Promise<EventRecord[]> {
    return this.run(async () => {
      const rows = await this.db
        .selectFrom('events')
        .selectAll()
        .where('request_id', '=', requestId)
        .orderBy('seq')
        .execute();
      return rows.map(({ request_id, previous_hash, ...row }) => ({
        requestId: request_id,
        previousHash: previous_hash,
        ...row,
      }));
    });
  }

  /** Recomputes the chain of hashes of a purchase. @throws LedgerError LedgerUnknownPurchase */
  async verify(requestId: string): Promise<Verification> {
    for (;;) {
      const purchase = await this.find(requestId);
      if (purchase === undefined) throw unknownPurchase(requestId);
      const verification = verifyChain(await this.events(requestId), purchase);
      // An event that was written between the two readings is no forgery: look again.
      const now = verification.ok ? purchase : await this.find(requestId);
      if (now?.headHash === purchase.headHash) return verification;
    }
  }

  /** Recomputes all chains, a page of purchases at a time. */
  async verifyAll(): Promise<{
    checked: number;
    broken: { requestId: string; seq: number; problem: string }[];
  }> {
    const broken = [];
    let checked = 0;
    let after: string | undefined;
    do {
      const page = await this.list({ limit: 200, ...(after !== undefined && { after }) });
      for (const { requestId } of page.purchases) {
        const verification = await this.verify(requestId);
        if (!verification.ok)
          broken.push({ requestId, seq: verification.seq, problem: verification.problem });
        checked++;
      }
      after = page.next;
    } while (after !== undefined);
    return { checked, broken };
  }

  /** Purchase and first event in one statement; false when the purchase was there. */
  private async insertPurchase(input: {
    request: PurchaseRequest;
    fingerprint: string;
    workflowId: string;
    actor: string;
  }): Promise<boolean> {
    const { request, fingerprint, workflowId, actor } = input;
    const { requestId } = request;
    const at = new Date();
    const data = { request, fingerprint };
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
      returning seq`.execute(this.db);
    return rows.length === 1;
  }

  /**
   * A purchase with the attempt of that number, or the one that decides: the one that may have bought something, else
   * the latest.
   *
   * @throws LedgerError LedgerUnknownPurchase
   */
  private async standing(requestId: string, attempt?: number): Promise<Standing> {
    const row = await this.db
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
  private async write(
    purchase: PurchaseRecord,
    change: Updateable<PurchasesTable>,
    happening: Happening,
    attemptChange = sql`select 1`,
  ): Promise<boolean> {
    const { requestId, eventCount, headHash } = purchase;
    const at = new Date();
    const data = withoutUndefined(happening.data);
    const { actor, kind } = happening;
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
      insert into events (request_id, seq, at, actor, kind, data, previous_hash, hash)
        select request_id, ${seq}, ${at}, ${actor}, ${kind}, ${JSON.stringify(data)}::jsonb, ${headHash}, ${hash}
        from purchase
      returning seq`.execute(this.db);
    return rows.length === 1;
  }

  /**
   * Whether this was the last thing of its kind that happened and the purchase still stands so: a repetition is no
   * news, a return to an earlier status is.
   */
  private async isWrittenAlready(
    requestId: string,
    change: Updateable<PurchasesTable>,
    { kind, data }: Happening,
  ): Promise<boolean> {
    const stands = Object.entries(change).map(
      ([column, value]) => sql`${sql.ref(`p.${column}`)} is not distinct from ${value}`,
    );
    const same = [sql`e.data = ${JSON.stringify(withoutUndefined(data))}::jsonb`, ...stands];
    const row = await this.db
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

  private async run<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw asLedgerError(error, this.databaseUrl);
    }
  }
}

function mayChange({ latestAttempt }: Standing, status: PurchaseState | undefined, kind: string): boolean {
  const endsUnbought = status === 'refused' || status === 'cancelled';
  const hasBought = latestAttempt !== undefined && mayHaveBought(latestAttempt);
  return !endsUnbought || !hasBought || kind === 'order-status';
}

function insertAttempt({ attempt, body, startedAt }: AttemptRecord) {
  return sql`
    insert into order_attempts (request_id, attempt, body, started_at)
      select request_id, ${attempt}, ${body}, ${startedAt} from purchase`;
}

function endAttempt({ attempt, outcome, result, endedAt }: AttemptRecord) {
  const orderNo = result?.outcome === 'created' ? result.order.orderNo : null;
  return sql`
    update order_attempts a
      set outcome = ${outcome}, result = ${JSON.stringify(result)}::jsonb, order_no = ${orderNo}, ended_at = ${endedAt}
      from purchase where a.request_id = purchase.request_id and a.attempt = ${attempt}`;
}

function orderColumns(order: Partial<PlacedOrder>): Updateable<PurchasesTable> {
  const { orderNo, transactionNo, orderStatus, productNo, instanceId } = order;
  return withoutUndefined({
    order_no: orderNo,
    transaction_no: transactionNo,
    order_status: orderStatus,
    product_no: productNo,
    instance_id: instanceId,
  });
}

function reasonColumns(reason: Reason | undefined): Updateable<PurchasesTable> {
  return { reason_code: reason?.code ?? null, reason_message: reason?.message ?? null };
}

function withoutUndefined<Entry extends object>(entry: Entry): Entry {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as Entry;
}

function isUniqueViolation(error: unknown): boolean {
  return (error as { code?: string }).code === '23505';
}

function isTaken(error: unknown): boolean {
  return isUniqueViolation(error) && (error as { constraint?: string }).constraint === ONE_REQUEST_PER_ORDER;
}

function orderTaken(outcome: OrderOutcome): LedgerError {
  const orderNo = outcome.outcome === 'created' ? outcome.order.orderNo : '';
  return new LedgerError('LedgerOrderTaken', `The order ${orderNo} belongs to another request already.`);
}

function conflict(requestId: string): LedgerError {
  return new LedgerError(
    'LedgerConflict',
    `The request id "${requestId}" belongs to a purchase of other content.`,
  );
}

function settled({ requestId, status }: PurchaseRecord): LedgerError {
  return new LedgerError(
    'LedgerSettled',
    `The purchase "${requestId}" has ended as ${status}: nothing is ordered for it any more. Use a new request id.`,
  );
}

function unknownPurchase(requestId: string): LedgerError {
  return new LedgerError(
    'LedgerUnknownPurchase',
    `The ledger has no purchase "${requestId}". If it had one, it was restored from an older backup: see docs/ledger.md.`,
  );
}

function unknownAttempt(requestId: string, attempt: number): LedgerError {
  return new LedgerError(
    'LedgerUnknownPurchase',
    `The purchase "${requestId}" has no attempt ${attempt} in the ledger.`,
  );
}
