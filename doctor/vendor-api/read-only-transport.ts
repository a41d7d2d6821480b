import { TOKEN_PATH } from '../../portal/access-token';
import { isAnswer, Transport, type Answer, type Call, type NoAnswer } from '../../portal/transport';

/** Calls of one path: the pages of a list that is read whole, twice. */
const MOST_CALLS = 100;

/**
 * Calls of the vendor that read: GETs, and the POST for a token. Whatever else it is asked to send, it does not. Each read
 * is made once: whoever asks again gets the answer that came, so that raw answer and what is made of it are of one call.
 */
export class ReadOnlyTransport extends Transport {
  private readonly answers = new Map<string, Promise<Answer | NoAnswer>>();
  private readonly counts = new Map<string, number>();
  /** Of the first call for a token. */
  tokenAnswer: Answer | NoAnswer | undefined;

  override async call(call: Call): Promise<Answer | NoAnswer> {
    if (call.path === TOKEN_PATH) {
      const answer = await super.call(call);
      this.tokenAnswer ??= answer;
      return answer;
    }
    if (call.method !== 'GET' || call.body !== undefined) {
      return { errorCode: 'NOT_A_READ', neverConnected: true };
    }
    const count = this.counts.get(call.path) ?? 0;
    const key = keyOf(call);
    if (!this.answers.has(key)) {
      if (count >= MOST_CALLS) return { errorCode: 'ENOUGH', neverConnected: true };
      this.counts.set(call.path, count + 1);
    }
    const answer = this.answers.get(key) ?? super.call(call);
    this.answers.set(key, answer);
    return answer;
  }

  /** Whether a path was asked as often as it may be. */
  isSpent(path: string): boolean {
    return (this.counts.get(path) ?? 0) >= MOST_CALLS;
  }

  /** Lets what is asked for at a path be read again. */
  forget(path: string): void {
    for (const key of this.answers.keys()) {
      if ((JSON.parse(key) as unknown[])[0] === path) this.answers.delete(key);
    }
  }

  /** The answers of reads so far, in their order. */
  async seen(): Promise<Answer[]> {
    return (await Promise.all(this.answers.values())).filter(isAnswer);
  }
}

function keyOf({ path, query = {}, authorization, maxBytes }: Call): string {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined);
  return JSON.stringify([
    path,
    asked.map(([name, value]) => [name, String(value)]).sort(),
    authorization,
    maxBytes,
  ]);
}
