import type { ErrorCode } from '../domain/error-catalogue';

/** A notice was not taken; the message has of its address the host alone. */
export class NoticeError extends Error {
  override readonly name = 'NoticeError';

  /** @param retryAfterMs the pause before it is tried again; without one it is the usual */
  constructor(
    readonly code: ErrorCode & ('NoticeNotTaken' | 'NoticeAddressUnknown'),
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}
