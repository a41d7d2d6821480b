import type { CancellationScope, TemporalFailure } from '@temporalio/workflow';
import type { Policy } from '../../domain/policy';
import type { PurchaseRequest } from '../../domain/request';
import type { Decisions } from './decisions';
import type { SearchAttributes } from './search-attributes';
import type { StatusView } from './status-view';

/** What the steps of one run share. */
export interface PurchaseContext {
  request: PurchaseRequest;
  view: StatusView;
  decisions: Decisions;
  searchAttributes: SearchAttributes;
  policy: Policy;
  /** What people have chosen, by the id of the question: the same is not asked twice. */
  chosen: Map<string, string>;
  /** No other order of the PBX is begun; while a person is asked, others go first. */
  holdsPbx: boolean;
  /** What has ended the purchase, but for an order that was begun: that is finished, and nothing is ordered again. */
  over?: TemporalFailure;
  /** The run's own scope: the order and what follows run in scopes that cannot be cancelled. */
  scope: CancellationScope;
}
