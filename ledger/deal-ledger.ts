import type { Kysely } from 'kysely';
import { canonicalJson } from '../domain/canonical-json';
import type { DealDraft, DealNotification, DealState, FilledIn, MissingFact } from '../domain/deal';
import type { Reason } from '../domain/status';
import { reasonColumns } from './columns';
import { dealRecord, dealWin, type DealRecord, type DealWin } from './deal-record';
import { insertDeal, writeDealChange } from './deal-statements';
import { unknownDeal } from './errors';
import { hasHappened } from './event-statements';
import type { ChainedEvent, Verification } from './hash-chain';
import type { DealColumns, LedgerTables } from './schema';
import { storable } from './storable';
import { writeSweep, type Sweep } from './sweep-statement';
import { verifyOne } from './verify-ledger';

/** What happened to a deal. */
export interface DealChange {
  deal: string;
  /** Without one the deal stands as it did, and the event alone is written. */
  status?: DealState;
  /** What happened, as the event's kind. */
  kind: string;
  actor: string;
  wonAt?: string;
  missing?: MissingFact[];
  reason?: Reason;
  /** What it comes to, as far as that is known: shown with the status, and no part of the event. */
  request?: DealDraft;
  /** What else the event should tell. */
  data?: Record<string, unknown>;
  /** Of what happened: under the same id nothing is written again. Without one, each writing is a happening. */
  id?: string;
}

/** An event of a deal; `requestId` is the deal's key, as the chain is the same as a purchase's. */
export type DealEventRecord = Omit<ChainedEvent, 'requestId'> & { hash: string };

/** A deal that a sweep has found; without a time where the CRM tells none. */
export interface SweptDeal {
  deal: string;
  wonAt?: string;
}

/** Kinds of events that tell that a deal is not won. */
const NOT_WON: ReadonlySet<string> = new Set(['not-won', 'no-longer-won', 'lost-before-order']);

/** The ledger's part about deals: what was heard of, what was missing, what each win came to. */
export class DealLedger {
  /** @param run turns the database's failures into the ledger's own */
  constructor(
    private readonly db: Kysely<LedgerTables>,
    private readonly run: <Result>(work: () => Promise<Result>) => Promise<Result>,
  ) {}

  /**
   * Writes down that word of a deal came; one that is known stands as it did.
   *
   * @param id of this word: under the same id it is written once
   */
  async hear(hint: DealNotification, actor: string, id?: string): Promise<DealRecord> {
    const { deal, source, by, content } = hint;
    const toldAt = content?.toldAt === undefined ? {} : { toldAt: content.toldAt };
    const happening = { actor, kind: 'heard', data: { source, by, ...toldAt }, id };
    return this.run(async () => {
      for (;;) {
        if (await insertDeal(this.db, hint, happening)) return this.get(deal);
        const known = await this.get(deal);
        if (await hasHappened(this.db, 'deal_events', id)) return known;
        if (await writeDealChange(this.db, known, {}, happening)) return known;
      }
    });
  }

  /** Writes down a change. The same again, while it stands so, adds no event. */
  async record(input: DealChange): Promise<void> {
    const { deal, kind, actor, id, data: more, request, ...told } = storable(input);
    const change = columnsOf({ ...told, request });
    const happening = { actor, kind, id, data: { ...more, ...told } };
    await this.run(async () => {
      for (;;) {
        const known = await this.get(deal);
        if (await hasHappened(this.db, 'deal_events', id)) return;
        if (more === undefined && stands(known, { ...told, request })) return;
        if (await writeDealChange(this.db, known, change, happening)) return;
      }
    });
  }

  /**
   * Writes down what a win comes to: a purchase, by its request id, or nothing.
   *
   * @param after how many wins the caller has seen
   * @returns false when there is another one meanwhile: nothing was written
   */
  async addWin(input: DealChange & { requestId?: string; after: number }): Promise<boolean> {
    const { deal, kind, actor, id, data: more, requestId, request, after, ...told } = storable(input);
    const { wonAt } = told;
    const win = {
      episode: after + 1,
      ...(wonAt !== undefined && { wonAt }),
      ...(requestId !== undefined && { requestId }),
    };
    const change = {
      ...columnsOf({ ...told, request }),
      ...(requestId !== undefined && { request_id: requestId }),
    };
    return this.run(async () => {
      for (;;) {
        const known = await this.get(deal);
        if (await hasHappened(this.db, 'deal_events', id)) return true;
        if ((await this.wins(deal)).length !== after) return false;
        const data = { ...more, ...told, ...win };
        if (await writeDealChange(this.db, known, change, { actor, kind, data, id }, win)) return true;
      }
    });
  }

