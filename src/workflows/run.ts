import type { CancellationScope } from '@temporalio/workflow';
import type { PlacedOrder } from '../orders/outcome';
import type { Policy } from '../orders/policy';
import type { PurchaseRequest } from '../orders/request';
import type { PurchaseStatus } from '../orders/status';
import type { Decisions } from './decisions';
import type { StatusBoard } from './status-board';

/** What the steps of one run share. */
export interface Run {
  request: PurchaseRequest;
  board: StatusBoard;
  decisions: Decisions;
  policy: Policy;
  /** The run's own scope: the order and what follows run in scopes that cannot be cancelled. */
  scope: CancellationScope;
}

/** What a run that watches an order hands to the one that continues it. */
export interface Carried {
  status: PurchaseStatus;
  order: PlacedOrder;
  policy: Policy;
}

/** The workflow's signature, for the run that continues as new. */
export type PurchaseWorkflow = (request: PurchaseRequest, carried?: Carried) => Promise<PurchaseStatus>;
