import { WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';

/** The failure that a run ended with, that of its step where one was the cause; undefined of anything else. */
export function failureOfRun(error: unknown): ApplicationFailure | undefined {
  const failure = error instanceof WorkflowFailedError ? error.cause : undefined;
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  return cause instanceof ApplicationFailure ? cause : undefined;
}
