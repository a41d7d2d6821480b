/** One price that the vendor's answers hold, under the vendor's own names. */
export interface QuotedPrice {
  /** The plan or service that it is of. */
  of: string;
  /** The vendor's name of the field. */
  field: string;
  value: string;
}

/** What an order would be, and nothing ordered. Ordering the same request sends this body, or nothing. */
export interface Quote {
  requestId: string;
  /** The order's body, character for character as it would be sent. */
  body: string;
  /** Prices as the vendor's lists have them; the vendor documents none. */
  prices: QuotedPrice[];
  /** What a person would be asked before the order. */
  doubts: string[];
  /** ISO 8601, UTC. */
  at: string;
}
