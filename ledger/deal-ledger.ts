import { sql, type Kysely } from 'kysely';
import { canonicalJson } from '../domain/canonical-json';
import type { DealDraft, DealNotification, DealState, FilledIn, MissingFact } from '../domain/deal';
import { isDealKey } from '../domain/deal-ids';
import { present } from '../domain/optional';
import { holdsErased } from '../domain/personal';
import type { Reason } from '../domain/status';
import { reasonColumns, storable } from './columns';
import { dealRecord, dealWin, type DealPage, type DealRecord, type DealWin } from './deal-record';
import { unknownDeal, type Run } from './errors';
import { EventStream, type NewEvent, type PartChange } from './event-stream';
import type { EventRecord, Verification } from './hash-chain';
import { inParts } from './in-parts';
import { cursorAfter, readCursor } from './page';
import { readRows } from './personal-values';
import type { DealColumns, LedgerTables } from './schema';

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
  /** Of the event: under the same id nothing is written again. Without one, each writing is an event. */
  id?: string;
}

/** A deal that a sweep has found; without a time where the CRM tells none. */
export interface SweptDeal {
  deal: string;
  wonAt?: string;
}

/** Kinds of events that tell that a deal is not won. */
const NOT_WON: ReadonlySet<string> = new Set(['not-won', 'no-longer-won', 'lost-before-order']);

/** The ledger's part about deals: what was notified, what was missing, what each win came to. */
export class DealLedger {
  private readonly stream: EventStream;

  /** @param run turns the database's failures into the ledger's own */
  constructor(
    private readonly db: Kysely<LedgerTables>,
    private readonly run: Run,
  ) {
    this.stream = new EventStream(db, 'deal');
  }

  /**
   * Writes down that a notification of a deal came; a deal that is known stands as it did.
   *
   * @param id of this notification: under the same id it is written once
   */
  async recordNotification(notification: DealNotification, actor: string, id?: string): Promise<DealRecord> {
    const { deal, source, by, content } = notification;
    const event = { actor, kind: 'notified', data: { source, by, toldAt: content?.toldAt }, id };
    const columns: DealColumns = { source, status: 'reading', notified_by: by };
    return this.run(async () => {
      for (;;) {
        if (await this.stream.begin(deal, event, columns)) return this.get(deal);
        const known = await this.get(deal);
        if (await this.stream.hasHappened(id)) return known;
        if (await this.append(known, event, {})) return known;
      }
    });
  }

