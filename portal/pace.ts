import { setTimeout as delay } from 'node:timers/promises';
import { PortalError } from './portal-error';

/** A read that would wait for longer is put off instead: its step must not pass its time waiting, in ms. */
const LONGEST_WAIT_MS = 20_000;

/** Lets calls of the vendor begin one after the other, no more of them a second than are wanted. */
export class Pace {
  /** When the next call may begin, in ms since 1970. */
  private next = 0;
  private readonly gapMs: number;

  constructor(private readonly callsPerSecond: number) {
    this.gapMs = 1000 / callsPerSecond;
  }

  /**
   * Waits until a read may begin.
   *
   * @throws PortalError PortalRateLimited when too many wait already
   */
  async turn(): Promise<void> {
    const now = Date.now();
    const waitMs = this.next - now;
    if (waitMs > LONGEST_WAIT_MS) {
      const message = `So many calls wait for their turn that this one is put off: the worker calls the Partner Portal ${this.callsPerSecond} times a second at most (WONCE_PORTAL_CALLS_PER_SECOND).`;
      throw new PortalError('PortalRateLimited', message, {}, waitMs);
    }
    this.next = Math.max(this.next, now) + this.gapMs;
    if (waitMs > 0) await delay(waitMs);
  }

  /** An order waits for nobody: whoever reads afterwards waits for it. */
  orderBegins(): void {
    this.next = Math.max(this.next, Date.now()) + this.gapMs;
  }
}
