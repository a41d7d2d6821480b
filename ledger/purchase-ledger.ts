import { sql, type Kysely } from 'kysely';
import { canonicalJson } from '../domain/canonical-json';
import { present } from '../domain/optional';
import { ERASED } from '../domain/personal';
import { isTerminal, type PurchaseState } from '../domain/status';
import { reasonColumns, storable } from './columns';
import {
  conflict,
  hasEnded,
  isOrderTaken,
  isPbxBusy,
  isUniqueViolation,
  orderTaken,
  personalDataErased,
  pbxBusy,
  purchaseBegun,
  quoteOutdated,
  unknownAttempt,
  unknownPurchase,
  type Run,
} from './errors';
import { EventStream, type NewEvent, type PartChange, type RecordHead } from './event-stream';
import type { EventRecord, Verification } from './hash-chain';
import { pageOf, type PurchasePage, type PurchaseQuery } from './page';
import { pbxChangedBy, releasedPbx, serialOfRequest } from './pbx-ledger';
import { ownValues, readRows, withOwnValues } from './personal-values';
import {
  changedColumns,
  ending,
  outcomeColumns,
  type AttemptOutcome,
  type NewAttempt,
  type NewPurchase,
  type NewQuote,
  type PurchaseChange,
} from './purchase-changes';
import {
  attemptRecord,
  mayHaveBought,
  purchaseRecord,
  type AttemptJson,
  type AttemptRecord,
  type PurchaseRecord,
} from './purchase-record';
import type { LedgerTables, PurchaseColumns } from './schema';

/** A purchase with one of its attempts, as one statement reads them. */
export interface PurchaseWithAttempt {
  purchase: PurchaseRecord;
  latestAttempt?: AttemptRecord;
}

/** An attempt that was opened, with its purchase as it stands since then; or the earlier one that stands in its way. */
export type OpenedAttempt =
  ({ opened: true } & Required<PurchaseWithAttempt>) | { opened: false; earlier: AttemptRecord };

/** What the ledger knows of a request when it is accepted. */
export interface AcceptedPurchase extends PurchaseWithAttempt {
  isNew: boolean;
}

/**
 * The ledger's part about purchases. Every change of one is written together with the event that tells of it, in one
 * statement; the purchase's count of events is compared in the same statement, so that of two writers at once one sees
 * that it was overtaken and looks again.
 */
export class PurchaseLedger {
  private readonly stream: EventStream;

  /** @param run turns the database's failures into the ledger's own */
  constructor(
    protected readonly db: Kysely<LedgerTables>,
    protected readonly run: Run,
  ) {
    this.stream = new EventStream(db, 'purchase');
  }

  /**
   * Writes an accepted request down, or answers with what is already there under its id. Nothing is changed in the
   * second case: the caller compares the fingerprints.
   *
   * @throws LedgerError LedgerPersonalDataErased when it was quoted, and the quote has lost whom it is about
   */
  async accept(input: NewPurchase): Promise<AcceptedPurchase> {
    const { request, fingerprint, workflowId, actor, startedBy, via } = storable(input);
    const { requestId } = request;
    const accepted = { actor, kind: 'accepted', data: { request, fingerprint, startedBy, via } };
    const columns = { ...newColumns({ request, fingerprint, workflowId }), status: 'looking-up' } as const;
    return this.run(async () => {
      const begun = await this.stream.begin(requestId, accepted, columns);
      if (begun !== undefined) {
        return { purchase: acceptedPurchase({ request, fingerprint, workflowId }, begun), isNew: true };
      }
      for (;;) {
        const known = await this.purchaseWithAttempt(requestId);
        refuseErasedQuote(known.purchase);
        const isQuoted = known.purchase.status === 'quoted' && known.purchase.fingerprint === fingerprint;
        if (!isQuoted) return { ...known, isNew: false };
        await this.append(known.purchase, accepted, { status: 'looking-up' });
      }
    });
  }

  /**
   * Keeps what the order of a request would be; a quote of before counts no more. Nothing is changed when the request is
   * another one: the caller compares the fingerprints.
   *
   * @throws LedgerError LedgerPurchaseBegun when the request is a purchase already, LedgerPersonalDataErased
   */
  async recordQuote(input: NewQuote): Promise<PurchaseRecord> {
    const { request, fingerprint, workflowId, actor, via, quote } = storable(input);
    const { requestId } = request;
    const quoted = { actor, kind: 'quoted', data: { request, fingerprint, via, quote } };
    const columns = { ...newColumns({ request, fingerprint, workflowId }), status: 'quoted', quote } as const;
    return this.run(async () => {
      const isNew = (await this.stream.begin(requestId, quoted, columns)) !== undefined;
      for (;;) {
        const { purchase } = await this.purchaseWithAttempt(requestId);
        refuseErasedQuote(purchase);
        if (isNew || purchase.fingerprint !== fingerprint) return purchase;
        if (purchase.status !== 'quoted') throw purchaseBegun(purchase);
        if (await this.append(purchase, quoted, { quote })) return purchase;
      }
    });
  }

