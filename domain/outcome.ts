/**
 * What became of one attempt to create an order. Three-valued, because the vendor has no idempotency key:
 * what is not proven to be created or not created is unknown, and is never sent again.
 */

/** The vendor's answer to Create an Order; all ids as the vendor writes them (vendor tutorial, "Result"). */
export interface PlacedOrder {
  orderNo: string;
  /** `succeed`, `pending`, `failed`, … as the vendor spells it. */
  orderStatus: string;
  transactionNo?: string;
  instanceId?: string;
  /** Serial number of the PBX; for a new license the vendor assigns it. */
  productNo?: string;
}

/** What is known of the exchange with the vendor, for the person who has to judge it. Never a token or a body. */
export interface Evidence {
  httpStatus?: number;
  /** `code` of the vendor's envelope. */
  vendorCode?: string;
  /** `detailMessage` of the vendor's envelope, cleaned and shortened. */
  vendorMessage?: string;
  /** `requestId` of the vendor's envelope: quote it to vendor support. */
  vendorRequestId?: string;
  /** Node's or axios's code of a broken connection, such as ECONNRESET. */
  errorCode?: string;
  /** SHA-256 (hex) of an answer that could not be understood. */
  bodySha256?: string;
  /** Of an order whose worker was not heard of any more: until when it may still be under way (ISO 8601). */
  underWayUntil?: string;
  /** How an unknown outcome came to be known. */
  settledBy?: 'reference' | 'content' | 'decision' | 'absence';
  /** Of an absence: the orders that were seen and are not the one, and whether all of the vendor's had been read. */
  seen?: { orders: string[]; isComplete: boolean };
  /** In what the order that was found is the one that was sent, and what the vendor does not show of it. */
  agrees?: string[];
  notShown?: string[];
}

export type OrderOutcome = CreatedOutcome | NotCreatedOutcome | UnknownOutcome;

export interface CreatedOutcome {
  outcome: 'created';
  order: PlacedOrder;
  evidence: Evidence;
}

export interface NotCreatedOutcome {
  outcome: 'not-created';
  /** `not-sent`: nothing reached the vendor, or nothing came of it; may be tried again. `refused`: final. */
  why: 'not-sent' | 'refused';
  code: string;
  message: string;
  /** How long the vendor asked to wait, in ms. */
  retryAfterMs?: number;
  evidence: Evidence;
}

export interface UnknownOutcome {
  outcome: 'unknown';
  /** Of which attempt, as its run hears: what is said of it counts for no other. */
  attempt?: number;
  code: string;
  message: string;
  evidence: Evidence;
}

/** An outcome as its run hears it; what says already of which attempt it is, goes by that. */
export function ofAttempt(attempt: number, outcome: OrderOutcome): OrderOutcome {
  return outcome.outcome === 'unknown' ? { attempt, ...outcome } : outcome;
}
