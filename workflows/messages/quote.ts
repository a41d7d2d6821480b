import type { PurchaseFacts } from '../../domain/purchase-facts';
import type { Quote } from '../../domain/quote';
import type { PurchaseRequest } from '../../domain/request';

/** What goes into the history of a quote's run: see purchase.ts. */

/** The workflow's signature. */
export type QuoteWorkflow = (request: PurchaseRequest) => Promise<Quote>;

/** What a quote is made of. */
export interface RecordQuoteInput {
  request: PurchaseRequest;
  facts: PurchaseFacts;
  /** By which door the run was started, as the start says; whatever else may have come in its place counts as none. */
  via?: unknown;
}

/** The activities of a quote, beside the lookups of a purchase. */
export interface QuoteActivities {
  recordQuote(input: RecordQuoteInput): Promise<Quote>;
  /** Nothing is asked for. */
  readVendorLists(nothing: object): Promise<void>;
}
