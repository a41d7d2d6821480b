import { ActivityFailure, ApplicationFailure, isCancellation, TemporalFailure } from '@temporalio/workflow';
import type { KnownReason, Reason } from '../domain/status';
import type { StatusView } from './purchase/status-view';

function causeOf(failure: unknown): unknown {
  return failure instanceof ActivityFailure ? failure.cause : failure;
}

/** The innermost cause that says something: an activity's failure alone reads "Activity task failed". */
export function reasonOf(failure: unknown): Reason {
  const cause = causeOf(failure);
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

/**
 * Whether a local activity failed, and was not cancelled. When a run is replayed, one that took too long fails without the
 * ActivityFailure that was around it before: what goes by that would go another way then.
 */
export function hasFailedLocally(failure: unknown): failure is TemporalFailure {
  return failure instanceof TemporalFailure && !isCancellation(failure);
}

/** Whether it is business, and nothing is broken. */
export function isRefusal(failure: unknown): boolean {
  const cause = causeOf(failure);
  return cause instanceof ApplicationFailure && cause.category === 'BENIGN';
}

/**
 * A refusal as a failure: it ends the run as Failed, for good, and to Temporal it is benign. It is none of the failures
 * that metrics count and operators are woken for.
 */
export function refusal(reason: KnownReason): ApplicationFailure {
  return benign(reason);
}

/** The refusal of the run before. */
export function refusedAsBefore(reason: Reason): ApplicationFailure {
  return benign(reason);
}

function benign({ code, message }: Reason): ApplicationFailure {
  return ApplicationFailure.create({ message, type: code, nonRetryable: true, category: 'BENIGN' });
}

/** A failure for good that somebody has to look at. */
export function final({ code, message }: KnownReason): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, code);
}

/** Ends the run as refused for a reason that the ledger has already. */
export function refused(view: StatusView, { code, message }: Reason): ApplicationFailure {
  view.show({ status: 'refused', reason: { code, message } });
  return benign({ code, message });
}
