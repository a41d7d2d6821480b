import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import type { ConnectedSource, ConnectedSources } from '../crm/readers';
import type { Source } from '../crm/source';
import type { ApprovalRule } from '../domain/approval-rules';
import { WORKFLOW } from '../domain/author';
import { dealKeyOf } from '../domain/deal-ids';
import type { ErrorCode } from '../domain/error-catalogue';
import type { StepObserver } from '../domain/order-steps';
import type { Policy } from '../domain/policy';
import type { Operation } from '../domain/request';
import type { SearchFact } from '../domain/search-attributes';
import type { Ledger } from '../ledger/ledger';
import type { SweepObserver } from '../domain/sweep-catch';
import type { NoticeSender } from '../notices/notice-sender';
import type { PortalClient } from '../portal/portal-client';

/** What the activities touch the world with. */
export interface ActivityDeps {
  portal: PortalClient;
  /**
   * Whether what an order needs is looked up within its run's first workflow task. Not where the house limits the calls: the
   * limits are those of the task queue of the steps that call the vendor.
   */
  looksUpAtOnce: boolean;
  ledger: Ledger;
  /** The accounts of deals.yaml. */
  sources: ConnectedSources;
  policy: ActivityPolicy;
  /** Operations that are off at first, and that the house has switched on. */
  operations: ReadonlySet<Operation>;
  /** When people approve an order before it is made. */
  approvalRules: readonly ApprovalRule[];
  /** Told of each step of an order. */
  observe: StepObserver;
  /** Told of each sweep. */
  observeSweep: SweepObserver;
  notices: NoticeDeps;
  searchAttributes: SearchAttributeDeps;
}

/** Which search attributes of ours Temporal has. */
export interface SearchAttributeDeps {
  /** Those that may be used now; none where it does not say. */
  usable(): Promise<SearchFact[]>;
}

/** Who is told of what waits, when once more (ms), and where the pages are. */
export interface NoticeDeps {
  sender: NoticeSender;
  remindAfterMs: number;
  publicUrl?: string;
}

/** How patient purchases are, how far the vendor's clock may be behind ours (ms), and what the ledger may lack. */
export interface ActivityPolicy extends Policy {
  clockAllowanceMs: number;
  /** The time of the backup that the ledger was restored from: orders sent since then may be missing in it. */
  ledgerRestoredFrom?: Date;
}

/** Who the ledger's events name as their author when a run writes them. */
export const ACTOR = WORKFLOW;

/**
 * The source of a deal's account, by whatever name: in another account its id is another deal.
 *
 * @throws ApplicationFailure SourceUnknown, to be tried again: a deals.yaml that has it may be on its way
 */
export function sourceOfDeal({ sources }: ActivityDeps, deal: string): ConnectedSource {
  const connected = [...sources.values()].find(({ source }) => isOfSource(deal, source));
  if (connected !== undefined) return connected;
  throw ApplicationFailure.retryable(
    `The worker's deals.yaml has no source of the account of ${deal}; it has ${namesOf(sources)}. Add it, and start the worker again.`,
    'SourceUnknown' satisfies ErrorCode,
  );
}

/** Whether a deal is of the account of a source. */
export function isOfSource(deal: string, { crm, account }: Source): boolean {
  return deal.startsWith(dealKeyOf({ crm, account, dealId: '' }));
}

/** The sources of deals.yaml, in words. */
export function namesOf(sources: ConnectedSources): string {
  return [...sources.keys()].join(', ') || 'none';
}

/**
 * The id of what an activity writes: the same however often the activity is tried, and another for every other one, also
 * in a run that was reset. Of several writes, each has a name.
 */
export function newEventId(name = ''): string {
  const { workflowExecution, activityId } = activityInfo();
  return [workflowExecution?.runId, activityId, name].filter(Boolean).join(':');
}
