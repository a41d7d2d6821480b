import axios from 'axios';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** One HTTP request of a delivery, as the CRM would send it. */
export interface Outgoing {
  headers: Record<string, string>;
  /** Sent byte for byte. */
  body: string;
}

/** How a sender delivers, as its documentation says. */
export interface SenderRules {
  /** How long it waits for an answer, in ms. */
  timeoutMs: number;
  /** The waits before each further attempt, in ms. */
  retryAfterMs: readonly number[];
  /** `status` is undefined when no answer came. */
  isSuccess(answer: { status: number; body: string }): boolean;
  isRetried(status: number | undefined): boolean;
}

export interface Attempt {
  /** ms since 1970. */
  at: number;
  /** How long the answer took, in ms. */
  tookMs: number;
  /** Absent when no answer came. */
  status?: number;
}

export interface Delivery {
  id: string;
  to: string;
  state: 'under-way' | 'delivered' | 'given-up';
  attempts: Attempt[];
}

/** Delivers messages in the background, and remembers how that went. */
export class Deliveries {
  readonly all: Delivery[] = [];
  private readonly closing = new AbortController();

  /**
   * @param message makes the request of an attempt, counted from 1: signatures and counters differ from one to the next
   * @param timeScale by which the waits between attempts are multiplied: hours are too long for a test
   */
  start(
    to: string,
    rules: SenderRules,
    message: (attempt: number, now: Date) => Outgoing,
    timeScale = 1,
  ): Delivery {
    const delivery: Delivery = { id: randomUUID(), to, state: 'under-way', attempts: [] };
    this.all.push(delivery);
    this.deliver(delivery, rules, message, timeScale).catch(() => {
      delivery.state = 'given-up';
    });
    return delivery;
  }

  close(): void {
    this.closing.abort();
  }

  private async deliver(
    delivery: Delivery,
    rules: SenderRules,
    message: (attempt: number, now: Date) => Outgoing,
    timeScale: number,
  ): Promise<void> {
    for (const waitMs of [0, ...rules.retryAfterMs]) {
      if (waitMs > 0) await delay(waitMs * timeScale, undefined, { signal: this.closing.signal });
      const attempt = delivery.attempts.length + 1;
      const answer = await this.send(delivery, rules, message(attempt, new Date()));
      if (answer !== undefined && rules.isSuccess(answer)) {
        delivery.state = 'delivered';
        return;
      }
      if (!rules.isRetried(answer?.status)) break;
    }
    delivery.state = 'given-up';
  }

  private async send({ to, attempts }: Delivery, { timeoutMs }: SenderRules, { headers, body }: Outgoing) {
    const at = Date.now();
    try {
      const { status, data } = await axios.post<string>(to, Buffer.from(body, 'utf8'), {
        headers,
        timeout: timeoutMs,
        signal: AbortSignal.any([this.closing.signal, AbortSignal.timeout(timeoutMs)]),
        responseType: 'text',
        transformResponse: (text: string) => text,
        validateStatus: () => true,
        maxRedirects: 0,
        proxy: false,
      });
      attempts.push({ at, tookMs: Date.now() - at, status });
      return { status, body: data };
    } catch {
      attempts.push({ at, tookMs: Date.now() - at });
      return undefined;
    }
  }
}
