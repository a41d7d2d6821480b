import type { CancellationScope } from '@temporalio/workflow';
import type { Policy } from '../../domain/policy';
import type { PurchaseRequest } from '../../domain/request';
import type { Decisions } from './decisions';
import type { StatusView } from './status-view';

/** What the steps of one run share. */
export interface PurchaseContext {
  request: PurchaseRequest;
  view: StatusView;
  decisions: Decisions;
  policy: Policy;
  /** The run's own scope: the order and what follows run in scopes that cannot be cancelled. */
  scope: CancellationScope;
}