  /** Writes down a change. The same again, while it stands so, adds no event. */
  async record(input: DealChange): Promise<void> {
    const { deal, kind, actor, id, data: more, request, ...told } = storable(input);
    const columns = columnsOf({ ...told, request });
    const event = { actor, kind, id, data: { ...more, ...told } };
    await this.run(async () => {
      for (;;) {
        const known = await this.get(deal);
        if (await this.stream.hasHappened(id)) return;
        if (more === undefined && stands(known, { ...told, request })) return;
        if (await this.append(known, event, columns)) return;
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
    const winNumber = after + 1;
    const data = { ...more, ...told, winNumber, ...present({ wonAt, requestId }) };
    const columns = { ...columnsOf({ ...told, request }), ...present({ request_id: requestId }) };
    return this.run(async () => {
      for (;;) {
        const known = await this.get(deal);
        if (await this.stream.hasHappened(id)) return true;
        if ((await this.wins(deal)).length !== after) return false;
        const at = new Date();
        const win = {
          won_at: wonAt === undefined ? null : new Date(wonAt),
          request_id: requestId ?? null,
          at,
        };
        const part = { number: winNumber, isNew: true, columns: win };
        if (await this.append(known, { actor, kind, data, id, at }, columns, part)) return true;
      }
    });
  }

  /** A deal, with what became of its purchase. */
  async find(deal: string): Promise<DealRecord | undefined> {
    const query = this.withPurchases().where('deals.deal', '=', deal);
    const [row] = await this.run(() => readRows(this.db, query));
    return row && dealRecord(row);
  }

  /** Deals, newest first, with what became of their purchases; within the same millisecond by their keys. */
  async page(options: { status?: DealState; limit?: number; after?: string }): Promise<DealPage> {
    const { limit = 20 } = options;
    let query = this.withPurchases()
      .orderBy('deals.created_at', 'desc')
      .orderBy('deals.deal', 'desc')
      .limit(limit + 1);
    if (options.status !== undefined) query = query.where('deals.status', '=', options.status);
    if (options.after !== undefined) {
      const { at, id } = readCursor(options.after);
      query = query.where((is) =>
        is.or([
          is('deals.created_at', '<', at),
          is.and([is('deals.created_at', '=', at), is('deals.deal', '<', id)]),
        ]),
      );
    }
    const found = await this.run(() => readRows(this.db, query));
    const rows = found.map(dealRecord);
    const deals = rows.slice(0, limit);
    const last = deals.at(-1);
    const hasMore = rows.length > limit && last !== undefined;
    return { deals, ...(hasMore && { next: cursorAfter(last.createdAt, last.status.deal) }) };
  }

  /** Deals that stand so, with what became of their purchases; whatever has waited longest comes first. */
  async longestIn(statuses: readonly DealState[], limit: number): Promise<DealRecord[]> {
    const query = this.withPurchases()
      .where('deals.status', 'in', statuses)
      .orderBy('deals.updated_at')
      .limit(limit);
    const rows = await this.run(() => readRows(this.db, query));
    return rows.map(dealRecord);
  }

  /** Keys of the deals of that key, or of that id at their CRM; newest first. */
  async named(text: string, limit: number): Promise<string[]> {
    const idAtCrm = sql<string>`split_part(deal, ':', 3)`;
    const query = this.db
      .selectFrom('deals')
      .select('deal')
      .where(isDealKey(text) ? sql<boolean>`deal = ${text}` : sql<boolean>`${idAtCrm} = ${text}`)
      .orderBy('created_at', 'desc')
      .limit(limit);
    return (await this.run(() => query.execute())).map(({ deal }) => deal);
  }

  /** The wins of a deal, oldest first. */
  async wins(deal: string): Promise<DealWin[]> {
    const query = this.db.selectFrom('deal_wins').selectAll().where('deal', '=', deal).orderBy('win_number');
    return (await this.run(() => query.execute())).map(dealWin);
  }

  /** Which of these deals have a win at that time in the ledger, or, without a time, any. */
  async knownOf(swept: readonly SweptDeal[]): Promise<Set<string>> {
    const known = new Set<string>();
    for (const some of inParts(swept)) {
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

  /** The events of a deal, oldest first. */
  async events(deal: string): Promise<EventRecord[]> {
    return this.run(() => this.stream.read(deal));
  }

  /**
   * What people have filled in since the newest win was decided about: the next win begins with what the CRM tells. What was
   * erased of it is not filled in any more.
   */
  async filledIn(deal: string): Promise<FilledIn> {
    const told = (await this.events(deal)).map(({ data }) => data as { winNumber?: number; fill?: FilledIn });
    const decided = told.findLastIndex(({ winNumber }) => winNumber !== undefined);
    const filledIn = Object.assign({}, ...told.slice(decided + 1).map(({ fill }) => fill)) as FilledIn;
    return Object.fromEntries(Object.entries(filledIn).filter(([, value]) => !holdsErased(value)));
  }

  /** Since when the deal is told to be won, without word in between that it is not; ISO 8601, UTC. */
  async wonSince(deal: string): Promise<string | undefined> {
    const events = await this.events(deal);
    const lost = events.findLastIndex(({ kind }) => NOT_WON.has(kind));
    return timesIn(events.slice(lost + 1), 'wonAt')[0];
  }

  /** The time of the sender's latest message that was heeded, of senders that cannot be asked. ISO 8601, UTC. */
  async lastToldAt(deal: string): Promise<string | undefined> {
    return timesIn(await this.events(deal), 'toldAt').at(-1);
  }

  /**
   * Whether a deal is what was written: its events, their places in the chain of the ledger, its rows.
   *
   * @throws LedgerError LedgerUnknownDeal when no table has anything of it
   */
  async verify(deal: string): Promise<Verification> {
    const verification = await this.run(() => this.stream.verify(deal));
    if (verification === undefined) throw unknownDeal(deal);
    return verification;
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
    const query = this.db.selectFrom('deals').selectAll().where('deal', '=', deal);
    const [row] = await this.run(() => readRows(this.db, query));
    if (row === undefined) throw unknownDeal(deal);
    return dealRecord(row);
  }

  /** @returns false when another writer came between the reading of `known` and now: nothing was written */
  private async append(
    { status: { deal: id }, eventCount, headHash }: DealRecord,
    event: NewEvent,
    columns: DealColumns,
    win?: PartChange,
  ): Promise<boolean> {
    return (await this.stream.append({ id, eventCount, headHash }, event, columns, win)) !== undefined;
  }
}

/** Whether a win that was decided about is the one at that time. */
function isSameWin({ wonAt, requestId, decidedAt }: DealWin, time: string | undefined): boolean {
  if (wonAt === time) return true;
  // Nobody knew when it was won: what was dismissed is whatever was won until then.
  const isOpenDismissal = wonAt === undefined && requestId === undefined;
  return isOpenDismissal && time !== undefined && Date.parse(time) <= Date.parse(decidedAt);
}

/** The times under that name in what events tell, earliest first. */
function timesIn(events: readonly EventRecord[], name: 'wonAt' | 'toldAt'): string[] {
  const times = events.flatMap(({ data }) => (data as Partial<Record<typeof name, string>>)[name] ?? []);
  return times.sort((one, other) => Date.parse(one) - Date.parse(other));
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
