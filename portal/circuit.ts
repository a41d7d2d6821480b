import { present } from '../domain/optional';
import type { OrderOutcome } from '../domain/outcome';
import { PortalError } from './portal-error';

/** So many reads in a row without an answer, and the vendor is held to be down. */
const FAILURES = 5;

/** How long nobody asks then, and twice as long after each read that shows that he still is, in ms. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;

/** A Retry-After holds up other calls for no longer than this, in ms: then one of them asks again. */
const LONGEST_ASKED_MS = 60_000;

/** Those that wait come back one after the other, over this part of the pause. */
const SPREAD = 0.5;

const ORDERS = 'orders';

interface Pause {
  /** In ms since 1970; then one read may ask again. */
  until: number;
  ms: number;
}

interface Outage {
  /** Of the kinds of reads that have not asked since. */
  first: Pause;
  /** Of those that have, each its own: one that fails must not take the turn of the others. */
  later: Map<string, Pause>;
  /** What was found last, and the pause after it. */
  failure: PortalError;
  last: Pause;
}

/**
 * Keeps a vendor who is down from being asked by everybody. After some reads in a row that were not answered nobody asks for a while;
 * then one read of each kind does, while the others go on waiting, and one that is answered ends it. When he asks for a wait, other
 * calls of the kind keep it, too. Each process has its own. What is not asked fails with what was found, and says when to try again.
 *
 * No order finds out whether he is back: one that is not answered may have been taken.
 */
export class Circuit {
  private failures = 0;
  private outage: Outage | undefined;
  /** Kinds of reads of which one is asking whether he is back. */
  private readonly probing = new Set<string>();
  /** Until when calls of a kind are to wait, in ms since 1970. */
  private readonly asked = new Map<string, number>();

  /** @param isUrgent whether the read that is begun is one that a person waits for: it is made in any case */
  constructor(private readonly isUrgent: () => boolean = () => false) {}

  /**
   * Makes a read, unless the vendor is down.
   *
   * @param kind of the read, such as its path: one that is broken alone must not keep the others from finding that he is back
   * @throws PortalError of the read; or, without asking, of what was found before
   */
  async read<Result>(kind: string, call: () => Promise<Result>): Promise<Result> {
    if (!this.isUrgent()) this.refuse(kind);
    const isProbe = this.outage !== undefined;
    if (isProbe) this.probing.add(kind);
    try {
      const result = await call();
      this.answered(kind, isProbe);
      return result;
    } catch (error) {
      if (error instanceof PortalError) this.note(kind, error, isProbe);
      throw error;
    } finally {
      if (isProbe) this.probing.delete(kind);
    }
  }

  /** Why no order is to be sent now; undefined when one may. */
  get refusalOfOrder(): PortalError | undefined {
    return this.slowDown(ORDERS) ?? (this.outage && notAsked(this.outage, this.outage.last));
  }

  /** What became of an order. Reads find out whether the vendor is there; what he asked for is kept. */
  ordered(outcome: OrderOutcome): void {
    if (outcome.outcome === 'not-created') this.keepWait(ORDERS, outcome.retryAfterMs);
  }

  /** @throws PortalError */
  private refuse(kind: string): void {
    const slowDown = this.slowDown(kind);
    if (slowDown !== undefined) throw slowDown;
    const { outage } = this;
    if (outage === undefined) return;
    const pause = pauseOf(kind, outage);
    if (Date.now() < pause.until || this.probing.has(kind)) throw notAsked(outage, pause);
  }

  private slowDown(kind: string): PortalError | undefined {
    const until = this.asked.get(kind) ?? 0;
    if (Date.now() >= until) return undefined;
    const message = `The Partner Portal has asked to slow down. It is not asked again before ${new Date(until).toISOString()}.`;
    return new PortalError('PortalRateLimited', message, {}, spread(until, FIRST_PAUSE_MS));
  }

  /** @returns whether there is one */
  private keepWait(kind: string, retryAfterMs = 0): boolean {
    if (retryAfterMs > 0) this.asked.set(kind, Date.now() + Math.min(retryAfterMs, LONGEST_ASKED_MS));
    return retryAfterMs > 0;
  }

  private note(kind: string, failure: PortalError, isProbe: boolean): void {
    const isSlowDown = failure.code === 'PortalRateLimited';
    if (isSlowDown && this.keepWait(kind, failure.retryAfterMs)) return;
    if (!isSlowDown && failure.code !== 'PortalUnreachable') return this.answered(kind, isProbe);
    this.failures += 1;
    const { outage } = this;
    // Of reads that began before it was known, what became of them is old news.
    if (outage !== undefined && !isProbe) return;
    if (outage !== undefined) {
      const last = pauseFor(Math.min(2 * pauseOf(kind, outage).ms, LONGEST_PAUSE_MS));
      outage.later.set(kind, last);
      this.outage = { ...outage, last, failure };
    } else if (this.failures >= FAILURES) {
      const first = pauseFor(FIRST_PAUSE_MS);
      this.outage = { first, later: new Map(), last: first, failure };
    }
  }

  private answered(kind: string, isProbe: boolean): void {
    this.asked.delete(kind);
    if (this.outage !== undefined && !isProbe) return;
    this.failures = 0;
    this.outage = undefined;
  }
}

function pauseFor(ms: number): Pause {
  return { until: Date.now() + ms, ms };
}

function pauseOf(kind: string, { first, later }: Outage): Pause {
  return later.get(kind) ?? first;
}

/** In words of ours: what the vendor said about the step of another run is not for this one. */
function notAsked({ failure }: Outage, { until, ms }: Pause): PortalError {
  const { httpStatus, errorCode, vendorCode } = failure.evidence;
  // Inside a 200 only a name that is known tells that he is down.
  const name = httpStatus === 200 ? vendorCode : (httpStatus ?? errorCode);
  const found = `calls before this one found that (${name ?? 'no answer'})`;
  const message = `The Partner Portal cannot be reached: ${found}. It is not asked again before ${new Date(until).toISOString()}, and then by a few calls first.`;
  const evidence = present({ httpStatus, errorCode });
  return new PortalError('PortalUnreachable', message, evidence, spread(until, ms));
}

function spread(until: number, pauseMs: number): number {
  return Math.ceil(Math.max(0, until - Date.now()) + Math.random() * SPREAD * pauseMs);
}
