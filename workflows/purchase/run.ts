import type { CancellationScope } from '@temporalio/workflow';
import type { PlacedOrder } from '../../domain/outcome';
import type { Policy } from '../../domain/policy';
import type { PurchaseRequest } from '../../domain/request';
import type { PurchaseStatus } from '../../domain/status';
import type { Decisions } from './decisions';
import type { Settling } from './reconcile';
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

/** What a run whose history has grown long hands to the one that continues it: it watches an order, or looks for one. */
export type Carried = { status: PurchaseStatus; policy: Policy } & (
  { order: PlacedOrder } | { settling: Settling }
);

/** The workflow's signature, for the run that continues as new. */
export type PurchaseWorkflow = (request: PurchaseRequest, carried?: Carried) => Promise<PurchaseStatus>;
