/** The history of a run, or why it cannot be read. */
export interface RunHistory {
  /** The workflow id of the run; of one that is not known, the name of its file. */
  workflowId: string;
  runId?: string;
  workflowType?: string;
  /** As Temporal gives it, or as its JSON. */
  history?: unknown;
  problem?: string;
}

/**
 * Why a run cannot go on with the code of this build: `nondeterminism`, it decides otherwise than the history says; `failure`, its
 * code fails, or a payload cannot be read; `unreadable`, there was no history to replay.
 */
export const REPLAY_PROBLEMS = ['nondeterminism', 'failure', 'unreadable'] as const;
export type ReplayProblem = (typeof REPLAY_PROBLEMS)[number];

/** What became of the replay of a run; it goes on with this build when there is no problem. */
export interface Replayed extends Omit<RunHistory, 'history' | 'problem'> {
  problem?: { kind: ReplayProblem; message: string };
}
