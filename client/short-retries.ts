import { isRetryableError, makeGrpcRetryInterceptor, type ConnectionOptions } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';

const GRPC_RESOURCE_EXHAUSTED = 8;

/**
 * Calls to Temporal that fail are tried again soon: the pauses of the SDK's own tries grow beyond what senders wait for, and
 * so beyond every deadline.
 */
export class ShortRetries {
  readonly interceptor: NonNullable<ConnectionOptions['interceptors']>[number] = makeGrpcRetryInterceptor({
    delayFunction: (_attempt, status) => this.pause(status),
    retryableDecider: (attempt, status) => !this.hasEnded && attempt < 30 && isRetryableError(status),
  });
  private hasEnded = false;
  /** When the last pause is over, in ms since the epoch. */
  private pausedUntil = 0;

  /**
   * Tries nothing again from now on, and waits for pauses that have begun: the call after one would end the process when its
   * connection is closed.
   */
  async end(): Promise<void> {
    this.hasEnded = true;
    while (this.pausedUntil > Date.now()) await delay(this.pausedUntil - Date.now());
  }

  private pause({ code }: { code: number }): number {
    const pauseMs = (code === GRPC_RESOURCE_EXHAUSTED ? 1_000 : 250) * (0.5 + Math.random());
    this.pausedUntil = Math.max(this.pausedUntil, Date.now() + pauseMs + 10);
    return pauseMs;
  }
}
