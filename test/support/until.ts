import { setTimeout as delay } from 'node:timers/promises';

/** Waits until a condition holds and returns what it gave; fails loudly, naming what was awaited. */
export async function until<Value>(
  what: string,
  condition: () => Promise<Value | undefined | false> | Value | undefined | false,
  timeoutMs = 90_000,
  /** Between two looks, for those that cost something. */
  pauseMs = 50,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
    await delay(pauseMs);
  }
}