  /** A deal, with what became of its purchase. */
  async find(deal: string): Promise<DealRecord | undefined> {
    return this.run(async () => {
      const row = await this.withPurchases().where('deals.deal', '=', deal).executeTakeFirst();
      return row && dealRecord(row);
    });
  }

  /** The wins of a deal, oldest first. */
  async wins(deal: string): Promise<DealWin[]> {
    return this.run(async () => {
      const query = this.db.selectFrom('deal_wins').selectAll().where('deal', '=', deal).orderBy('episode');
      return (await query.execute()).map(dealWin);
    });
  }

  /** Which of these deals have a win at that time in the ledger, or, without a time, any. */
  async knownOf(swept: readonly SweptDeal[]): Promise<Set<string>> {
    const known = new Set<string>();
    for (let from = 0; from < swept.length; from += AT_ONCE) {
      const some = swept.slice(from, from + AT_ONCE);
      const deals = some.map(({ deal }) => deal);
      const query = this.db.selectFrom('deal_wins').selectAll().where('deal', 'in', deals);
      const wins = (await this.run(() => query.execute())).map((row) => ({
        deal: row.deal,
        ...dealWin(row),
      }));
      for (const one of some) {
        const isKnown = wins.some((win) => win.deal === one.deal && isSameWin(win, one.wonAt));
        if (isKnown) known.add(one.deal);
      }
    }
    return known;
  }

  /** Keeps what a sweep has found, to be started page by page. */
  async keepSwept(source: string, askedAt: Date, deals: readonly string[]): Promise<void> {
    for (let from = 0; from < deals.length; from += AT_ONCE) {
      const rows = deals.slice(from, from + AT_ONCE).map((deal) => ({ source, asked_at: askedAt, deal }));
      await this.run(() =>
        this.db
          .insertInto('swept_deals')
          .values(rows)
          .onConflict((conflict) => conflict.doNothing())
          .execute(),
      );
    }
  }

  /** A page of what a sweep has found. @param after the last deal of the page before; '' for the first page */
  async sweptAfter(source: string, askedAt: Date, after: string, limit: number): Promise<string[]> {
    const query = this.db
      .selectFrom('swept_deals')
      .select('deal')
      .where('source', '=', source)
      .where('asked_at', '=', askedAt)
      .where('deal', '>', after)
      .orderBy('deal')
      .limit(limit);
    return (await this.run(() => query.execute())).map(({ deal }) => deal);
  }

  /** Deals, newest first, with what became of their purchases. */
  async list(options: { status?: DealState; limit?: number }): Promise<DealRecord[]> {
    return this.run(async () => {
      let query = this.withPurchases()
        .orderBy('deals.created_at', 'desc')
        .orderBy('deals.deal', 'desc')
        .limit(options.limit ?? 20);
      if (options.status !== undefined) query = query.where('deals.status', '=', options.status);
      return (await query.execute()).map(dealRecord);
    });
  }

  /** The events of a deal, oldest first. */
  async events(deal: string): Promise<DealEventRecord[]> {
    return this.run(async () => {
      const rows = await this.db
        .selectFrom('deal_events')
        .selectAll()
        .where('deal', '=', deal)
        .orderBy('seq')
        .execute();
      return rows.map(({ deal: _deal, happening_id, previous_hash, ...row }) => ({
        previousHash: previous_hash,
        happeningId: happening_id,
        ...row,
      }));
    });
  }

  /** What people have filled in since the newest win was decided about: the next win begins with what the CRM tells. */
  async filledIn(deal: string): Promise<FilledIn> {
    const told = (await this.events(deal)).map(({ data }) => data as { episode?: number; fill?: FilledIn });
    const decided = told.findLastIndex(({ episode }) => episode !== undefined);
    return Object.assign({}, ...told.slice(decided + 1).map(({ fill }) => fill)) as FilledIn;
  }

