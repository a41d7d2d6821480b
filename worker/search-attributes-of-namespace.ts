import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { usableFacts, type SearchFact } from '../domain/search-attributes';

/** An answer is good for so long, in ms: whoever takes an attribute away holds runs up for no longer. */
const GOOD_FOR_MS = 5_000;

/** One that did not come is not asked for again before so long, in ms. */
const SILENT_FOR_MS = 60_000;

/** How long the question may take, in ms: a run waits for it. */
const PATIENCE_MS = 2_000;

/** Which search attributes of ours the namespace has now. Where Temporal does not say, none: they are never needed. */
export class SearchAttributesOfNamespace {
  private answer: Promise<SearchFact[]> | undefined;
  private goodUntil = 0;
  private told: string | undefined;

  /** @param isEncrypted payloads are: then only what tells nothing of a customer is used */
  constructor(
    private readonly connection: NativeConnection,
    private readonly namespace: string,
    private readonly isEncrypted: boolean,
    private readonly log: Logger,
  ) {}

  async usable(): Promise<SearchFact[]> {
    if (this.answer === undefined || Date.now() >= this.goodUntil) {
      this.goodUntil = Date.now() + GOOD_FOR_MS;
      this.answer = this.ask();
    }
    return this.answer;
  }

  private async ask(): Promise<SearchFact[]> {
    const { connection, namespace } = this;
    try {
      const { customAttributes } = await connection.withDeadline(Date.now() + PATIENCE_MS, () =>
        connection.operatorService.listSearchAttributes({ namespace }),
      );
      const facts = usableFacts(customAttributes ?? {}, this.isEncrypted);
      this.tell(facts.join(', ') || 'none registered: wonce setup');
      return facts;
    } catch (error) {
      this.goodUntil = Date.now() + SILENT_FOR_MS;
      this.tell(`none, as Temporal does not say which it has (${(error as Error).message})`);
      return [];
    }
  }

  /** Once, and when it has changed. */
  private tell(searchAttributes: string): void {
    if (searchAttributes === this.told) return;
    this.told = searchAttributes;
    this.log.info({ searchAttributes }, 'search attributes in use');
  }
}
