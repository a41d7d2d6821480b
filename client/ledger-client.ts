import type { Checkpoint } from '../ledger/checkpoint';
import type { Erasing, Erasure } from '../ledger/erasure';
import type { LedgerError } from '../ledger/errors';
import type { LedgerVerification, VerifyOptions } from '../ledger/ledger';
import type { OrderMade } from '../ledger/orders-made';
import type { PurchaseQuery } from '../ledger/page';
import type { Author } from '../domain/author';
import type { DealDraft } from '../domain/deal';
import { present } from '../domain/optional';
import { renewalDraftOf, renewalsOf, type Renewal } from '../domain/renewals';
import type { PurchaseState, PurchaseStatus } from '../domain/status';
import { cancellationIn } from './cancellation';
import type { Circumstances } from './circumstances';
import { ClientError } from './client-error';
import { ledgerOf, type LedgerParts } from './client-parts';
import { checkedCursor } from './cursor';
import { hasAllWritten, recordedStatus } from './recorded-status';
import type { StatusReport } from './wait';

/**
 * What the ledger alone answers of purchases. Nothing here loads Temporal's client, which takes longer than all else that a
 * short command does.
 */
export class LedgerClient {
  constructor(protected readonly parts: LedgerParts) {}

  async close(): Promise<void> {
    await this.parts.ledger?.close();
  }

  /**
   * How a purchase stands that has ended, when all that becomes of it is written: its run has nothing to add. Undefined of
   * any other one, and where the ledger does not say.
   */
  async ended(requestId: string): Promise<StatusReport | undefined> {
    const purchase = await this.parts.ledger?.find(requestId).catch(() => undefined);
    if (purchase === undefined || !hasAllWritten(purchase)) return undefined;
    return { status: recordedStatus(purchase), remarks: [], goesOn: false };
  }

  /** What stands beside a status, for people, as far as it is told now: without it the status is still an answer. */
  async circumstances({ status }: StatusReport): Promise<Circumstances> {
    const wasCancelled = status.status === 'cancelled' || status.cancellationRequested === true;
    if (!wasCancelled) return {};
    const events = await this.parts.ledger?.events(status.requestId).catch(() => undefined);
    return present({ cancellation: events && cancellationIn(events) });
  }

  /**
   * Purchases in the ledger, newest first where no order is given. `after` is the `next` of the page before.
   *
   * @throws ClientError WrongUse when `after` is none
   */
  async list(options: PurchaseQuery) {
    checkedCursor(options.after);
    return ledgerOf(this.parts).list(options);
  }

  /** How the purchases of such a page stand. */
  async statuses(options: {
    status?: PurchaseState;
    limit?: number;
    after?: string;
  }): Promise<{ purchases: PurchaseStatus[]; next?: string }> {
    const { purchases, ...rest } = await this.list(options);
    return { purchases: purchases.map(recordedStatus), ...rest };
  }

  /**
   * PBXs that something was ordered for here, by their expiry, as far as the ledger knows it; the vendor is not asked.
   *
   * @param withinDays without those that have more days left; those whose expiry is not known are always there, last
   */
  async renewals({ withinDays }: { withinDays?: number } = {}): Promise<Renewal[]> {
    return renewalsOf(await ledgerOf(this.parts).pbxs.ordered(), Date.now(), withinDays);
  }

  /** The renewal of a PBX as it would be asked for, by the ledger; undefined where that has nothing to renew. */
  async renewalDraft(serialNumber: string): Promise<DealDraft | undefined> {
    const pbx = serialNumber.toUpperCase();
    return renewalDraftOf({ serialNumber: pbx, orders: await ledgerOf(this.parts).pbxs.ordersOf(pbx) });
  }

  /** The events of a purchase, oldest first, and whether their chain of hashes holds. */
  async audit(requestId: string) {
    const ledger = ledgerOf(this.parts);
    const verification = await ledger.verify(requestId).catch((error: unknown) => {
      if ((error as LedgerError).code !== 'LedgerUnknownPurchase') throw error;
      throw new ClientError(
        'UnknownPurchase',
        `The ledger has no purchase "${requestId}". See what there is: wonce list`,
      );
    });
    return { events: await ledger.events(requestId), verification };
  }

  /**
   * Verifies the whole ledger, and that it still has what the checkpoints say.
   *
   * @param options `publicKeys`: that one of them has signed each checkpoint. `onProgress`: told many times a second
   */
  async verifyLedger(
    checkpoints: readonly Checkpoint[] = [],
    options: VerifyOptions = {},
  ): Promise<LedgerVerification> {
    return ledgerOf(this.parts).verifyAll(checkpoints, options);
  }

  /**
   * What would be erased of a purchase, of a deal with its purchases, or of a person; nothing is changed.
   *
   * @throws LedgerError as `erasePersonalData`
   */
  async personalData(what: Erasing): Promise<Erasure> {
    return ledgerOf(this.parts).personalData.find(what);
  }

  /**
   * Erases it, for good.
   *
   * @throws LedgerError LedgerErasureRefused, LedgerUnknownPurchase, LedgerUnknownDeal
   */
  async erasePersonalData(what: Erasing, author: Author): Promise<Erasure> {
    return ledgerOf(this.parts).personalData.erase(what, author);
  }

  /** Where the chain of the ledger ends now, to be kept elsewhere. */
  async checkpoint(): Promise<Checkpoint> {
    return ledgerOf(this.parts).checkpoint();
  }

  /**
   * The orders that were made in a time, oldest first, for whoever keeps the accounts. They are read while they are gone
   * through, a page at a time.
   *
   * @param to not included
   * @throws ClientError LedgerUnreachable
   */
  ordersBetween(from: Date, to: Date): AsyncIterable<OrderMade> {
    return ledgerOf(this.parts).ordersBetween({ from, to });
  }

  /** How many orders were begun in a time of which nobody knows yet whether they were made: the accounts lack them. */
  async doubtfulBetween(from: Date, to: Date): Promise<number> {
    return ledgerOf(this.parts).doubtfulBetween({ from, to });
  }
}
