import { present } from '../domain/optional';
import type { OrderOutcome } from '../domain/outcome';
import { PortalError, type PortalErrorCode } from './portal-error';

/** So many calls in a row without an answer, and the vendor is held to be down. */
const FAILURES = 5;

/** After the first of them, and twice as long after each call that shows that he still is, in ms. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;

/** A Retry-After holds up all calls for no longer than this, in ms: then one of them asks again. */
const LONGEST_ASKED_MS = 10 * 60_000;

/** Those that wait come back one after the other, over this part of the pause. */
const SPREAD = 0.5;

/** A vendor who does not answer, or asks to slow down. Anything else is an answer. */
const DOWN: readonly PortalErrorCode[] = ['PortalUnreachable', 'PortalRateLimited'];

interface Outage {
  /** In ms since 1970; then one call of each kind may ask again. */
  until: number;
  pauseMs: number;
  /** What was found last. */
  failure: PortalError;
}

/**
 * Keeps a vendor who is down from being asked by everybody. After some failures in a row, or when he asks for a wait, nobody asks him
 * for a while; then one call of each kind does, while the others go on waiting, and one that is answered ends it. Each process has
 * its own. What is not asked fails with what was found last, and says when to try again.
 *
 * No order finds out whether he is back: one that is not answered may have been taken.
 */
export class Circuit {
  private failures = 0;
  private outage: Outage | undefined;
  /** Kinds of calls of which one is asking whether he is back. */
  private readonly probing = new Set<string>();

  /**
   * Makes a read, unless the vendor is down.
   *
   * @param kind of the call, such as its path: one that is broken alone must not keep the others from finding that he is back
   * @throws PortalError of the read; or, without asking, of the last that was made
   */
  async read<Result>(kind: string, call: () => Promise<Result>): Promise<Result> {
    const { outage } = this;
    if (outage !== undefined) {
      if (Date.now() < outage.until || this.probing.has(kind)) throw notAsked(outage);
      this.probing.add(kind);
    }
    const isProbe = outage !== undefined;
    try {
      const result = await call();
      this.answered(isProbe);
      return result;
    } catch (error) {
      if (error instanceof PortalError) this.note(error, isProbe);
      throw error;
    } finally {
      if (isProbe) this.probing.delete(kind);
    }
  }

  /** Why no order may be sent now; undefined when one may. */
  get refusalOfOrder(): PortalError | undefined {
    return this.outage && notAsked(this.outage);
  }

  /** What became of an order, or of the token for it. */
  ordered(outcome: OrderOutcome): void {
    const failure = failureIn(outcome);
    if (failure === undefined) this.answered(false);
    else this.note(failure, false);
  }

  private note(failure: PortalError, isProbe: boolean): void {
    if (!DOWN.includes(failure.code)) return this.answered(isProbe);
    this.failures += 1;
    const askedMs = Math.min(failure.retryAfterMs ?? 0, LONGEST_ASKED_MS);
    const { outage } = this;
    // Of calls that began before the outage was known, all but a wait that is asked for is old news.
    if (outage !== undefined && !isProbe && askedMs === 0) return;
    if (outage === undefined && this.failures < FAILURES && askedMs === 0) return;
    const pauseMs =
      outage === undefined || !isProbe
        ? (outage?.pauseMs ?? FIRST_PAUSE_MS)
        : Math.min(2 * outage.pauseMs, LONGEST_PAUSE_MS);
    const until = Math.max(outage?.until ?? 0, Date.now() + (askedMs || pauseMs));
    this.outage = { until, pauseMs, failure };
  }

  private answered(isProbe: boolean): void {
    if (this.outage !== undefined && !isProbe) return;
    this.failures = 0;
    this.outage = undefined;
  }
}

/** In words of ours: what the vendor said about the step of another run is not for this one. */
function notAsked({ failure, until, pauseMs }: Outage): PortalError {
  const { httpStatus, errorCode } = failure.evidence;
  const what =
    failure.code === 'PortalRateLimited'
      ? 'The Partner Portal has asked to slow down.'
      : `The Partner Portal cannot be reached: calls before this one found that (${httpStatus ?? errorCode ?? 'no answer'}).`;
  const message = `${what} It is not asked again before ${new Date(until).toISOString()}, and then by a few calls first.`;
  const waitMs = Math.max(0, until - Date.now()) + Math.random() * SPREAD * pauseMs;
  return new PortalError(failure.code, message, present({ httpStatus, errorCode }), Math.ceil(waitMs));
}

function failureIn(outcome: OrderOutcome): PortalError | undefined {
  if (outcome.outcome === 'created') return undefined;
  const { code, evidence } = outcome;
  if (outcome.outcome === 'unknown') {
    const { httpStatus } = evidence;
    if (httpStatus !== undefined && httpStatus < 500) return undefined;
    return new PortalError('PortalUnreachable', 'An order was not answered.', evidence);
  }
  const down = DOWN.find((known) => known === code);
  return down && new PortalError(down, 'An order was not taken.', evidence, outcome.retryAfterMs);
}
