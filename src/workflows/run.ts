import type { CancellationScope } from '@temporalio/workflow';
import type { Policy } from '../orders/policy';
import type { PurchaseRequest } from '../orders/request';
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
