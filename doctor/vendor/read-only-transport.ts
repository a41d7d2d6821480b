import { TOKEN_PATH } from '../../portal/access-token';
import { Transport, type Answer, type Call, type NoAnswer } from '../../portal/transport';

/**
 * Calls of the vendor that read: GETs, and the POST for a token. Whatever else it is asked to send, it does not. Each is
 * made once: whoever asks again gets the answer that came, so that raw answer and what is made of it are of one call.
 */
export class ReadOnlyTransport extends Transport {
  private readonly answers = new Map<string, Promise<Answer | NoAnswer>>();

  override call(call: Call): Promise<Answer | NoAnswer> {
    const isRead = call.method === 'GET' && call.body === undefined;
    if (!isRead && call.path !== TOKEN_PATH) {
      return Promise.resolve({ errorCode: 'NOT_A_READ', neverConnected: true });
    }
    const key = keyOf(call);
    const answer = this.answers.get(key) ?? super.call(call);
    this.answers.set(key, answer);
    return answer;
  }

  /** The answers of reads and of the token call so far, in their order. */
  async seen(): Promise<Answer[]> {
    const all = await Promise.all(this.answers.values());
    return all.filter((answer): answer is Answer => 'httpStatus' in answer);
  }

  /** The answer to the first call of a path. */
  firstOf(path: string): Promise<Answer | NoAnswer> | undefined {
    const key = [...this.answers.keys()].find((one) => (JSON.parse(one) as unknown[])[0] === path);
    return key === undefined ? undefined : this.answers.get(key);
  }
}

function keyOf({ path, query = {}, authorization }: Call): string {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined);
  return JSON.stringify([path, asked.map(([name, value]) => [name, String(value)]).sort(), authorization]);
}
