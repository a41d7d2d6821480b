import { WorkflowFailedError } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import type { ComparedBooks, KeptDifference } from '../domain/books';
import { booksWorkflowIdOf, COMPARE_BOOKS_WORKFLOW } from '../domain/workflow-ids';
import { ClientError } from './client-error';
import { asUnreachable } from './unreachable';
import { ledgerOf, temporalOf, type ClientParts } from './client-parts';
import { workersOf } from './health';
import { failureOfRun } from './run-failure';

/** A comparison of the books, and all that differs. */
export interface BooksReport extends ComparedBooks {
  /** Oldest finding first. */
  all: KeptDifference[];
}

/** Compares the vendor's orders with the ledger. It orders nothing and changes nothing. */
export class BooksClient {
  constructor(private readonly parts: ClientParts) {}

  /**
   * Runs a comparison, and waits for it: minutes with thousands of orders, and for as long as the vendor is away.
   *
   * @param since orders since then; without it since the first request
   * @throws ClientError BooksNotCompared (the message begins with the code of why), NoWorker, TemporalUnreachable,
   *   LedgerUnreachable
   */
  async compare(since?: Date): Promise<BooksReport> {
    const ledger = ledgerOf(this.parts);
    const compared = await this.run(since?.toISOString());
    return { ...compared, all: await ledger.books.differences(new Date(compared.since)) };
  }

  private async run(since: string | undefined): Promise<ComparedBooks> {
    const temporal = temporalOf(this.parts);
    const { taskQueue } = this.parts;
    if ((await workersOf(temporal, taskQueue)) === 0) {
      throw new ClientError(
        'NoWorker',
        `No worker waits for work of "${taskQueue}": nothing was compared. Start one: wonce worker`,
      );
    }
    try {
      return await temporal.workflow.execute<(since?: string) => Promise<ComparedBooks>>(
        COMPARE_BOOKS_WORKFLOW,
        { workflowId: booksWorkflowIdOf(randomUUID()), taskQueue, args: since === undefined ? [] : [since] },
      );
    } catch (error) {
      throw failureIn(error) ?? asUnreachable(error);
    }
  }
}

function failureIn(error: unknown): ClientError | undefined {
  if (!(error instanceof WorkflowFailedError)) return undefined;
  const failure = failureOfRun(error);
  const why = failure ? `${failure.type}: ${failure.message}` : 'the run was ended by somebody';
  return new ClientError('BooksNotCompared', `${why} Nothing was compared.`);
}
