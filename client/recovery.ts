import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/client';
import type { Author } from '../domain/author';
import type { DealNotification } from '../domain/deal';
import { present } from '../domain/optional';
import { fairnessKeyOf } from '../domain/task-queues';
import { DEAL_WORKFLOW, dealWorkflowIdOf, purchaseWorkflowIdOf } from '../domain/workflow-ids';
import type { OpenCounts, OpenDeal } from '../ledger/open-records';
import type { PurchaseRecord } from '../ledger/purchase-record';
import { ClientError } from './client-error';
import { asUnreachable } from './unreachable';
import { ledgerOf, temporalOf, type ClientParts } from './client-parts';
import { askDealRun } from './deal-run';
import { askRun, type RunAnswer } from './purchase-run';
import { startPurchaseRun } from './start-purchase';

/** What became of one thing that is open in the ledger. */
export type Recovered = 'goes-on' | 'brought-back' | Problem;

/** Why something could not be brought back, and what to do; most have a code of docs/errors.md. */
export interface Problem {
  code?: string;
  problem: string;
}

/** How many of one kind had ended, went on, and were brought back; and what could not be. */
export interface RecoveredCounts {
  ended: number;
  goOn: number;
  broughtBack: number;
  failed: ({ id: string } & Problem)[];
}

/** What a recovery came to. */
export interface RecoveryReport {
  purchases: RecoveredCounts;
  deals: RecoveredCounts;
}

/** How to recover. */
export interface RecoveryOptions {
  /** Who recovers, for the record. */
  author: Author;
  /** Only says what would be brought back. */
  isDryRun?: boolean;
  /** The ledger was restored to an older state, and the workers know to which: see `WONCE_LEDGER_RESTORED_FROM`. */
  isAfterRestore?: boolean;
  /** Purchases come back, too, whose run somebody terminated in Temporal. */
  isTerminatedToo?: boolean;
  /** Told after each purchase and deal. */
  onProgress?: (done: number, of: number) => void;
}

/** So many are looked at at once. */
const AT_ONCE = 10;

/** How long Temporal may take to begin a run, in ms. */
const PATIENCE_MS = 5_000;

/**
 * Starts again what is open in the ledger and has no run in Temporal that goes on, as after the loss of Temporal's
 * database. A purchase whose run somebody terminated is not lost, and only comes back where that is asked for. The runs find in the ledger what was done and decided: an attempt that may have bought something is
 * reconciled, and nothing is ordered again. Safe to do twice, twice at once, and while workers run.
 */
export class Recovery {
  constructor(private readonly parts: ClientParts) {}

  /** @throws ClientError TemporalUnreachable, LedgerUnreachable; LedgerError. What was brought back until then stays so. */
  async recover(options: RecoveryOptions): Promise<RecoveryReport> {
    const { openRecords } = ledgerOf(this.parts);
    temporalOf(this.parts);
    const counts = await openRecords.counts();
    const report = emptyReport(counts);
    const of = counts.purchases.open + counts.deals.open;
    let done = 0;
    const each = async (id: string, into: RecoveredCounts, recover: () => Promise<Recovered>) => {
      count(into, id, await recover().catch(problemOf));
      options.onProgress?.(++done, Math.max(of, done));
    };
    // First the purchases: the run of a deal follows that of its purchase.
    await manyAtOnce(openRecords.purchases(), (purchase) =>
      each(purchase.requestId, report.purchases, () => this.recoverPurchase(purchase, options)),
    );
    await manyAtOnce(openRecords.deals(), (deal) =>
      each(deal.deal, report.deals, () => this.recoverDeal(deal, options)),
    );
    return report;
  }

  private async recoverPurchase(purchase: PurchaseRecord, options: RecoveryOptions): Promise<Recovered> {
    const { requestId, request } = purchase;
    const run = await askRun(temporalOf(this.parts), purchaseWorkflowIdOf(requestId));
    if (run?.isOpen === true) return 'goes-on';
    if (run !== undefined && run.isOpen === undefined) throw unreachable(run.remarks);
    if (run !== undefined && options.isAfterRestore !== true && knowsMore(run, purchase)) return OLDER_LEDGER;
    if (run?.isTerminated === true && options.isTerminatedToo !== true) return TERMINATED;
    if (options.isDryRun === true) return 'brought-back';
    const { author } = options;
    const runId = await unlessGoing(() =>
      startPurchaseRun(this.parts, request, {
        reuse: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        via: author.via,
      }),
    );
    if (runId === undefined) return 'goes-on';
    const event = { requestId, kind: 'recovered', actor: author.by, data: dataOf(author, runId) };
    await ledgerOf(this.parts).recordStatus(event);
    return 'brought-back';
  }