  /** Since when the deal is told to be won, without word in between that it is not; ISO 8601, UTC. */
  async wonSince(deal: string): Promise<string | undefined> {
    const events = await this.events(deal);
    const lost = events.findLastIndex(({ kind }) => NOT_WON.has(kind));
    const told = events.slice(lost + 1).flatMap(({ data }) => (data as { wonAt?: string }).wonAt ?? []);
    return told.sort((one, other) => Date.parse(one) - Date.parse(other))[0];
  }

  /** The time of the sender's latest message that was heeded, of senders that cannot be asked. ISO 8601, UTC. */
  async lastToldAt(deal: string): Promise<string | undefined> {
    const told = (await this.events(deal)).flatMap(({ data }) => (data as { toldAt?: string }).toldAt ?? []);
    return told.sort((one, other) => Date.parse(one) - Date.parse(other)).at(-1);
  }

  /**
   * Whether a deal is what was written: its events, their places in the chain of the ledger, its rows.
   *
   * @throws LedgerError LedgerUnknownDeal when no table has anything of it
   */
  async verify(deal: string): Promise<Verification> {
    return this.run(async () => {
      const verification = await verifyOne(this.db, 'deal', deal);
      if (verification === undefined) throw unknownDeal(deal);
      return verification;
    });
  }

  async sweepOf(source: string): Promise<Sweep | undefined> {
    return this.run(async () => {
      const row = await this.db
        .selectFrom('sweeps')
        .selectAll()
        .where('source', '=', source)
        .executeTakeFirst();
      return row && { askedUntil: row.asked_until, at: row.at, found: row.found, caughtUp: row.caught_up };
    });
  }

  /** Writes down how far a sweep came: what it or an earlier one found is started. */
  async recordSweep(source: string, sweep: Sweep): Promise<void> {
    await this.run(async () => {
      await writeSweep(this.db, source, sweep);
      const started = this.db.deleteFrom('swept_deals').where('source', '=', source);
      await started.where('asked_at', '<=', sweep.askedUntil).execute();
    });
  }

  private withPurchases() {
    return this.db
      .selectFrom('deals')
      .leftJoin('purchases', 'purchases.request_id', 'deals.request_id')
      .selectAll('deals')
      .select([
        'purchases.status as purchase_status',
        'purchases.reason_code as purchase_reason_code',
        'purchases.reason_message as purchase_reason_message',
      ]);
  }

  private async get(deal: string): Promise<DealRecord> {
    const row = await this.run(() =>
      this.db.selectFrom('deals').selectAll().where('deal', '=', deal).executeTakeFirst(),
    );
    if (row === undefined) throw unknownDeal(deal);
    return dealRecord(row);
  }
}

/** As many deals are named in one question: a statement takes 65,535 values. */
const AT_ONCE = 1_000;

/** Whether a win that was decided about is the one at that time. */
function isSameWin({ wonAt, requestId, decidedAt }: DealWin, time: string | undefined): boolean {
  if (wonAt === time) return true;
  // Nobody knew when it was won: what was dismissed is whatever was won until then.
  const isOpenDismissal = wonAt === undefined && requestId === undefined;
  return isOpenDismissal && time !== undefined && Date.parse(time) <= Date.parse(decidedAt);
}

type Told = Pick<DealChange, 'status' | 'wonAt' | 'missing' | 'reason'> & {
  request: DealDraft | undefined;
};

/** With a status comes what belongs to it: what was missing before, or asked, is not any more. */
function columnsOf({ status, wonAt, missing, reason, request }: Told): DealColumns {
  return {
    ...(status !== undefined && {
      status,
      missing: missing ?? null,
      request: request ?? null,
      ...reasonColumns(reason),
    }),
    ...(wonAt !== undefined && { won_at: new Date(wonAt) }),
  };
}

function stands({ status: known }: DealRecord, told: Told): boolean {
  return (
    known.status === told.status &&
    (told.wonAt === undefined || known.wonAt === told.wonAt) &&
    JSON.stringify(known.missing) === JSON.stringify(told.missing) &&
    known.reason?.message === told.reason?.message &&
    canonicalJson(known.request ?? null) === canonicalJson(told.request ?? null)
  );
}
