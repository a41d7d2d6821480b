/** How the ledger is: `behind` lacks migrations of this version, `read-only` takes no writes, as a standby. */
export type LedgerState = 'answers' | 'away' | 'behind' | 'read-only';

/** How Temporal, with its namespace, is. */
export type TemporalState = 'answers' | 'away';

/** What a process stands on. */
export interface Footing {
  temporal: TemporalState;
  ledger: LedgerState;
}

/** One thing that a process needs: how it is, in a word, and where that is not as it should be, why, in words. */
export interface Part {
  state: string;
  problem?: string;
}

/** All that a process needs to do its work, by name: it is ready when nothing of it has a problem. */
export type Readiness = Readonly<Record<string, Part>>;

/** A process that was told to end: it does what it has begun, and wants nothing new. */
export const STOPPING: Part = { state: 'stopping', problem: 'this process is stopping' };

const PROBLEMS: { [Name in keyof Footing]: Record<Exclude<Footing[Name], 'answers'>, string> } = {
  temporal: { away: 'Temporal, or its namespace, does not answer' },
  ledger: {
    away: 'the ledger does not answer',
    behind:
      'the tables of the ledger are those of an earlier version: start a worker of this one, or run wonce tables',
    'read-only': 'the ledger takes no writes: DATABASE_URL leads to a standby, or to a read-only database',
  },
};

export function readinessOn({ temporal, ledger }: Footing): Readiness {
  return {
    temporal:
      temporal === 'answers'
        ? { state: temporal }
        : { state: temporal, problem: PROBLEMS.temporal[temporal] },
    ledger: ledger === 'answers' ? { state: ledger } : { state: ledger, problem: PROBLEMS.ledger[ledger] },
  };
}

/** What keeps a process from being ready, in sentences; empty when nothing does. */
export function problemsOf(readiness: Readiness): string {
  const problems = Object.values(readiness).flatMap(({ problem }) => problem ?? []);
  return problems.map((problem) => `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`).join(' ');
}

/** How each part is, in a word. */
export function statesOf(readiness: Readiness): Record<string, string> {
  return Object.fromEntries(Object.entries(readiness).map(([name, { state }]) => [name, state]));
}
