import type { Author } from '../../domain/author';
import type { ApprovalState } from '../../domain/approval';
import type { Asking, Candidate, ComparedFact, Question } from '../../domain/decision';
import type { Evidence, NotCreatedOutcome, OrderOutcome, PlacedOrder } from '../../domain/outcome';
import type { Policy } from '../../domain/policy';
import type { ChosenPlan, ChosenService, PurchaseFacts } from '../../domain/purchase-facts';
import type {
  BillingContactReference,
  Operation,
  PartnerReference,
  Product,
  PurchaseRequest,
  ServiceLine,
} from '../../domain/request';
import type { SearchFact } from '../../domain/search-attributes';
import type { PurchaseState, PurchaseStatus, Reason } from '../../domain/status';

/**
 * What goes into the history of a purchase's run: the inputs and results of its activities, and what it hands to the run
 * that continues it. From the first release on a change here needs a patch or a version, and a replay test of both.
 */

/** The workflow's signature. `continued` is there only in a run that continues another as new. */
export type PurchaseWorkflow = (
  request: PurchaseRequest,
  continued?: ContinuedPurchase,
) => Promise<PurchaseStatus>;

/** What a run whose history has grown long hands to the one that continues it: it watches an order, or looks for one. */
export type ContinuedPurchase = {
  status: PurchaseStatus;
  policy: Policy;
  /** Why it was refused while its order began: it is not ordered again. */
  refusedBefore?: Reason;
} & ({ order: PlacedOrder } | { reconciliation: Reconciliation });

/** How far the search for an order of unknown outcome has come. */
export interface Reconciliation {
  /** The attempt that it is about; not said by runs of before, whose latest it is. */
  attempt?: number;
  /** Why the outcome is not known. */
  code: string;
  message: string;
  evidence: Evidence;
  /** In ms since 1970: from then on a person is asked. */
  endsAt: number;
  /** How many times the vendor's orders were polled. */
  polls: number;
  /** The latest scan failed: it is made once more, also when the window has passed. */
  hasFailed: boolean;
  seen: SeenOrders;
  /** Since when the order has been absent from complete scans, in ms since 1970, and the most orders that one has shown. */
  absence: { since?: number; mostSeen: number };
}

/** What is known of the vendor's orders: what a person is asked about, and decides about. */
export interface SeenOrders {
  /** Of the latest scan that succeeded. */
  scan: 'none' | 'complete' | 'incomplete';
  /** Orders that may be the one. */
  candidates: Candidate[];
}

/** The activities of a purchase. */
export interface PurchaseActivities {
  acceptAndLookUp(input: AcceptAndLookUpInput): Promise<AcceptedAndFound>;
  acceptRequest(input: AcceptRequestInput): Promise<AcceptedRequest>;
  resolvePartner(reference: PartnerReference): Promise<string>;
  fetchSerialNumber(question: SerialNumberQuestion): Promise<string>;
  fetchPlan(question: PlanQuestion): Promise<Offer>;
  chooseBillingContact(reference: BillingContactReference | undefined): Promise<string>;
  createOrder(input: CreateOrderInput): Promise<CreateOrderResult>;
  findOutcome(input: FindOutcomeInput): Promise<OrderOutcome>;
  recordOutcome(input: RecordOutcomeInput): Promise<OrderOutcome>;
  recordStatus(change: StatusChange): Promise<PurchaseStatus | undefined>;
  scanOrders(input: OfPurchase): Promise<OrderScan>;
  adoptOrder(input: AdoptOrderInput): Promise<OrderOutcome>;
  recordAbsence(input: RecordAbsenceInput): Promise<OrderOutcome>;
  scanBeforeReorder(input: OfPurchase): Promise<Candidate[]>;
  reopenOutcome(input: ReopenOutcomeInput): Promise<OrderOutcome>;
  readOrder(orderNo: string): Promise<Partial<PlacedOrder>>;
  fetchActivationCode(input: FetchActivationCodeInput): Promise<void>;
  usableSearchAttributes(): Promise<SearchFact[]>;
  holdPbx(input: OfPurchase): Promise<HeldPbx>;
  releasePbx(input: OfPurchase): Promise<void>;
  checkPbx(input: CheckPbxInput): Promise<PbxCheck>;
  comparePbx(input: OfPurchase): Promise<ComparedFact[]>;
  recordPbx(input: OfPurchase): Promise<void>;
  checkApproval(input: CheckApprovalInput): Promise<ApprovalCheck>;
}

export interface OfPurchase {
  requestId: string;
}

/** A request, and how its run was started. */
export interface AcceptRequestInput {
  request: PurchaseRequest;
  /** By which door, as the start says; whatever else may have come in its place counts as none. */
  via?: unknown;
  /** The workflow id of the run that started it, if one did. */
  startedBy?: string;
}

/** What the ledger knows of an accepted purchase. */
export interface AcceptedRequest {
  known: PurchaseStatus;
  /** An earlier run opened an attempt that may have bought something: its outcome is asked for, not another order. */
  attempted: boolean;
  /** By which the run goes. */
  policy: Policy;
  /** Somebody cancelled the purchase in an earlier run, which did not come to the end of that. */
  isCancelled?: true;
  /** What people chose in earlier runs: the id of each question, with that of the candidate. */
  chosen?: [question: string, candidate: string][];
}

