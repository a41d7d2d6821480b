import { sql, type Kysely } from 'kysely';
import type { DealState, NotifiedBy } from '../domain/deal';
import type { PurchaseState } from '../domain/status';
import type { Run } from './errors';
import { readRows } from './personal-values';
import { purchaseRecord, type PurchaseRecord } from './purchase-record';
import type { LedgerTables } from './schema';

/** Statuses of a purchase with which no run goes on: it has ended, or has only been quoted. */
export const AT_REST = [
  'quoted',
  'ordered',
  'refused',
  'cancelled',
] as const satisfies readonly PurchaseState[];

/** Statuses of a deal in which its run waits for somebody, or for the CRM. */
export const WAITING = [
  'reading',
  'incomplete',
  'waiting-for-decision',
] as const satisfies readonly DealState[];

/** With its order made, nothing of a purchase can be cancelled any more: its deal's run has ended. */
const DECIDED = ['confirming', ...AT_REST.slice(1)];

const PAGE = 100;

/** A deal that its run still has something to do for. */
export interface OpenDeal {
  deal: string;
  source: string;
  status: DealState;
  notifiedBy: NotifiedBy;
}

/** How many of what the ledger has are open, and how many have ended. */
export interface OpenCounts {
  purchases: { open: number; ended: number };
  deals: { open: number; ended: number };
}

/** What is open in the ledger, whatever Temporal knows of it. */
export class OpenRecords {
  constructor(
    private readonly db: Kysely<LedgerTables>,
    private readonly run: Run,
  ) {}

  async counts(): Promise<OpenCounts> {
    return this.run(async () => {
      const [purchases, deals] = await Promise.all([
        this.db
          .selectFrom('purchases')
          .select([
            sql<string>`count(*)`.as('all'),
            sql<string>`count(*) filter (where ${isOpen})`.as('open'),
          ])
          .executeTakeFirstOrThrow(),
        this.db
          .selectFrom('deals')
          .leftJoin('purchases', 'purchases.request_id', 'deals.request_id')
          .select([
            sql<string>`count(*)`.as('all'),
            sql<string>`count(*) filter (where ${isOpenDeal})`.as('open'),
          ])
          .executeTakeFirstOrThrow(),
      ]);
      return { purchases: countOf(purchases), deals: countOf(deals) };
    });
  }

  /** Purchases that have not ended, by their ids; a page of them is in memory. */
  async *purchases(): AsyncGenerator<PurchaseRecord, void, undefined> {
    for (let after = ''; ;) {
      const query = this.db
        .selectFrom('purchases')
        .selectAll()
        .where('request_id', '>', after)
        .where(isOpen)
        .orderBy('request_id')
        .limit(PAGE);
      const page = (await this.run(() => readRows(this.db, query))).map(purchaseRecord);
      yield* page;
      if (page.length < PAGE) return;
      after = page.at(-1)!.requestId;
    }
  }

  /** Deals that their runs still have something to do for, by their keys; a page of them is in memory. */
  async *deals(): AsyncGenerator<OpenDeal, void, undefined> {
    for (let after = ''; ;) {
      const query = this.db
        .selectFrom('deals')
        .leftJoin('purchases', 'purchases.request_id', 'deals.request_id')
        .select(['deals.deal', 'deals.source', 'deals.status', 'deals.notified_by as notifiedBy'])
        .where('deals.deal', '>', after)
        .where(isOpenDeal)
        .orderBy('deals.deal')
        .limit(PAGE);
      const page = await this.run(() => query.execute());
      yield* page;
      if (page.length < PAGE) return;
      after = page.at(-1)!.deal;
    }
  }
}

const isOpen = sql<boolean>`purchases.status not in (${sql.join(AT_REST)})`;

/** Its purchase may not have begun, or may still be cancelled when the deal is lost. */
const isOpenDeal = sql<boolean>`(deals.status in (${sql.join(WAITING)}) or (deals.status = 'requested'
  and (purchases.status is null or purchases.status not in (${sql.join(DECIDED)}))))`;

function countOf({ all, open }: { all: string; open: string }) {
  return { open: Number(open), ended: Number(all) - Number(open) };
}
