import type { ColumnType, Generated, Selectable } from 'kysely';
import type { ComparedBooks, Difference, DifferenceKind } from '../domain/books';
import type { DealDraft, DealState, NotifiedBy, MissingFact } from '../domain/deal';
import type { Question } from '../domain/decision';
import type { NoticeData, NoticeType } from '../domain/notice';
import type { Evidence, OrderOutcome } from '../domain/outcome';
import type { PbxState } from '../domain/pbx-state';
import type { Quote } from '../domain/quote';
import type { PurchaseRequest } from '../domain/request';
import type { PurchaseState } from '../domain/status';
import type { VendorEntry, VendorList } from '../domain/vendor-list';
import type { Changed } from './columns';

/**
 * What the ledger keeps a chain of events of: the table of its rows and their key, the table of what belongs to a row,
 * with its name and the column of its number, which counts from 1, and the table of its events.
 */
export const RECORD_KINDS = {
  purchase: {
    rows: 'purchases',
    key: 'request_id',
    parts: 'order_attempts',
    part: 'attempt',
    number: 'attempt',
    events: 'events',
  },
  deal: {
    rows: 'deals',
    key: 'deal',
    parts: 'deal_wins',
    part: 'win',
    number: 'win_number',
    events: 'deal_events',
  },
} as const;

export type RecordKind = keyof typeof RECORD_KINDS;

/** The index that keeps two requests from having one order. */
export const ONE_REQUEST_PER_ORDER = 'one_request_per_order';

/** The index that keeps a PBX from having two orders under way. */
export const ONE_ORDER_PER_PBX = 'one_order_per_pbx';

/** What has links in the chain over the whole ledger. */
export type LinkedRecord = RecordKind | 'sweep';

/** A jsonb column: read as an object, written as JSON text. */
type Json<Value> = ColumnType<Value, string, string>;
type NullableJson<Value> = ColumnType<Value | null, string | null | undefined, string | null>;

export interface PurchasesTable {
  request_id: string;
  workflow_id: string;
  fingerprint: string;
  request: Json<PurchaseRequest>;
  status: PurchaseState;
  order_no: string | null;
  transaction_no: string | null;
  order_status: string | null;
  product_no: string | null;
  instance_id: string | null;
  activation_code: string | null;
  reason_code: string | null;
  reason_message: string | null;
  evidence: NullableJson<Evidence>;
  /** What a person is asked, while one is needed. */
  question: NullableJson<Question>;
  cancellation_requested: Generated<boolean>;
  /** The serial number of the PBX whose order is under way: no other one is begun meanwhile. */
  holds_pbx: string | null;
  /** What the vendor showed of the PBX after the order. */
  pbx: NullableJson<PbxState>;
  /** What its order would be, or has to be: see `Quote`. */
  quote: NullableJson<Quote>;
  attempts: Generated<number>;
  event_count: number;
  head_hash: string;
  created_at: Date;
  updated_at: Date;
}

export interface OrderAttemptsTable {
  request_id: string;
  attempt: number;
  body: string;
  started_at: Date;
  outcome: OrderOutcome['outcome'] | null;
  /** The whole outcome, so that a later run can answer from it. */
  result: NullableJson<OrderOutcome>;
  order_no: string | null;
  ended_at: Date | null;
}

/** Something that happened to a purchase. */
export interface EventsTable {
  request_id: string;
  seq: number;
  at: Date;
  actor: string;
  kind: string;
  data: Json<unknown>;
  /** The columns that were written with it, see `keptColumns`. */
  changed: Json<Changed>;
  previous_hash: string;
  hash: string;
  /** Of an event that is written once, however often it is tried. */
  event_id: string | null;
}

