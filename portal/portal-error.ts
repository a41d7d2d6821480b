import { entryOf, type ErrorCode } from '../domain/error-catalogue';
import type { Evidence } from '../domain/outcome';

/** What can go wrong with the vendor. */
export type PortalErrorCode = Extract<ErrorCode, `Portal${string}`>;

/**
 * A call of the vendor's API that failed. Made of an allow list of facts: no headers, no token, no secret and no
 * cause, which could carry them.
 */
export class PortalError extends Error {
  override readonly name = 'PortalError';
  /** Whether it may pass. */
  readonly retryable: boolean;
  /** How long the vendor asked to wait, in ms. */
  readonly retryAfterMs?: number;

  constructor(
    readonly code: PortalErrorCode,
    message: string,
    readonly evidence: Evidence = {},
    retryAfterMs?: number,
  ) {
    super(message);
    this.retryable = entryOf(code).step === 'retryable';
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}
