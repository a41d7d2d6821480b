import { ApplicationFailure } from '@temporalio/activity';
import { LedgerError } from '../ledger/errors';
import { Refusal } from '../orders/refusal';
import { PortalError } from '../portal/portal-error';

/**
 * The border to Temporal: whatever a step throws becomes an ApplicationFailure with a stable type, a message for
 * people and details from an allow list. No cause goes along: it could carry headers, tokens or connection strings
 * into the history.
 */
export function asActivity<Input, Output>(step: (input: Input) => Promise<Output>) {
  return async (input: Input): Promise<Output> => {
    try {
      return await step(input);
    } catch (error) {
      throw asFailure(error);
    }
  };
}

function asFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof Refusal)
    return ApplicationFailure.nonRetryable(error.message, error.code, error.details);
  if (error instanceof PortalError) {
    return ApplicationFailure.create({
      message: error.message,
      type: error.code,
      nonRetryable: !error.retryable,
      details: [error.evidence],
      ...(error.retryAfterMs !== undefined && { nextRetryDelay: error.retryAfterMs }),
    });
  }
  if (error instanceof LedgerError) return ApplicationFailure.retryable(error.message, error.code);
  // A bug: its kind is enough for the history; the stack is in the worker's log.
  return ApplicationFailure.retryable(
    `An unexpected ${error instanceof Error ? error.name : typeof error}; the worker's log has the details.`,
    'UnexpectedFailure',
  );
}
