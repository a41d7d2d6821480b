import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { Problem, problemOf } from './problem';

/** So many wrong tokens or signatures of one sender are answered at once: somebody may be setting it up. */
const FREE = 10;
/** After so long without another one it is forgotten, in ms. */
const MEMORY_MS = 10 * 60_000;
/** The wait before an answer doubles with each further one, from the first of these to the second, in ms. */
const WAITS_MS = { first: 100, longest: 2_000 };
/** So many answers wait at the same time. */
const MOST_WAITING = 50;
/** So many senders are remembered. */
const MOST_SENDERS = 1_000;

interface Sender {
  refused: number;
  lastAt: number;
}

/**
 * Slows those down who try tokens or signatures one after the other: only what is wrong waits for its answer. What is
 * right is answered at once, also from the same address: behind a proxy all have one.
 */
export class Refusals {
  private readonly senders = new Map<string, Sender>();
  private waiting = 0;

  /**
   * Lets the wait of a refusal pass.
   *
   * @param request whose address counts: behind a proxy that is trusted, the one that it tells
   * @param door at which the sender knocks
   * @throws Problem TooManyRefused, at once, where too many wait already
   */
  async wait({ ip }: Pick<FastifyRequest, 'ip'>, door: string): Promise<void> {
    const waitMs = waitFor(this.count(`${ip} ${door}`));
    if (waitMs === 0) return;
    if (this.waiting >= MOST_WAITING) {
      const seconds = String(Math.ceil(WAITS_MS.longest / 1000));
      throw new Problem('TooManyRefused', undefined, {}, { 'retry-after': seconds });
    }
    this.waiting += 1;
    try {
      await delay(waitMs);
    } finally {
      this.waiting -= 1;
    }
  }

  /**
   * Lets the wait of a problem pass that is one of wrong tokens or signatures: they are answered the later, the more of them
   * come.
   *
   * @param door at which the sender knocks
   * @returns the problem, or TooManyRefused in its place
   */
  async afterItsWait(problem: Problem, request: FastifyRequest, door: string): Promise<Problem> {
    if (problem.status !== 401) return problem;
    try {
      await this.wait(request, door);
      return problem;
    } catch (error) {
      return problemOf(error);
    }
  }

  private count(name: string): number {
    const now = Date.now();
    const known = this.senders.get(name);
    const refused = known !== undefined && now - known.lastAt < MEMORY_MS ? known.refused + 1 : 1;
    // Put in again, it is the youngest.
    this.senders.delete(name);
    this.senders.set(name, { refused, lastAt: now });
    const [oldest] = this.senders.keys();
    if (this.senders.size > MOST_SENDERS && oldest !== undefined) this.senders.delete(oldest);
    return refused;
  }
}

function waitFor(refused: number): number {
  if (refused <= FREE) return 0;
  return Math.min(WAITS_MS.first * 2 ** Math.min(refused - FREE - 1, 20), WAITS_MS.longest);
}
