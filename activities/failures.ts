import { ApplicationFailure, log } from '@temporalio/activity';
import { CrmError } from '../crm/deal-reader';
import { LedgerError } from '../ledger/errors';
import { Refusal } from '../domain/refusal';
import { PortalError } from '../portal/portal-error';

/** Business, and nothing is broken: Temporal's log and metrics do not count it among the failures. */
const REFUSED = { nonRetryable: true, category: 'BENIGN' } as const;

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
  if (error instanceof Refusal) {
    const { message, code, details } = error;
    return ApplicationFailure.create({ ...REFUSED, message, type: code, details: [details] });
  }
  if (error instanceof PortalError) {
    return ApplicationFailure.create({
      message: error.message,
      type: error.code,
      nonRetryable: !error.retryable,
      details: [error.evidence],
      ...(error.code === 'PortalRejected' && REFUSED),
      ...pauseAfter(error),
    });
  }
  // Whatever it is, it may be mended at the CRM or in deals.yaml, and the deal waits for that.
  if (error instanceof CrmError) {
    return ApplicationFailure.create({ message: error.message, type: error.code, ...pauseAfter(error) });
  }
  if (error instanceof LedgerError) {
    // Only what is out of reach may come back; a purchase that is not there will not.
    const nonRetryable = error.code !== 'LedgerUnavailable';
    const isRefusal = error.code === 'LedgerConflict' || error.code === 'LedgerSettled';
    const { message, code } = error;
    return ApplicationFailure.create({ message, type: code, nonRetryable, ...(isRefusal && REFUSED) });
  }
  // A bug: its kind is enough for the history; where it happened is in the worker's log, without its message, which
  // could hold anything.
  log.error('unexpected failure of an activity', { kind: kindOf(error), at: placeOf(error) });
  return ApplicationFailure.retryable(
    `An unexpected ${kindOf(error)}; the worker's log says where.`,
    'UnexpectedFailure',
  );
}

/** The pause that was asked for. With one of nothing Temporal would not try again at all: it is then the usual one. */
function pauseAfter({ retryAfterMs = 0 }: PortalError | CrmError): { nextRetryDelay?: number } {
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
