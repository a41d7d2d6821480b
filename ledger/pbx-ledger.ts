import { sql, type Kysely } from 'kysely';
import { changesPbx } from '../domain/operations';
import type { PbxState } from '../domain/pbx-state';
import type { PurchaseRequest } from '../domain/request';
import { isTerminal, type PurchaseState } from '../domain/status';
import { isPbxBusy, unknownPurchase, type Run } from './errors';
import { EventStream } from './event-stream';
import { readRows } from './personal-values';
import { purchaseRecord, type PurchaseRecord } from './purchase-record';
import type { LedgerTables, PurchaseColumns } from './schema';

/** An order of a PBX that was made, as the ledger has it. */
export interface OrderOfPbx {
  requestId: string;
  request: PurchaseRequest;
  /** The order's body, character for character as it was sent. */
  body: string;
  orderedAt: Date;
  /** What the vendor showed of the PBX afterwards. */
  shown?: PbxState;
}

/** A PBX that something was ordered for. */
export interface OrderedPbx {
  /** In capitals. */
  serialNumber: string;
  /** Oldest first; never none. */
  orders: OrderOfPbx[];
}

/** Whether a purchase now holds its PBX, or which one does. */
export type Hold = { held: true } | { held: false; by: string };

/** Statuses in which a purchase that changes no PBX may have an order of one all the same. */
const MAY_BE_ORDERED: readonly PurchaseState[] = [
  'ordering',
  'settling',
  'waiting-for-decision',
  'confirming',
];

/**
 * The ledger's part about PBXs: whose order is under way, and what was ordered for one. A hold is a column of the purchase,
 * unique in the ledger, and is let go in the statement that ends the purchase.
 */
export class PbxLedger {
  private readonly stream: EventStream;

  /** @param run turns the database's failures into the ledger's own */
  constructor(
    private readonly db: Kysely<LedgerTables>,
    private readonly run: Run,
  ) {
    this.stream = new EventStream(db, 'purchase');
  }

  /**
   * Holds the PBX of a purchase for it, as soon as no other order of it is under way.
   *
   * @throws LedgerError LedgerUnknownPurchase
   */
  async hold(requestId: string, actor: string): Promise<Hold> {
    return this.run(async () => {
      for (;;) {
        const purchase = await this.purchase(requestId);
        const pbx = pbxChangedBy(purchase.request);
        if (pbx === undefined || purchase.holdsPbx === pbx) return { held: true };
        const other = await this.otherOrder(pbx, requestId);
        if (other !== undefined) return { held: false, by: other };
        try {
          if (await this.append(purchase, { actor, kind: 'pbx-held', data: { pbx } }, { holds_pbx: pbx }))
            return { held: true };
        } catch (error) {
          // Another one was faster: the next look finds it.
          if (!isPbxBusy(error)) throw error;
        }
      }
    });
  }

  /** Lets the PBX go, for others, while a person is asked; not while an order of the purchase may be under way after all. */
  async release(requestId: string, actor: string): Promise<void> {
    await this.run(async () => {
      for (;;) {
        const purchase = await this.purchase(requestId);
        if (purchase.holdsPbx === undefined || (await this.mayHaveBought(requestId))) return;
        const event = { actor, kind: 'pbx-released', data: { pbx: purchase.holdsPbx } };
        if (await this.append(purchase, event, { holds_pbx: null })) return;
      }
    });
  }

  /** The orders of a PBX that were made, oldest first. @param serialNumber in capitals */
  async ordersOf(serialNumber: string): Promise<OrderOfPbx[]> {
    const query = this.ordersMade().where((is) =>
      is.or([is(serialOfRequest, '=', serialNumber), is('p.product_no', '=', serialNumber)]),
    );
    const rows = await this.run(() => readRows(this.db, query));
    return rows.map(orderOfPbx);
  }

