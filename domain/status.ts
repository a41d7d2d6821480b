import type { Question } from './decision';
import type { ErrorCode } from './error-catalogue';
import { foldName } from './names';
import type { Evidence, PlacedOrder } from './outcome';

/** Where a purchase stands (docs/statuses.md explains each). */
export const PURCHASE_STATES = [
  'quoted',
  'looking-up',
  'waiting-for-choice',
  'waiting-for-approval',
  'ordering',
  'settling',
  'waiting-for-decision',
  'confirming',
  'ordered',
  'refused',
  'cancelled',
] as const;
export type PurchaseState = (typeof PURCHASE_STATES)[number];

/** Why a purchase was refused or waits: a stable code and a sentence that says what to do. */
export interface Reason {
  code: string;
  message: string;
}

/** A reason that is given here, and not told by a failure. */
export interface KnownReason extends Reason {
  code: ErrorCode;
}

/** The answer to "what happened?": the same object from the workflow's query, the ledger and `wonce status`. */
export interface PurchaseStatus {
  requestId: string;
  workflowId: string;
  status: PurchaseState;
  /** Attempts to create the order so far; more than one only where the earlier ones provably sent nothing. */
  attempts: number;
  order?: PlacedOrder;
  /** For a new license: the code that activates the PBX online. */
  activationCode?: string;
  /** In a run, instead of the code, which no history holds: that the ledger has it. */
  hasActivationCode?: true;
  reason?: Reason;
  /** Of an order that was sent and is not known to be made: its purchase order number, by which people find it. Not in a run. */
  reference?: string;
  /** What is known of an attempt whose outcome is unknown, or was until it was settled. */
  evidence?: Evidence;
  /** What a person is asked, while one is needed. */
  question?: Question;
  /** A cancellation came after the order had begun: the order was finished all the same. */
  cancellationRequested?: boolean;
  /** ISO 8601, UTC. */
  updatedAt: string;
}

/** Statuses from which a purchase does not move on by itself. */
export function isTerminal(status: PurchaseState): boolean {
  return status === 'ordered' || status === 'refused' || status === 'cancelled';
}

/** Statuses in which nothing happens until a person decides. */
export const WAITING_STATES = [
  'waiting-for-choice',
  'waiting-for-approval',
  'waiting-for-decision',
] as const satisfies readonly PurchaseState[];

/** Whether nothing happens until a person decides. */
export function waitsForPerson(status: PurchaseState): boolean {
  return WAITING_STATES.some((waiting) => waiting === status);
}

/** The vendor's words for an order that is done, and for one of which no license comes, without case, blanks and signs. */
const DONE = new Set(['succeed', 'succeeded', 'success', 'successful', 'complete', 'completed']);
const FAILED = new Set(['fail', 'failed', 'failure', 'invalid', 'cancelled', 'canceled', 'refunded']);

/** What the vendor's `orderStatus` means for the purchase (vendor reference, section 8.3), however it is spelled. */
export function meaningOf(orderStatus: string): 'done' | 'watch' | 'failed' {
  const word = foldName(orderStatus).replace(/[_-]/g, '');
  if (DONE.has(word)) return 'done';
  // `pending`, `con…` and whatever the vendor invents: not final, never a reason to order again.
  return FAILED.has(word) ? 'failed' : 'watch';
}
