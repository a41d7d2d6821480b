import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { DealNotification } from '../domain/deal';
import { fairnessKeyOf } from '../domain/task-queues';
import { DEAL_WORKFLOW, dealWorkflowIdOf } from '../domain/workflow-ids';
import { ClientError } from './client-error';

/** How long Temporal may take to keep a notification, in ms: the strictest sender waits 5 s for its answer. */
const PATIENCE_MS = 3_000;

/**
 * Keeps notifications of deals. Each deal has one run at most, which is its durable inbox: a notification that comes while
 * it goes on reaches that run, a later one begins another, which finds in the ledger what was bought.
 */
export class DealInbox {
  constructor(
    private readonly temporal: Client,
    private readonly taskQueue: string,
  ) {}

  /**
   * Keeps the notification that a deal may have been won. When it returns, Temporal has it on its disk.
   *
   * @throws ClientError TemporalUnreachable: it could not be kept, and must be sent again
   */
  async notify(notification: DealNotification): Promise<void> {
    // What a person decided comes with the signal alone, so that it is recorded once, whether a run goes on or begins.
    const { decision: _, ...start } = notification;
    await this.patiently(() =>
      // One call that either starts or signals: between two, a run could end and the notification be lost.
      this.temporal.workflow.signalWithStart(DEAL_WORKFLOW, {
        workflowId: dealWorkflowIdOf(notification.deal),
        taskQueue: this.taskQueue,
        args: [start],
        priority: { fairnessKey: fairnessKeyOf(notification.source) },
        signal: 'notify',
        signalArgs: [notification],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      }),
    );
  }

  /**
   * Notifies the open run of a deal that something happened to it; without one, nobody waits for it.
   *
   * @throws ClientError TemporalUnreachable
   */
  async notifyOpenRun(notification: DealNotification): Promise<void> {
    await this.patiently(async () => {
      try {
        await this.temporal.workflow
          .getHandle(dealWorkflowIdOf(notification.deal))
          .signal('notify', notification);
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    });
  }

  private async patiently(work: () => Promise<unknown>): Promise<void> {
    try {
      await this.temporal.withDeadline(Date.now() + PATIENCE_MS, work);
    } catch (error) {
      throw new ClientError(
        'TemporalUnreachable',
        `Temporal did not keep it within ${PATIENCE_MS / 1000} s (${(error as Error).message}).`,
      );
    }
  }
}
