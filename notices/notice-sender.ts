import axios from 'axios';
import type { Readable } from 'node:stream';
import { Webhook } from 'standardwebhooks';
import { outbound, refusalOfProxy } from '../config/outbound';
import { retryAfterMs } from '../config/retry-after';
import { exponentialBackoff } from '../domain/backoff';
import { noticeInWords, type Notice, type NoticeAddress } from '../domain/notice';
import { NoticeError } from './notice-error';

/** From name lookup to the answer's headers. */
const DEADLINE_MS = 15_000;

const MINUTE_MS = 60_000;
/** Nobody waits longer than that, whoever asks for it: a notice is given up after a day. */
const LONGEST_PAUSE_MS = 60 * MINUTE_MS;

/** So many wait for the answer of one address at once: a receiver that hangs must not take up the worker. */
const AT_ONCE = 10;

/** Answers that ask to wait, and do not say that the call is wrong. */
const ASKS_TO_WAIT = new Set([408, 425, 429]);

/** Sends notices to their addresses. It follows no redirect, and reads no answer's body. */
export class NoticeSender {
  private readonly addresses: ReadonlyMap<string, NoticeAddress>;
  private readonly webhook: Webhook | undefined;
  /** How many wait for an answer, by address. */
  private readonly waiting = new Map<string, number>();

  constructor(addresses: readonly NoticeAddress[], secret: string | undefined) {
    this.addresses = new Map(addresses.map((address) => [address.id, address]));
    this.webhook = secret === undefined ? undefined : new Webhook(secret);
  }

  /** Ids of the addresses. */
  get ids(): string[] {
    return [...this.addresses.keys()];
  }

  /**
   * @param attempt counts from 1: what is refused is tried again more and more seldom
   * @throws NoticeError NoticeNotTaken; NoticeAddressUnknown
   */
  async send(notice: Notice, attempt: number): Promise<void> {
    const address = this.addresses.get(notice.address);
    if (address === undefined) {
      throw new NoticeError(
        'NoticeAddressUnknown',
        `WONCE_NOTICES of the worker has no address of the digest ${notice.address}. Where it was taken away on purpose: ` +
          'nothing; else add it, and start the worker again.',
      );
    }
    const { status, retryAfter } = await this.inTurn(address, () =>
      post(address, this.messageOf(notice, address.kind)),
    );
    if (status >= 200 && status < 300) return;
    throw new NoticeError(
      'NoticeNotTaken',
      `${address.host} answered ${status} to a notice, expected 2xx.${status === 410 ? ' It says that the address is gone: take it out of WONCE_NOTICES.' : ''} It is sent again.`,
      pauseAfter(status, retryAfter, attempt),
    );
  }

  private async inTurn<Result>({ id, host }: NoticeAddress, work: () => Promise<Result>): Promise<Result> {
    const before = this.waiting.get(id) ?? 0;
    if (before >= AT_ONCE) {
      throw new NoticeError(
        'NoticeNotTaken',
        `${host} has not answered ${before} notices yet: this one comes after them. It is sent again.`,
      );
    }
    this.waiting.set(id, before + 1);
    try {
      return await work();
    } finally {
      this.waiting.set(id, this.waiting.get(id)! - 1);
    }
  }

  private messageOf(notice: Notice, kind: NoticeAddress['kind']): Message {
    if (kind === 'text') return { headers: {}, body: JSON.stringify({ text: noticeInWords(notice) }) };
    const { id, type, data, foundAt } = notice;
    const body = JSON.stringify({ type, timestamp: foundAt.toISOString(), data });
    const now = new Date();
    return {
      headers: {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': this.webhook!.sign(id, now, body),
      },
      body,
    };
  }
}

interface Message {
  headers: Record<string, string>;
  body: string;
}

async function post(
  { url, host }: NoticeAddress,
  { headers, body }: Message,
): Promise<{ status: number; retryAfter: string | undefined }> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  try {
    const answer = await axios.post<Readable>(url, body, {
      ...outbound(url),
      headers: { 'content-type': 'application/json', 'user-agent': 'Wonce', ...headers },
      transformRequest: [(data: unknown) => data],
      maxRedirects: 0,
      validateStatus: () => true,
      responseType: 'stream',
      signal,
    });
    answer.data.destroy();
    const retryAfter: unknown = answer.headers['retry-after'];
    return { status: answer.status, retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined };
  } catch (error) {
    const reason = signal.aborted ? `not within ${DEADLINE_MS / 1000} s` : reasonOf(error);
    throw new NoticeError(
      'NoticeNotTaken',
      `${host} did not answer a notice (${reason}), expected 2xx. It is sent again.`,
    );
  }
}

/** Of an error, the code alone: its message may hold the address. */
function reasonOf(error: unknown): string {
  const { name, code } = error as Error & { code?: unknown };
  return refusalOfProxy(code) ?? (typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : name);
}

/** What says that the call is wrong will say so again: the pause begins at a minute then, and doubles. */
function pauseAfter(status: number, header: string | undefined, attempt: number): number | undefined {
  const asked = retryAfterMs(header) ?? 0;
  const isWrong = status < 500 && !ASKS_TO_WAIT.has(status);
  const slower = isWrong ? exponentialBackoff(MINUTE_MS, attempt - 1, LONGEST_PAUSE_MS) : 0;
  const pause = Math.min(Math.max(asked, slower), LONGEST_PAUSE_MS);
  return pause > 0 ? pause : undefined;
}
