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
  /** Serial number of the PBX; for a new licence the vendor assigns it. */
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
}

export type OrderOutcome =
  | { outcome: 'created'; order: PlacedOrder; evidence: Evidence }
  | {
      outcome: 'not-created';
      /** `not-sent`: nothing reached the vendor, or it said to slow down; may be tried again. `refused`: final. */
      why: 'not-sent' | 'refused';
      code: string;
      message: string;
      /** How long the vendor asked to wait, in ms. */
      retryAfterMs?: number;
      evidence: Evidence;
    }
  | { outcome: 'unknown'; code: string; message: string; evidence: Evidence };
