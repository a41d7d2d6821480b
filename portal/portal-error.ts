import type { Evidence } from '../domain/outcome';

/** Stable codes of what can go wrong with the vendor; docs/errors.md explains them one by one. */
export type PortalErrorCode =
  | 'PortalUnreachable'
  | 'PortalRejected'
  | 'PortalNotFound'
  | 'PortalUnauthorised'
  | 'PortalRateLimited'
  | 'PortalMalformed'
  | 'PortalCatalogueNotUnderstood';

/** The one code of what will not pass: the vendor's own word, in a meaning that is known. */
const FINAL: PortalErrorCode = 'PortalRejected';

/**
 * A call of the vendor's API that failed. Made of an allow list of facts: no headers, no token, no secret and no
 * cause, which could carry them.
 */
export class PortalError extends Error {
  override readonly name = 'PortalError';
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
    this.retryable = code !== FINAL;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}