  /**
   * Opens an attempt before anything is sent. Refused, with the attempt that stands in the way, when one exists that
   * may have bought something: then nothing must be sent.
   *
   * @throws LedgerError LedgerUnknownPurchase, LedgerConflict (the fingerprint is another), LedgerSettled (refused or
   *   cancelled before), PbxBusy (another order of the PBX is under way), LedgerQuoteOutdated (the order would not be what
   *   was quoted), LedgerPersonalDataErased, LedgerUnavailable
   */
  async openAttempt(input: NewAttempt): Promise<OpenedAttempt> {
    const { mayLackSince, countsFrom, ...rest } = input;
    const { requestId, fingerprint, body, actor } = storable(rest);
    return this.run(async () => {
      for (;;) {
        const { purchase, latestAttempt, heldPbx } = await this.purchaseWithAttempt(requestId);
        const isErased = purchase.fingerprint === ERASED;
        if (!isErased && purchase.fingerprint !== fingerprint) throw conflict(requestId);
        if (latestAttempt && mayHaveBought(latestAttempt)) return { opened: false, earlier: latestAttempt };
        // A run that was reset to before its end, or a second one: somebody was told that nothing will be bought.
        if (isTerminal(purchase.status)) throw hasEnded(purchase);
        // Nobody knows any more whether this is the order that was asked for.
        if (isErased) throw personalDataErased(requestId);
        if (latestAttempt === undefined) refuseOtherThanQuoted(purchase, body);
        const isFirst =
          mayLackSince !== undefined &&
          (latestAttempt === undefined || latestAttempt.startedAt < mayLackSince);
        const startedAt = countsFrom ?? (isFirst ? mayLackSince : new Date());
        const attempt = (latestAttempt?.attempt ?? 0) + 1;
        const event = { actor, kind: 'attempt-started', data: { attempt, body } };
        const part = { number: attempt, isNew: true, columns: { body, started_at: startedAt } };
        const pbx = pbxChangedBy(purchase.request);
        // A first purchase holds no PBX, and waits while an order that changes what its PBX has is under way.
        if (pbx === undefined && heldPbx !== undefined) throw pbxBusy(heldPbx);
        const change = { status: 'ordering', attempts: attempt, ...present({ holds_pbx: pbx }) } as const;
        try {
          const head = await this.append(purchase, event, change, part);
          if (head !== undefined) {
            const latestAttempt = { requestId, attempt, body, startedAt };
            const ordering = {
              status: change.status,
              attempts: attempt,
              ...present({ holdsPbx: pbx }),
              ...head,
            };
            return { opened: true, purchase: { ...purchase, ...ordering }, latestAttempt };
          }
        } catch (error) {
          if (pbx !== undefined && isPbxBusy(error)) throw pbxBusy(pbx);
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
   * @param opened the attempt, where it was opened just now: it is taken to stand so still, and read when it does not
   * @returns the attempt as it now stands
   * @throws LedgerError LedgerOrderTaken when the order belongs to another request
   */
  async recordOutcome(input: AttemptOutcome, opened?: PurchaseWithAttempt): Promise<AttemptRecord> {
    const { requestId, attempt, outcome, actor, status, reason } = storable(input);
    return this.run(async () => {
      for (let taken = opened; ; taken = undefined) {
        const { purchase, latestAttempt: known } =
          taken ?? (await this.purchaseWithAttempt(requestId, attempt));
        if (known === undefined) throw unknownAttempt(requestId, attempt);
        // Decided to be absent, and there after all: nothing is changed by itself, and somebody must be told.
        if (known.outcome === 'not-created' && outcome.outcome === 'created') {
          await this.recordStatus({ requestId, actor, kind: 'order-found-too-late', data: { ...outcome } });
        }
        const isFinal = known.outcome === 'created' || known.outcome === 'not-created';
        if (isFinal || (known.outcome === 'unknown' && outcome.outcome === 'unknown')) return known;
        const ended = { ...known, outcome: outcome.outcome, result: outcome, endedAt: new Date() };
        const event = { actor, kind: `attempt-${outcome.outcome}`, data: { attempt, ...outcome } };
        const change = { status, ...reasonColumns(reason), ...outcomeColumns(outcome) };
        try {
          if (await this.append(purchase, event, change, ending(ended))) return ended;
        } catch (error) {
          throw isOrderTaken(error) ? orderTaken(outcome) : error;
        }
      }
    });
  }

  /**
   * Records a change of status that is no attempt's outcome. Writing the same again changes nothing and adds no event.
   * A purchase that may have bought something is not refused or cancelled, and does not stand as before its order, by whatever
   * becomes of another run of it, and one that has ended does not end otherwise or go on because another run of it does: the event
   * is written, and the purchase stands as it did. Only the vendor's word (`order-status`) changes it.
   */
  async recordStatus(input: PurchaseChange): Promise<void> {
    const { requestId, kind, actor, data: more, ...told } = storable(input);
    const event = { actor, kind, data: { ...more, ...told } };
    const change = changedColumns(told);
    await this.run(async () => {
      for (;;) {
        const known = await this.purchaseWithAttempt(requestId);
        const allowed = mayChange(known, told.status, kind) ? change : {};
        if (await this.isWrittenAlready(requestId, allowed, event)) return;
        if (await this.append(known.purchase, event, allowed)) return;
      }
    });
  }

  async find(requestId: string): Promise<PurchaseRecord | undefined> {
    const query = this.db.selectFrom('purchases').selectAll().where('request_id', '=', requestId);
    const [row] = await this.run(() => readRows(this.db, query));
    return row && purchaseRecord(row);
  }

  /** The workflow id of the run that started a purchase; undefined when somebody else did, or there is no purchase. */
  async startedBy(requestId: string): Promise<string | undefined> {
    const query = this.db.selectFrom('events').select('data');
    const first = query.where('request_id', '=', requestId).where('seq', '=', 1);
    const accepted = await this.run(() => first.executeTakeFirst());
    return (accepted?.data as { startedBy?: string } | undefined)?.startedBy;
  }

  /** The attempts of a purchase, oldest first. */
  async attempts(requestId: string): Promise<AttemptRecord[]> {
    const query = this.selectAttempts().where('request_id', '=', requestId).orderBy('a.attempt');
    const rows = await this.run(() => readRows(this.db, query));
    return rows.map((row) => attemptRecord(row.json));
  }

  async latestAttempt(requestId: string): Promise<AttemptRecord | undefined> {
    return (await this.attempts(requestId)).at(-1);
  }

  /** Attempts of other requests that may have created an order which nobody has found yet. */
  async unresolvedAttempts(otherThan: string): Promise<AttemptRecord[]> {
    const query = this.selectAttempts()
      .where((is) => is.or([is('outcome', 'is', null), is('outcome', '=', 'unknown')]))
      .where('request_id', '<>', otherThan);
    const rows = await this.run(() => readRows(this.db, query));
    return rows.map((row) => attemptRecord(row.json));
  }

  /** Which of these orders belong to which request. */
  async ownersOf(orderNos: readonly string[]): Promise<Map<string, string>> {
    if (orderNos.length === 0) return new Map();
    const query = this.db
      .selectFrom('order_attempts')
      .select(['order_no', 'request_id'])
      .where('outcome', '=', 'created')
      .where('order_no', 'in', orderNos);
    const rows = await this.run(() => query.execute());
    return new Map(rows.flatMap((row) => (row.order_no === null ? [] : [[row.order_no, row.request_id]])));
  }

  /** A page of purchases, newest first; `after` is the `next` of the page before. */
  async list(options: PurchaseQuery): Promise<PurchasePage> {
    return this.run(() => pageOf(this.db, options));
  }

  /** The events of a purchase, oldest first. */
  async events(requestId: string): Promise<EventRecord[]> {
    return this.run(() => this.stream.read(requestId));
  }

  /**
   * Whether a purchase is what was written: its events, their places in the chain of the ledger, its rows.
   *
   * @throws LedgerError LedgerUnknownPurchase when no table has anything of it
   */
  async verify(requestId: string): Promise<Verification> {
    const verification = await this.run(() => this.stream.verify(requestId));
    if (verification === undefined) throw unknownPurchase(requestId);
    return verification;
  }

  /** @returns undefined when another writer came between the reading of `purchase` and now: nothing was written */
  private async append(
    purchase: PurchaseRecord,
    event: NewEvent,
    columns: PurchaseColumns,
    attempt?: PartChange,
  ): Promise<RecordHead | undefined> {
    const change = { ...columns, ...releasedPbx(purchase, columns.status) };
    return this.stream.append({ ...purchase, id: purchase.requestId }, event, change, attempt);
  }

  /**
   * A purchase with the attempt of that number, or the one that decides: the one that may have bought something, else
   * the latest. With its PBX, where an order that changes it is under way.
   *
   * @throws LedgerError LedgerUnknownPurchase
   */
  private async purchaseWithAttempt(
    requestId: string,
    attempt?: number,
  ): Promise<PurchaseWithAttempt & { heldPbx?: string }> {
    const query = this.db
      .selectFrom('purchases as p')
      .selectAll()
      .select([
        sql<AttemptJson | null>`(
          select to_jsonb(a) from order_attempts a
          where a.request_id = p.request_id and ${attempt === undefined ? sql`true` : sql`a.attempt = ${attempt}`}
          order by a.outcome is distinct from 'not-created' desc, a.attempt desc limit 1
        )`.as('latest_attempt'),
        sql<string | null>`(select h.holds_pbx from purchases h where h.holds_pbx = ${serialOfRequest})`.as(
          'held_pbx',
        ),
        ownValues('purchase', sql`p.request_id`).as('own_values'),
      ])
      .where('p.request_id', '=', requestId);
    const row = await query.executeTakeFirst();
    if (row === undefined) throw unknownPurchase(requestId);
    const { own_values, held_pbx, ...columns } = row;
    const { latest_attempt, ...purchase } = withOwnValues(columns, own_values);
    return {
      purchase: purchaseRecord(purchase),
      ...(latest_attempt !== null && { latestAttempt: attemptRecord(latest_attempt) }),
      ...(held_pbx !== null && { heldPbx: held_pbx }),
    };
  }

  /**
   * Whether this was the last thing of its kind that happened, by the same actor, and the purchase still stands so: a
   * repetition is no news, a return to an earlier status is.
   */
  private async isWrittenAlready(
    requestId: string,
    change: PurchaseColumns,
    { actor, kind, data }: NewEvent,
  ): Promise<boolean> {
    const query = this.db
      .selectFrom('events as e')
      .innerJoin('purchases as p', 'p.request_id', 'e.request_id')
      .select(['e.actor', 'e.data', sql<Record<string, unknown>>`to_jsonb(p)`.as('purchase')])
      .where('e.request_id', '=', requestId)
      .where('e.kind', '=', kind)
      .orderBy('e.seq', 'desc')
      .limit(1);
    const [last] = await readRows(this.db, query);
    if (last === undefined || last.actor !== actor) return false;
    const stands = Object.entries(change).every(([column, value]) => isSame(last.purchase[column], value));
    return stands && isSame(last.data, present(data));
  }

  private selectAttempts() {
    return this.db.selectFrom('order_attempts as a').select(sql<AttemptJson>`to_jsonb(a)`.as('json'));
  }
}

/** What a purchase begins with. */
function newColumns({
  request,
  fingerprint,
  workflowId,
}: Pick<NewPurchase, 'request' | 'fingerprint' | 'workflowId'>) {
  return {
    workflow_id: workflowId,
    ...{ fingerprint, request },
    attempts: 0,
    cancellation_requested: false,
  };
}

/** A purchase that was accepted just now. */
function acceptedPurchase(
  given: Pick<NewPurchase, 'request' | 'fingerprint' | 'workflowId'>,
  begun: RecordHead,
): PurchaseRecord {
  return {
    requestId: given.request.requestId,
    ...given,
    status: 'looking-up',
    attempts: 0,
    cancellationRequested: false,
    createdAt: begun.updatedAt,
    ...begun,
  };
}

/** Whether a value of the database is what would be written. */
function isSame(there: unknown, value: unknown): boolean {
  return canonicalJson(there ?? null) === canonicalJson(value ?? null);
}

/** What was quoted is ordered only as it was quoted, and nobody knows any more what that was. */
function refuseErasedQuote({ requestId, status, fingerprint }: PurchaseRecord): void {
  if (status === 'quoted' && fingerprint === ERASED) throw personalDataErased(requestId);
}

/** Whoever ordered has seen a quote, and means that order and no other. */
function refuseOtherThanQuoted({ quote }: PurchaseRecord, body: string): void {
  if (quote !== undefined && quote.body !== body) throw quoteOutdated(quote.at);
}

/** How no purchase stands that may have bought something. */
const WITHOUT_ORDER: ReadonlySet<PurchaseState> = new Set([
  'looking-up',
  'waiting-for-choice',
  'waiting-for-approval',
  'refused',
  'cancelled',
]);

function mayChange(
  { purchase, latestAttempt }: PurchaseWithAttempt,
  status: PurchaseState | undefined,
  kind: string,
): boolean {
  if (status === undefined || status === 'ordered' || kind === 'order-status') return true;
  const hasBought = latestAttempt !== undefined && mayHaveBought(latestAttempt);
  return !isTerminal(purchase.status) && !(hasBought && WITHOUT_ORDER.has(status));
}
