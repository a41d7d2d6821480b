import type { DealRecord } from '../ledger/deal-record';
import type { EventRecord, Verification } from '../ledger/hash-chain';
import { AGES, QUANTILES, type LedgerFigures, type PurchaseCount } from '../ledger/figures';
import { MOST_SHOWN, type DayOfOrders } from '../ledger/overview';
import {
  NEWEST_FIRST,
  SORT_KEYS,
  type PurchaseFilter,
  type PurchaseSort,
  type SortKey,
} from '../ledger/page';
import type { AttemptRecord, PurchaseRecord } from '../ledger/purchase-record';
import { WAITING_DEAL_STATES, type DealState } from '../domain/deal';
import { dealOfRequest } from '../domain/deal-ids';
import { present } from '../domain/optional';
import { WAITING_STATES, type PurchaseState } from '../domain/status';
import { ledgerOf, type ClientParts } from './client-parts';

export { AGES, NEWEST_FIRST, QUANTILES, SORT_KEYS };
export type { LedgerFigures, PurchaseCount };
export type { PurchaseFilter, PurchaseSort, SortKey };
export type { AttemptRecord, DayOfOrders, DealRecord, EventRecord, PurchaseRecord, Verification };

/** Statuses of purchases that go on by themselves. */
const UNDER_WAY: readonly PurchaseState[] = ['looking-up', 'ordering', 'settling', 'confirming'];

/** Statuses of deals that are being read. */
const UNDER_WAY_DEALS: readonly DealState[] = ['reading'];

/** What there is to do, and what is being done. */
export interface Desk {
  /** Longest waiting first, and how many there are in all. */
  waiting: PurchaseRecord[];
  waitingDeals: DealRecord[];
  underWay: PurchaseRecord[];
  counts: { waiting: number; waitingDeals: number; underWay: number; underWayDeals: number };
  days: DayOfOrders[];
  lastOrderAt?: Date;
}

/** All that is known of a purchase. */
export interface PurchaseReport {
  purchase: PurchaseRecord;
  /** Oldest first. */
  events: EventRecord[];
  attempts: AttemptRecord[];
  verification: Verification;
  /** The deal that it was made of. */
  deal?: string;
}

/** Somebody who tells of won deals: a CRM that is asked so often, or a sender that is not asked. */
export interface TellingSource {
  name: string;
  sweep?: { everyMs: number };
}

/** When others were last heard; absent where they never were. */
export interface LastHeard {
  vendor?: Date;
  /** By the names of the sources: of a CRM when it was last asked for won deals, of a sender when it told of a new one. */
  sources: ReadonlyMap<string, Date>;
}

/** How many purchases are in memory at once. */
const AT_ONCE = 200;

const DAY_MS = 24 * 60 * 60_000;

/** What the page shows of the ledger as a whole. */
export class OverviewClient {
  constructor(private readonly parts: ClientParts) {}

  /** The number of the ledger's last link: as long as it is the same, nothing has changed. @throws LedgerError */
  async lastLink(): Promise<number> {
    return ledgerOf(this.parts).overview.lastLink();
  }

  /**
   * What waits, what is under way, and what was ordered in the last days.
   *
   * @param zone the time zone whose days are meant, `Europe/Berlin`
   */
  async desk({ days, zone }: { days: number; zone: string }): Promise<Desk> {
    const { overview, deals } = ledgerOf(this.parts);
    const since = new Date(Date.now() - days * DAY_MS);
    const [waiting, waitingDeals, underWay, counts, perDay, lastOrderAt] = await Promise.all([
      overview.purchasesIn(WAITING_STATES),
      deals.longestIn(WAITING_DEAL_STATES, MOST_SHOWN),
      overview.purchasesIn(UNDER_WAY),
      this.counts(),
      overview.orderedByDay(since, zone),
      overview.lastOrderAt(),
    ]);
    return {
      ...{ waiting, waitingDeals, underWay, counts, days: perDay },
      ...(lastOrderAt !== undefined && { lastOrderAt }),
    };
  }

  /** How much of what there is, for whoever measures. @throws LedgerError */
  async figures(): Promise<LedgerFigures> {
    return ledgerOf(this.parts).figures.read();
  }

  /** How many purchases and deals wait for a person, and how many are under way. */
  async counts(): Promise<Desk['counts']> {
    const { overview } = ledgerOf(this.parts);
    const { purchases, deals } = await overview.counts(
      [...WAITING_STATES, ...UNDER_WAY],
      [...WAITING_DEAL_STATES, ...UNDER_WAY_DEALS],
    );
    return {
      waiting: sumOf(purchases, WAITING_STATES),
      waitingDeals: sumOf(deals, WAITING_DEAL_STATES),
      underWay: sumOf(purchases, UNDER_WAY),
      underWayDeals: sumOf(deals, UNDER_WAY_DEALS),
    };
  }

  /** When the vendor and the sources of deals were last heard, by the ledger: nobody is asked. */
  async lastHeard(sources: readonly TellingSource[]): Promise<LastHeard> {
    const { overview, sweeps } = ledgerOf(this.parts);
    const heardAt = async ({ name, sweep }: TellingSource) =>
      sweep === undefined ? overview.lastDealAt(name) : (await sweeps.sweepOf(name))?.at;
    const [vendor, ...times] = await Promise.all([overview.vendorHeardAt(), ...sources.map(heardAt)]);
    const heard = sources.flatMap(({ name }, place) => {
      const at = times[place];
      return at === undefined ? [] : [[name, at] as const];
    });
    return { ...present({ vendor }), sources: new Map(heard) };
  }

  /** The purchase that has been under way for longest; undefined when none is. */
  async longestUnderWay(): Promise<PurchaseRecord | undefined> {
    return (await ledgerOf(this.parts).overview.purchasesIn(UNDER_WAY))[0];
  }

  /** All purchases of a filter, read while they are gone through, a page at a time. @throws LedgerError */
  async *purchases(filter: PurchaseFilter & { sort?: PurchaseSort }): AsyncGenerator<PurchaseRecord> {
    let after: string | undefined;
    do {
      const page = await ledgerOf(this.parts).list({ ...filter, limit: AT_ONCE, ...present({ after }) });
      yield* page.purchases;
      after = page.next;
    } while (after !== undefined);
  }

  /** A purchase as it stands; undefined when the ledger has none of that id. */
  async find(requestId: string): Promise<PurchaseRecord | undefined> {
    return ledgerOf(this.parts).find(requestId);
  }

  /** The events of a purchase, oldest first. */
  async events(requestId: string): Promise<EventRecord[]> {
    return ledgerOf(this.parts).events(requestId);
  }

  /** A purchase with everything that happened to it, and whether it is what was written; undefined when the ledger has none of that id. */
  async purchase(requestId: string): Promise<PurchaseReport | undefined> {
    const ledger = ledgerOf(this.parts);
    const purchase = await ledger.find(requestId);
    if (purchase === undefined) return undefined;
    const [events, attempts, verification] = await Promise.all([
      ledger.events(requestId),
      ledger.attempts(requestId),
      ledger.verify(requestId),
    ]);
    const deal = dealOfRequest(requestId);
    return { purchase, events, attempts, verification, ...(deal !== undefined && { deal }) };
  }

  /** The deals of that key, or of that id at their CRM; newest first. */
  async dealsNamed(text: string): Promise<string[]> {
    return ledgerOf(this.parts).deals.named(text, MOST_SHOWN);
  }
}

function sumOf<State>(counts: ReadonlyMap<State, number>, states: readonly State[]): number {
  return states.reduce((sum, state) => sum + (counts.get(state) ?? 0), 0);
}