  /** Every PBX that something was ordered for here, by serial number, with its orders as `ordersOf` tells them. */
  async ordered(): Promise<OrderedPbx[]> {
    const rows = await this.run(() => readRows(this.db, this.ordersMade()));
    const pbxs = new Map<string, OrderOfPbx[]>();
    for (const row of rows) {
      const order = orderOfPbx(row);
      const serialNumber = serialOf(order, row.product_no);
      if (serialNumber !== undefined) pbxs.set(serialNumber, [...(pbxs.get(serialNumber) ?? []), order]);
    }
    const inOrder = [...pbxs].sort(([one], [other]) => (one < other ? -1 : 1));
    return inOrder.map(([serialNumber, orders]) => ({ serialNumber, orders }));
  }

  /** The request id of a purchase that holds the PBX, or may have an order of it that has not ended. @param pbx in capitals */
  async orderUnderWay(pbx: string): Promise<string | undefined> {
    return this.run(() => this.otherOrder(pbx, ''));
  }

  private ordersMade() {
    return this.db
      .selectFrom('purchases as p')
      .innerJoin('order_attempts as a', 'a.request_id', 'p.request_id')
      .select(['p.request_id', 'p.request', 'p.product_no', 'p.pbx', 'a.body', 'a.started_at'])
      .where('p.status', '=', 'ordered')
      .where('a.outcome', '=', 'created')
      .orderBy('a.started_at');
  }

  private async append(
    purchase: PurchaseRecord,
    event: { actor: string; kind: string; data: Record<string, unknown> },
    columns: PurchaseColumns,
  ): Promise<boolean> {
    return (await this.stream.append({ ...purchase, id: purchase.requestId }, event, columns)) !== undefined;
  }

  private async mayHaveBought(requestId: string): Promise<boolean> {
    const attempts = this.db
      .selectFrom('order_attempts')
      .select('outcome')
      .where('request_id', '=', requestId);
    const latest = await attempts.orderBy('attempt', 'desc').limit(1).executeTakeFirst();
    return latest !== undefined && latest.outcome !== 'not-created';
  }

  private async purchase(requestId: string): Promise<PurchaseRecord> {
    const query = this.db.selectFrom('purchases').selectAll().where('request_id', '=', requestId);
    const [row] = await readRows(this.db, query);
    if (row === undefined) throw unknownPurchase(requestId);
    return purchaseRecord(row);
  }

  /** The request id of another purchase that holds the PBX, or may have an order of it that has not ended. */
  private async otherOrder(pbx: string, requestId: string): Promise<string | undefined> {
    const row = await this.db
      .selectFrom('purchases as p')
      .select('p.request_id')
      .where('p.request_id', '<>', requestId)
      .where((is) =>
        is.or([
          is('p.holds_pbx', '=', pbx),
          is.and([is(serialOfRequest, '=', pbx), is('p.status', 'in', MAY_BE_ORDERED)]),
        ]),
      )
      .orderBy('p.created_at')
      .limit(1)
      .executeTakeFirst();
    return row?.request_id;
  }
}

interface OrderRow {
  request_id: string;
  request: PurchaseRequest;
  pbx: PbxState | null;
  body: string;
  started_at: Date;
}

function orderOfPbx({ request_id, request, pbx, body, started_at }: OrderRow): OrderOfPbx {
  return {
    requestId: request_id,
    request,
    body,
    orderedAt: started_at,
    ...(pbx !== null && { shown: pbx }),
  };
}

/** Of a new license the vendor tells it, once there is one. */
function serialOf({ request: { license } }: OrderOfPbx, productNo: string | null): string | undefined {
  const serialNumber = license.kind === 'existing' ? license.serialNumber : productNo;
  return serialNumber?.toUpperCase() || undefined;
}

/** The serial number in the request of a purchase, of the table `p`. */
export const serialOfRequest = sql<string>`p.request -> 'license' ->> 'serialNumber'`;

/** The serial number of the PBX that an order of the request changes. */
export function pbxChangedBy(request: PurchaseRequest): string | undefined {
  return changesPbx(request) && request.license.kind === 'existing'
    ? request.license.serialNumber
    : undefined;
}

/** A purchase that ends lets its PBX go. */
export function releasedPbx(
  { holdsPbx }: PurchaseRecord,
  status: PurchaseState | undefined,
): PurchaseColumns {
  const ends = holdsPbx !== undefined && status !== undefined && isTerminal(status);
  return ends ? { holds_pbx: null } : {};
}
