import { setTimeout as delay } from 'node:timers/promises';

/** An answer; undefined when it fails, or takes longer (ms). */
export async function inTime<Answer>(answer: Promise<Answer>, ms: number): Promise<Answer | undefined> {
  const timer = new AbortController();
  const late = delay(ms, undefined, { signal: timer.signal }).catch(() => undefined);
  const first = await Promise.race([answer.catch(() => undefined), late]);
  timer.abort();
  return first;
}
