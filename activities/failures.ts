import { ApplicationFailure, log } from '@temporalio/activity';
import { CrmError } from '../crm/deal-reader';
import { LedgerError } from '../ledger/errors';
import { entryOf } from '../domain/error-catalogue';
import { Refusal } from '../domain/refusal';
import { NoticeError } from '../notices/notice-error';
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
  if (isKnown(error)) {
    const { step } = entryOf(error.code);
    return ApplicationFailure.create({
      message: error.message,
      type: error.code,
      nonRetryable: step !== 'retryable',
      // Business, and nothing is broken: Temporal's log and metrics do not count it among the failures.
      ...(step === 'refusal' && { category: 'BENIGN' }),
      ...detailsOf(error),
      ...pauseAfter(error),
    });
  }
  // A bug: its kind is enough for the history; where it happened is in the worker's log, without its message, which
  // could hold anything.
  log.error('unexpected failure of an activity', { kind: kindOf(error), at: placeOf(error) });
  return ApplicationFailure.retryable(
    `An unexpected ${kindOf(error)}; the worker's log says where.`,
    'UnexpectedFailure',
  );
}

type KnownError = Refusal | PortalError | CrmError | LedgerError | NoticeError;

function isKnown(error: unknown): error is KnownError {
  return [Refusal, PortalError, CrmError, LedgerError, NoticeError].some((kind) => error instanceof kind);
}

/** Facts for machines. */
function detailsOf(error: KnownError): { details?: unknown[] } {
  if (error instanceof Refusal) return { details: [error.details] };
  return error instanceof PortalError ? { details: [error.evidence] } : {};
}

/** The pause that was asked for. With one of nothing Temporal would not try again at all: it is then the usual one. */
function pauseAfter(error: KnownError): { nextRetryDelay?: number } {
  const { retryAfterMs = 0 } = error as { retryAfterMs?: number };
  return retryAfterMs > 0 ? { nextRetryDelay: retryAfterMs } : {};
}

function kindOf(error: unknown): string {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  return [name, code].filter((part) => typeof part === 'string').join(' ') || typeof error;
}

/** The frames of a stack, without the message above them. */
function placeOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
}
