import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Question } from '../domain/decision';
import type { Evidence, OrderOutcome, PlacedOrder } from '../domain/outcome';
import type { PurchaseRequest } from '../domain/request';
import { isTerminal, type PurchaseState, type Reason } from '../domain/status';
import { grantToApplication } from './application-role';
import { attemptRecord, mayHaveBought, type AttemptJson, type AttemptRecord } from './attempt-record';
import type { Checkpoint } from './checkpoint';
import { orderColumns, reasonColumns } from './columns';
import { DealLedger } from './deal-ledger';
import { asLedgerError, conflict, orderTaken, settled, unknownAttempt, unknownPurchase } from './errors';
import type { ChainedEvent, Verification } from './hash-chain';
import { migrate, ONE_REQUEST_PER_ORDER } from './migrations';
import { pageOf, type PurchasePage } from './page';
import { purchaseRecord, type PurchaseRecord } from './purchase-record';
import type { LedgerTables, PurchaseColumns } from './schema';
import {
  ending,
  insertPurchase,
  isWrittenAlready,
  opening,
  standingOf,
  writeChange,
  type Standing,
} from './statements';
import { storable } from './storable';
import {
  checkpointOf,
  verifyCheckpoints,
  verifyLedgerChain,
  verifyOne,
  verifyRecords,
  type BrokenLink,
} from './verify-ledger';

/** An event as it was written. */
export type EventRecord = ChainedEvent & { hash: string };

/** What was found in the whole ledger: each record by its id, with the event at which it is broken. */
export interface LedgerVerification {
  checked: number;
  broken: { requestId: string; seq: number; problem: string }[];
  deals: { checked: number; broken: { deal: string; seq: number; problem: string }[] };
  sweeps: { checked: number; broken: { source: string; seq: number; problem: string }[] };
  /** The chain over all of them. */
  chain: { links: number; broken: BrokenLink[] };
  checkpoints: { checked: number; broken: BrokenLink[] };
}

/** What the ledger knows of a request when it is accepted. */
export interface Acceptance {
  purchase: PurchaseRecord;
  isNew: boolean;
  latestAttempt?: AttemptRecord;
}

/**
 * The permanent record in Postgres. Every change of a purchase is written together with the event that tells of it,
 * in one statement; the purchase's count of events is compared in the same statement, so that of two writers at once
 * one sees that it was overtaken and looks again.
 */
export class Ledger {
  /** What was heard of deals, and what came of them. */
  readonly deals: DealLedger;

  private constructor(
    private readonly db: Kysely<LedgerTables>,
    private readonly databaseUrl: string,
  ) {
    this.deals = new DealLedger(db, (work) => this.run(work));
  }

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
    const ledger = Ledger.lazily(databaseUrl, options);
    const { db } = ledger;
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

  /**
   * A ledger that connects whenever it is used, and to tables that others bring up to date: for a process that goes on
   * while the database is away.
   */
  static lazily(databaseUrl: string, options: { maxConnections?: number } = {}): Ledger {
    const pool = new pg.Pool({
      connectionString: databaseUrl,
      max: options.maxConnections ?? 8,
      connectionTimeoutMillis: 10_000,
      statement_timeout: 10_000,
      query_timeout: 15_000,
      // A database that went without a word (a failover, a cut network) answers nothing on its old connections, and the
      // pool would go on with them, a question each, until the system gives them up: a quarter of an hour.
      maxLifetimeSeconds: 30,
      application_name: 'wonce',
    });
    // A lost connection is replaced at the next use; unheard, it would end the process. The pool listens to idle ones
    // alone: of one in use the question that is under way fails, which is enough.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    const db = new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool }) });
    return new Ledger(db, databaseUrl);
  }

  async close(): Promise<void> {
    await this.db.destroy();
  }