export interface DealsTable {
  deal: string;
  source: string;
  status: DealState;
  notified_by: NotifiedBy;
  won_at: Date | null;
  missing: NullableJson<MissingFact[]>;
  /** What it comes to, as far as that is known. */
  request: NullableJson<DealDraft>;
  reason_code: string | null;
  reason_message: string | null;
  /** Of the newest purchase that was made of it. */
  request_id: string | null;
  event_count: number;
  head_hash: string;
  created_at: Date;
  updated_at: Date;
}

/** One time that a deal was won, and what was decided about it: a purchase, or nothing. */
export interface DealWinsTable {
  deal: string;
  win_number: number;
  won_at: Date | null;
  request_id: string | null;
  at: Date;
}

/** Something that happened to a deal. */
export interface DealEventsTable extends Omit<EventsTable, 'request_id'> {
  deal: string;
}

export interface SweepsTable {
  source: string;
  /** The moment at which the last sweep asked: what was won before it has been seen. */
  asked_until: Date;
  at: Date;
  found: number;
  caught_up: number;
  /** How many sweeps of the source were written down; each is a link of the ledger's chain. */
  seq: Generated<number>;
}

/** What a sweep has found, until it is started. */
export interface SweptDealsTable {
  source: string;
  asked_at: Date;
  deal: string;
}

/** The vendor's lists as they were last read: no part of the record. */
export interface VendorListsTable extends VendorEntry {
  list: VendorList;
  read_at: Date;
}

/** A link of the chain over all purchases, deals and sweeps. */
export interface LedgerChainTable {
  seq: number;
  record: LinkedRecord;
  id: string;
  event_seq: number;
  event_hash: string;
  previous_hash: string;
  hash: string;
}

/** One row: the last link. */
export interface LedgerHeadTable {
  one: boolean;
  seq: number;
  previous_hash: string;
  hash: string;
}

/** Something that was to be told to one address; no part of the record. */
export interface NoticesTable {
  /** Of its message. */
  id: string;
  /** What it is about: one wait, or one expiry. */
  key: string;
  type: NoticeType;
  address: string;
  data: Json<NoticeData>;
  found_at: Date;
  tried_at: Date | null;
  told_at: Date | null;
  given_up_at: Date | null;
  problem: string | null;
}

/** A personal value, for which the record has its commitment; no part of the record itself. */
export interface PersonalValuesTable {
  commitment: string;
  /** 32 random bytes, hex; null once it is erased, as the value is. */
  key: string | null;
  value: string | null;
  /** Where it stood first: `request.billingContact.email`. */
  field: string;
  /** In whose record it stands. */
  record: RecordKind;
  /** The request id, the deal's key. */
  id: string;
  erased_at: Date | null;
}

/** In what the vendor's orders and the ledger differ; no part of the record. */
export interface BookDifferencesTable {
  kind: DifferenceKind;
  order_no: string;
  facts: Json<Difference>;
  /** When the order was made, where that is known. */
  ordered_at: Date | null;
  found_at: Date;
  /** When it was found first, or found to be another one than before. */
  changed_at: Date;
  gone_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

/** A comparison of both; no part of the record. */
export interface BookComparisonsTable {
  id: string;
  compared_at: Date;
  /** How many differences were new. */
  news: number;
  result: Json<ComparedBooks>;
}

/** Columns of a row as they are read; what is written of them is told to its event. */
export type PurchaseColumns = Partial<Selectable<PurchasesTable>>;
export type DealColumns = Partial<Selectable<DealsTable>>;

export interface LedgerTables {
  purchases: PurchasesTable;
  order_attempts: OrderAttemptsTable;
  events: EventsTable;
  deals: DealsTable;
  deal_wins: DealWinsTable;
  deal_events: DealEventsTable;
  sweeps: SweepsTable;
  swept_deals: SweptDealsTable;
  vendor_lists: VendorListsTable;
  ledger_chain: LedgerChainTable;
  ledger_head: LedgerHeadTable;
  notices: NoticesTable;
  personal_values: PersonalValuesTable;
  book_differences: BookDifferencesTable;
  book_comparisons: BookComparisonsTable;
}