/** A request, and what its order needs. */
export interface AcceptAndLookUpInput extends AcceptRequestInput {
  questions: LookupQuestions;
}

/** An accepted request, with as much as was found at once: what is missing is looked up by a step of its own. */
export interface AcceptedAndFound {
  accepted: AcceptedRequest;
  found: FoundAtOnce;
}

/** What is looked up for an order; what it does not need is not asked. */
export interface LookupQuestions {
  serialNumber?: SerialNumberQuestion | undefined;
  partner?: PartnerReference | undefined;
  offer: PlanQuestion;
  /** Of an order that is billed: the contact that the request names, if it names one. */
  billingContact?: { named?: BillingContactReference | undefined } | undefined;
  activationMailTo?: PartnerReference | undefined;
}

/** The answers to the questions that were answered. */
export interface FoundAtOnce {
  serialNumber?: string;
  partnerId?: string;
  offer?: Offer;
  billingContactId?: string;
  activationMailTo?: string;
}

/** A PBX that has to be there. */
export interface SerialNumberQuestion {
  serialNumber: string;
  /** Without one it is `software`. */
  product?: Product | undefined;
}

/** What is asked of the vendor's catalogue: for an existing PBX by its serial number. */
export interface PlanQuestion {
  serialNumber?: string | undefined;
  /** Without one it is `purchase`; each sells other entries of the catalogue. */
  operation?: Operation | undefined;
  /** Without one it is `software`. */
  product?: Product | undefined;
  /** Of `expand`: what comes on top, each as a service of the vendor's. */
  added?: { capacity: Capacity; quantity: number }[] | undefined;
  plan: string;
  services: ServiceLine[];
}

/** The plan and the services of a request, as the vendor sells them. */
export interface Offer {
  plan: ChosenPlan;
  services: ChosenService[];
}

/** What can be expanded (vendor tutorial "Expand Extensions or Concurrent Calls"). */
export type Capacity = 'extensions' | 'concurrent calls';

export interface CreateOrderInput {
  request: PurchaseRequest;
  facts: PurchaseFacts;
}

export interface CreateOrderResult {
  /** Number of the attempt in the ledger, from 1. */
  attempt: number;
  outcome: OrderOutcome;
  /** Whether the ledger has the outcome; when not, the workflow writes it as soon as the ledger can be reached. */
  recorded: boolean;
}

/** Why nobody has an answer of the order. */
export interface FindOutcomeInput extends OfPurchase {
  code: string;
  message: string;
}

export interface RecordOutcomeInput {
  request: PurchaseRequest;
  attempt: number;
  outcome: OrderOutcome;
}

/** A change of status for the ledger, or what happened without one. */
export interface StatusChange extends OfPurchase {
  /** Without one the purchase stands as it did, and the event alone is written. */
  status?: PurchaseState;
  /** What happened, as the event's kind. */
  kind: string;
  /** Who did it, when it was a person. */
  actor?: string;
  reason?: Reason;
  order?: Partial<PlacedOrder>;
  cancellationRequested?: boolean;
  evidence?: Evidence;
  /** What a person is asked from now on; with another status nothing is. */
  question?: Question;
  /** What else the event should tell. */
  data?: Record<string, unknown>;
}

/** What one scan of the vendor's orders said of an attempt of unknown outcome. */
export type OrderScan = { ordersSeen: number } & (
  | { found: 'one'; outcome: OrderOutcome }
  | { found: 'none'; isComplete: boolean }
  | { found: 'undecided'; candidates: Candidate[] }
  /** The attempt's own worker was held up, and has proven meanwhile that nothing came of it. */
  | { found: 'not-created'; outcome: NotCreatedOutcome }
);

/** A person's word that an order is the one. */
export interface AdoptOrderInput extends OfPurchase, Author {
  orderNo: string;
}

/** For how long an order has been absent, in ms, and for how long it must be; runs of before do not tell that. */
export interface AbsenceByTime {
  because: 'absence';
  forMs: number;
  neededMs?: number;
}

/** Who says that an attempt created nothing: a person, or a long and complete absence. */
export type Absence = ({ because: 'decision'; then: 'order-again' | 'stop' } & Author) | AbsenceByTime;

export interface RecordAbsenceInput extends OfPurchase {
  /** Which one is absent; without one, the latest. */
  attempt?: number;
  absence: Absence;
  /** What the absence goes by. */
  seen: NonNullable<Evidence['seen']>;
}

/** Orders that came to light after the order was held to be absent. */
export interface ReopenOutcomeInput extends OfPurchase {
  candidates: Candidate[];
}

export interface FetchActivationCodeInput extends OfPurchase {
  productNo: string;
}

/** Whether a purchase has its PBX for itself. */
export interface HeldPbx {
  /** The request id of the purchase that has it; absent when this one does. */
  heldBy?: string;
}

export interface CheckPbxInput {
  request: PurchaseRequest;
  facts: PurchaseFacts;
}

/** What a person should know before the order; without doubts it goes on. */
export interface PbxCheck {
  doubts: string[];
  compared: ComparedFact[];
}

export interface CheckApprovalInput {
  request: PurchaseRequest;
  facts: PurchaseFacts;
}

/** Whether people have to approve an order before it is made. */
export interface ApprovalCheck {
  /** What they are asked; absent when no rule is about the order, and when enough of them have approved exactly this one. */
  asking?: Asking & { approval: ApprovalState };
}
