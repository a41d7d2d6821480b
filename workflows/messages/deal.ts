import type {
  Deal,
  DealDecision,
  DealDraft,
  DealNotification,
  DealPurchase,
  DealRequest,
  DealState,
  DealStatus,
  FilledIn,
  MappedDeal,
  MissingFact,
  WhenWon,
} from '../../domain/deal';
import type { Reason } from '../../domain/status';

/**
 * What goes into the history of a deal's run: see purchase.ts. The notification that begins a run is `DealNotification`,
 * which the server and the client send.
 */

/** The workflow's signature. `continued` is there only in a run that continues another as new. */
export type DealWorkflow = (notification: DealNotification, continued?: ContinuedDeal) => Promise<DealStatus>;

/** What a run that continues another knows of the deal. */
export interface ContinuedDeal {
  status: DealStatus;
  filledIn: FilledIn;
  content?: Deal;
  decision?: DealDecision;
  unrecorded: UnrecordedDecision[];
  /** So many of them, the first, count no more: the run was cancelled since. */
  outdone?: number;
  isRecorded: boolean;
  isCancelled: boolean;
  hasNews: boolean;
  /** The request id of the purchase that it follows. */
  following?: string;
}

/** A decision on its way to the ledger; it is acted on once it is there. */
export interface UnrecordedDecision {
  id: string;
  decision: DealDecision;
}

/** The activities of a deal. */
export interface DealActivities {
  recordAndDecide(input: RecordAndDecideInput): Promise<DecidedAtOnce>;
  recordNotification(input: RecordNotificationInput): Promise<RecordedDeal>;
  readDeal(question: DealQuestion): Promise<DealReading>;
  checkFilledIn(request: DealRequest): Promise<MissingFact[]>;
  decideWin(question: WinQuestion): Promise<WinDecision>;
  dismissCancelled(input: DismissCancelledInput): Promise<DismissedDeal>;
  recordDealEvent(event: DealEvent): Promise<void>;
  findPurchase(requestId: string): Promise<FoundPurchase | undefined>;
}

/** A notification, and its id: a run that continues as new before it is written down brings it again. */
export type RecordNotificationInput = DealNotification & { id?: string };

/** How a deal stands in the ledger. */
export type RecordedDeal = DealStatus & {
  /** By people, in runs that have ended, too. */
  filledIn: FilledIn;
  /** The sender, which cannot be asked, has told of something later already. */
  isOutdated?: boolean;
};

/** A notification to be written down, and the deal that is read meanwhile. */
export interface RecordAndDecideInput {
  notification: RecordNotificationInput;
  question: DealQuestion;
}

/** What was to be had at once. */
export interface DecidedAtOnce {
  recorded: RecordedDeal;
  reading?: DealReading;
  /** Of a win that nothing is missing of, and nobody has filled in anything for. */
  decided?: WinDecision;
}

export interface DealQuestion {
  source: string;
  deal: string;
  /** The deal as it was sent, of senders that cannot be asked. */
  content?: Deal;
  /** What people have filled in so far. */
  filledIn: FilledIn;
}

/** How a deal stands at the CRM, and what it would become. */
export type DealReading =
  { isWon: false; isGone: boolean } | ({ isWon: true; isMerged?: boolean } & WhenWon & MappedDeal);

/** A deal that is won: what becomes of it? */
export interface WinQuestion extends WhenWon {
  source: string;
  deal: string;
  isMerged?: boolean;
  /** What keeps it from becoming a request. */
  missing?: MissingFact[];
  /** What it comes to, as far as that is known. */
  request?: DealDraft;
  /** What a person has decided about it. */
  decision?: DealDecision;
}

/** What is done about a deal that is won, and how it stands in the ledger now. */
export interface WinDecision {
  /** `wait`: for a person's decision, or for what is missing; `follow`: the purchase that an earlier run made. */
  then: 'buy' | 'follow' | 'wait' | 'nothing';
  /** Of `buy` and `follow`: under which the purchase runs. */
  requestId?: string;
  status: DealStatus;
  /** The decision was about something else, and does not count. */
  isRefused?: boolean;
}

/** A deal whose run was cancelled in Temporal. */
export interface DismissCancelledInput {
  notification: DealNotification;
  /** The run has read the deal, and knows of which win it is. */
  isRead: boolean;
  /** It knows what is to be bought of that; not said by runs of before, which do. */
  isComplete?: boolean;
  wonAt?: string;
}

/** How it stands then. */
export interface DismissedDeal {
  status: DealStatus;
  /** The win was decided about before, and its purchase has not begun. */
  requestId?: string;
}

/** What happened to a deal, for the ledger. */
export interface DealEvent {
  deal: string;
  /** Without one the deal stands as it did, and the event alone is written. */
  status?: DealState;
  /** What happened, as the event's kind. */
  kind: string;
  /** Who did it, when it was a person. */
  actor?: string;
  reason?: Reason;
  /** What else the event should tell. */
  data?: Record<string, unknown>;
  /** Under the same id it is written once; without one, once for each time that a run does so. */
  id?: string;
}

/** How the purchase that was made of a deal stands. */
export interface FoundPurchase extends DealPurchase {
  /** An order is there, or none will be: nothing about it can be cancelled any more. */
  isOver: boolean;
  /** An order may be there: a cancellation counts only if it is not. */
  mayBeOrdered: boolean;
}