  private async recoverDeal(
    { deal, source, notifiedBy: by }: OpenDeal,
    { author, isDryRun }: RecoveryOptions,
  ): Promise<Recovered> {
    const { isOpen, remarks } = await askDealRun(temporalOf(this.parts), deal);
    if (isOpen === true) return 'goes-on';
    if (isOpen === undefined) throw unreachable(remarks);
    if (isDryRun === true) return 'brought-back';
    const runId = await unlessGoing(() => this.startDeal({ source, deal, by }));
    if (runId === undefined) return 'goes-on';
    const event = { deal, kind: 'recovered', actor: author.by, data: dataOf(author, runId) };
    await ledgerOf(this.parts).deals.record({ ...event, id: `recovered ${runId}` });
    return 'brought-back';
  }

  private async startDeal(notification: DealNotification): Promise<string> {
    const temporal = temporalOf(this.parts);
    const handle = await temporal.withDeadline(Date.now() + PATIENCE_MS, () =>
      temporal.workflow.start(DEAL_WORKFLOW, {
        workflowId: dealWorkflowIdOf(notification.deal),
        taskQueue: this.parts.taskQueue,
        args: [notification],
        priority: { fairnessKey: fairnessKeyOf(notification.source) },
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
      }),
    );
    return handle.firstExecutionRunId;
  }
}

/** What a run that has ended knows and the ledger does not: it was restored to an older state. */
function knowsMore({ status }: RunAnswer, { attempts, order }: PurchaseRecord): boolean {
  if (status === undefined) return false;
  return status.attempts > attempts || (status.order !== undefined && order === undefined);
}

const OLDER_LEDGER: Recovered = {
  code: 'LedgerOlder',
  problem:
    'Temporal knows of an order that the ledger does not: expected a ledger that was not restored to an older state. ' +
    'Set WONCE_LEDGER_RESTORED_FROM for all workers, start them, and recover with --after-restore: see docs/runbooks/ledger-restored.md.',
};

const TERMINATED: Recovered = {
  code: 'RunTerminated',
  problem:
    'Temporal has not lost its run: somebody terminated it there, and may have meant that nothing is bought. ' +
    'If it is to go on, recover with --terminated.',
};

/** @returns undefined when a run goes on, as another recovery was faster */
async function unlessGoing(start: () => Promise<string>): Promise<string | undefined> {
  try {
    return await start();
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw asUnreachable(error);
  }
}

function dataOf({ why, via }: Author, run: string): Record<string, unknown> {
  return { run, ...present({ why, via }) };
}

/** What stands in the way of all of them ends the recovery; what concerns one of them is told. */
function problemOf(error: unknown): Recovered {
  const { code } = error as { code?: unknown };
  const isOfAll = ['TemporalUnreachable', 'LedgerUnreachable', 'LedgerUnavailable'].includes(String(code));
  if (isOfAll) throw error;
  return {
    ...(typeof code === 'string' && { code }),
    problem: `${(error as Error).message} See wonce doctor, and recover again.`,
  };
}

function unreachable(remarks: readonly string[]): ClientError {
  return new ClientError('TemporalUnreachable', `${remarks.join(' ')} Recover again when it does.`);
}

async function manyAtOnce<Entry>(
  entries: AsyncIterable<Entry>,
  work: (entry: Entry) => Promise<void>,
): Promise<void> {
  let some: Entry[] = [];
  for await (const entry of entries) {
    if (some.push(entry) < AT_ONCE) continue;
    await Promise.all(some.map(work));
    some = [];
  }
  await Promise.all(some.map(work));
}

function count(into: RecoveredCounts, id: string, recovered: Recovered): void {
  if (recovered === 'goes-on') into.goOn++;
  else if (recovered === 'brought-back') into.broughtBack++;
  else into.failed.push({ id, ...recovered });
}

function emptyReport({ purchases, deals }: OpenCounts): RecoveryReport {
  const empty = { goOn: 0, broughtBack: 0 };
  return {
    purchases: { ended: purchases.ended, ...empty, failed: [] },
    deals: { ended: deals.ended, ...empty, failed: [] },
  };
}
