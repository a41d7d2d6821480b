import { setTimeout as delay } from 'node:timers/promises';

/**
 * What something answers when it is asked how it is. Never rejects.
 *
 * @param deadline in ms since the epoch: what has not answered by then is away
 */
export function orAway<State>(deadline: number, ask: () => Promise<State>): Promise<State | 'away'> {
  const answer = Promise.resolve()
    .then(ask)
    .catch(() => 'away' as const);
  return Promise.race([answer, delay(deadline - Date.now(), 'away' as const, { ref: false })]);
}
