import type { ErrorCode } from '../domain/error-catalogue';

/** A question or command that cannot be served; the message says what to do. */
export class ClientError extends Error {
  override readonly name = 'ClientError';

  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}
