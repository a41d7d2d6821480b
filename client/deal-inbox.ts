import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { DEAL_WORKFLOW, dealWorkflowIdOf, type DealHint } from '../domain/deal';
import { ClientError } from './client-error';

/** How long Temporal may take to keep word of a deal, in ms: the strictest sender waits 5 s for its answer. */
const PATIENCE_MS = 3_000;

/**
 * Keeps word of deals. Each deal has one run at most, which is its durable inbox: word that comes while it goes on
 * reaches that run, later word begins another, which finds in the ledger what was bought.
 */
export class DealInbox {
  constructor(
    private readonly temporal: Client,
    private readonly taskQueue: string,
  ) {}

  /**
   * Keeps word that a deal may have been won. When it returns, Temporal has it on its disk.
   *
   * @throws ClientError TemporalUnreachable: it could not be kept, and must be sent again
   */
  async hear(hint: DealHint): Promise<void> {
    // What a person decided comes with the signal alone, so that it is recorded once, whether a run goes on or begins.
    const { decision: _, ...word } = hint;
    await this.patiently(() =>
      // One call that either starts or tells: between two, a run could end and the word be lost.
      this.temporal.workflow.signalWithStart(DEAL_WORKFLOW, {
        workflowId: dealWorkflowIdOf(hint.deal),
        taskQueue: this.taskQueue,
        args: [word],
        signal: 'heard',
        signalArgs: [hint],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      }),
    );
  }

  /**
   * Tells the run of a deal that something happened to it; without one that goes on, nobody waits for it.
   *
   * @throws ClientError TemporalUnreachable
   */
  async tell(hint: DealHint): Promise<void> {
    await this.patiently(async () => {
      try {
        await this.temporal.workflow.getHandle(dealWorkflowIdOf(hint.deal)).signal('heard', hint);
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