  /**
   * Lets a role that owns nothing use the ledger as Wonce does. For the owner of the tables.
   *
   * @throws LedgerError LedgerRights, LedgerUnavailable
   */
  async grantTo(role: string): Promise<void> {
    await this.run(() => grantToApplication(this.db, role));
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
    /** The workflow id of the run that started the purchase. */
    startedBy?: string;
    /** By which door it came. */
    via?: string;
  }): Promise<Acceptance> {
    const { requestId } = input.request;
    return this.run(async () => {
      const isNew = await insertPurchase(this.db, storable(input));
      return { ...(await standingOf(this.db, requestId)), isNew };
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
    /** The ledger may not know of what was sent since then: the first attempt after it counts from there. */
    mayLackSince?: Date | undefined;
    /** What is looked for may have been created since then; without one, since now. */
    countsFrom?: Date;
  }): Promise<{ opened: true; attempt: AttemptRecord } | { opened: false; earlier: AttemptRecord }> {
    const { mayLackSince, countsFrom, ...rest } = input;
    const { requestId, fingerprint, body, actor } = storable(rest);
    return this.run(async () => {
      for (;;) {
        const { purchase, latestAttempt } = await standingOf(this.db, requestId);
        if (purchase.fingerprint !== fingerprint) throw conflict(requestId);
        if (latestAttempt && mayHaveBought(latestAttempt)) return { opened: false, earlier: latestAttempt };
        // A run that was reset to before its end, or a second one: somebody was told that nothing will be bought.
        if (isTerminal(purchase.status)) throw settled(purchase);
        const isFirst =
          mayLackSince !== undefined &&
          (latestAttempt === undefined || latestAttempt.startedAt < mayLackSince);
        const attempt: AttemptRecord = {
          requestId,
          attempt: (latestAttempt?.attempt ?? 0) + 1,
          body,
          startedAt: countsFrom ?? (isFirst ? mayLackSince : new Date()),
        };
        const happening = { actor, kind: 'attempt-started', data: { attempt: attempt.attempt, body } };
        const change = { status: 'ordering' as const, attempts: attempt.attempt };
        try {
          if (await writeChange(this.db, purchase, change, happening, opening(attempt)))
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
        const { purchase, latestAttempt: known } = await standingOf(this.db, requestId, input.attempt);
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
          evidence: outcome.outcome === 'unknown' ? outcome.evidence : null,
          question: null,
          ...(outcome.outcome === 'created' && orderColumns(outcome.order)),
        };
        try {
          if (await writeChange(this.db, purchase, change, happening, ending(ended))) return ended;
        } catch (error) {
          throw isTaken(error) ? orderTaken(outcome) : error;
        }
      }
    });
  }

  /**
   * Records a change of status that is no attempt's outcome. Writing the same again changes nothing and adds no event.
   * A purchase that may have bought something is not refused or cancelled by whatever became of another run of it, and
   * one that has ended does not go on because another run of it does: the event is written, and the purchase stands as it
   * did. Only the vendor's word (`order-status`) changes it.
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
    const change: PurchaseColumns = {
      ...(status !== undefined && { status, question: question ?? null }),
      ...(reason !== undefined && reasonColumns(reason)),
      ...(order !== undefined && orderColumns(order)),
      ...(activationCode !== undefined && { activation_code: activationCode }),
      ...(cancellationRequested !== undefined && { cancellation_requested: cancellationRequested }),
      ...(evidence !== undefined && { evidence }),
    };
    const data = { ...more, ...told };
    await this.run(async () => {
      for (;;) {
        const standing = await standingOf(this.db, requestId);
        const allowed = mayChange(standing, status, kind) ? change : {};
        if (await isWrittenAlready(this.db, requestId, allowed, { actor, kind, data })) return;
        if (await writeChange(this.db, standing.purchase, allowed, { actor, kind, data })) return;
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

  /** The workflow id of the run that started a purchase; undefined when somebody else did, or there is no purchase. */
  async startedBy(requestId: string): Promise<string | undefined> {
    const [accepted] = await this.run(() =>
      this.db
        .selectFrom('events')
        .select('data')
        .where('request_id', '=', requestId)
        .where('seq', '=', 1)
        .execute(),
    );
    return (accepted?.data as { startedBy?: string } | undefined)?.startedBy;
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
      return rows.map(({ request_id, previous_hash, happening_id, ...row }) => ({
        requestId: request_id,
        previousHash: previous_hash,
        happeningId: happening_id,
        ...row,
      }));
    });
  }

  /**
   * Whether a purchase is what was written: its events, their places in the chain of the ledger, its rows.
   *
   * @throws LedgerError LedgerUnknownPurchase when no table has anything of it
   */
  async verify(requestId: string): Promise<Verification> {
    return this.run(async () => {
      const verification = await verifyOne(this.db, 'purchase', requestId);
      if (verification === undefined) throw unknownPurchase(requestId);
      return verification;
    });
  }

  /** Verifies everything, a page at a time, and that the ledger still has what the checkpoints say. */
  async verifyAll(checkpoints: readonly Checkpoint[] = []): Promise<LedgerVerification> {
    return this.run(async () => {
      const { checked, broken } = await verifyRecords(this.db, 'purchase');
      const deals = await verifyRecords(this.db, 'deal');
      const sweeps = await verifyRecords(this.db, 'sweep');
      return {
        checked,
        broken: broken.map(({ id, ...where }) => ({ requestId: id, ...where })),
        deals: { ...deals, broken: deals.broken.map(({ id, ...where }) => ({ deal: id, ...where })) },
        sweeps: { ...sweeps, broken: sweeps.broken.map(({ id, ...where }) => ({ source: id, ...where })) },
        chain: await verifyLedgerChain(this.db),
        checkpoints: await verifyCheckpoints(this.db, checkpoints),
      };
    });
  }

  /** Where the chain of the ledger ends now, to be kept elsewhere. */
  async checkpoint(): Promise<Checkpoint> {
    return this.run(() => checkpointOf(this.db));
  }

  private async run<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw asLedgerError(error, this.databaseUrl);
    }
  }
}

function mayChange(
  { purchase, latestAttempt }: Standing,
  status: PurchaseState | undefined,
  kind: string,
): boolean {
  if (status === undefined || status === 'ordered' || kind === 'order-status') return true;
  const endsUnbought = status === 'refused' || status === 'cancelled';
  const hasBought = latestAttempt !== undefined && mayHaveBought(latestAttempt);
  return endsUnbought ? !hasBought : !isTerminal(purchase.status);
}

function isUniqueViolation(error: unknown): boolean {
  return (error as { code?: string }).code === '23505';
}

function isTaken(error: unknown): boolean {
  return isUniqueViolation(error) && (error as { constraint?: string }).constraint === ONE_REQUEST_PER_ORDER;
}
