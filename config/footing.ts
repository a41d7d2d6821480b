import { setTimeout as delay } from 'node:timers/promises';
import type { Footing, LedgerState } from '../domain/readiness';

/** How long the questions may take, in ms. */
const PATIENCE_MS = 3_000;

/** The questions that tell how what a process stands on is. */
export interface FootingQuestions {
  /** Resolves when Temporal answers, with its namespace. @param deadline in ms since the epoch */
  temporal(this: void, deadline: number): Promise<unknown>;
  ledger(this: void): Promise<LedgerState>;
}

/** How Temporal and the ledger are now. Never rejects: what does not answer is away. */
export async function footingOf(ask: FootingQuestions): Promise<Footing> {
  const deadline = Date.now() + PATIENCE_MS;
  const [temporal, ledger] = await Promise.all([
    orAway(deadline, async () => {
      await ask.temporal(deadline);
      return 'answers' as const;
    }),
    orAway(deadline, async () => ask.ledger()),
  ]);
  return { temporal, ledger };
}

function orAway<State>(deadline: number, ask: () => Promise<State>): Promise<State | 'away'> {
  const answer = ask().catch(() => 'away' as const);
  return Promise.race([answer, delay(deadline - Date.now(), 'away' as const, { ref: false })]);
}
