import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';
import type { Reason } from '../orders/status';
import type { StatusBoard } from './status-board';

/** The innermost cause that says something: an activity's failure alone reads "Activity task failed". */
export function reasonOf(failure: unknown): Reason {
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  if (cause instanceof ApplicationFailure) {
    return { code: cause.type ?? 'UnexpectedFailure', message: cause.message };
  }
  const error = cause as Error;
  return { code: error.name, message: error.message };
}

/** The details that an activity's typed failure carries. */
export function detailsOf(failure: unknown): Record<string, unknown> {
  const cause = failure instanceof ActivityFailure ? failure.cause : undefined;
  const [details] = cause instanceof ApplicationFailure ? (cause.details ?? []) : [];
  return (details ?? {}) as Record<string, unknown>;
}

/** Whether the same step would fail again in the same way. */
export function isFinal(failure: unknown): boolean {
  const cause = failure instanceof ActivityFailure ? failure.cause : undefined;
  return cause instanceof ApplicationFailure && cause.nonRetryable === true;
}

/** Whether a step failed for good, and was not cancelled: the run can go on without it. Bugs are thrown on. */
export function hasFailed(failure: unknown): failure is ActivityFailure {
  return failure instanceof ActivityFailure && !isCancellation(failure);
}

/** Ends the run as refused for a reason that the ledger has already. */
export function refused(board: StatusBoard, { code, message }: Reason): ApplicationFailure {
  board.show({ status: 'refused', reason: { code, message } });
  return ApplicationFailure.nonRetryable(message, code);
}
