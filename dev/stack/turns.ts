import type { PGlite } from '@electric-sql/pglite';

/** A client of the one session that PGlite has. */
export interface TurnTaker {
  send(answer: Uint8Array): void;
  /** Closes its connection; `leave` follows. */
  drop(): void;
}

/** What a client wants done without anybody in between: a simple query, or all from Parse to Sync. */
interface Turn {
  taker: TurnTaker;
  messages: Uint8Array[];
}

const SYNC = Uint8Array.of(0x53, 0, 0, 0, 4);
/** So long a client may keep the session to itself and say nothing: nobody else is served meanwhile. */
const LONGEST_SILENCE_MS = 10_000;

/**
 * Shares PGlite's one session between clients. A turn is done whole: between a client's Parse and its Sync another's
 * message would bind one's values to the other's statement, or roll back what is about to be acknowledged. A client
 * with an open transaction keeps the session until it ends, until it falls silent, or until the client is gone.
 */
export class Turns {
  private waiting: Turn[] = [];
  private isBusy = false;
  private holder: TurnTaker | undefined;
  private silence: NodeJS.Timeout | undefined;
  private readonly gone = new WeakSet<TurnTaker>();

  /** @param onFailure told when PGlite itself has failed (not a statement): nothing can be served after that */
  constructor(
    private readonly db: PGlite,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  take(taker: TurnTaker, messages: Uint8Array[]): void {
    this.waiting.push({ taker, messages });
    void this.work();
  }

  /** A client's connection is closed: what it left open is rolled back, what it has not begun is not done. */
  leave(taker: TurnTaker): void {
    this.gone.add(taker);
    this.waiting = this.waiting.filter((turn) => turn.taker !== taker);
    void this.work();
  }

  private async work(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      for (;;) {
        if (this.holder !== undefined && this.gone.has(this.holder)) await this.rollBack();
        const turn = this.nextTurn();
        if (turn === undefined) break;
        await this.run(turn);
      }
    } catch (error) {
      // Stays busy on purpose: a session that failed serves nobody.
      this.onFailure(error);
      return;
    }
    this.isBusy = false;
  }

  private nextTurn(): Turn | undefined {
    const { holder } = this;
    const place = holder === undefined ? 0 : this.waiting.findIndex((turn) => turn.taker === holder);
    return place === -1 ? undefined : this.waiting.splice(place, 1)[0];
  }

  private async run({ taker, messages }: Turn): Promise<void> {
    clearTimeout(this.silence);
    await this.db.runExclusive(async () => {
      for (const message of messages) {
        await this.db.execProtocolRawStream(message, { onRawData: (answer) => taker.send(answer) });
      }
    });
    const isWhole = !endsWithFlush(messages);
    this.holder = isWhole && !this.db.isInTransaction() ? undefined : taker;
    if (this.holder !== undefined) this.silence = setTimeout(() => taker.drop(), LONGEST_SILENCE_MS);
  }

  private async rollBack(): Promise<void> {
    clearTimeout(this.silence);
    await this.db.runExclusive(() => this.db.execProtocolRawStream(SYNC, { onRawData: () => undefined }));
    if (this.db.isInTransaction()) await this.db.exec('rollback');
    this.holder = undefined;
  }
}

/** After Flush ("H") a client wants answers before its turn is over. */
function endsWithFlush(messages: Uint8Array[]): boolean {
  return messages.at(-1)?.[0] === 0x48;
}
