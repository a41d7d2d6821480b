import { isGrpcServiceError, NamespaceNotFoundError, ServiceError } from '@temporalio/client';
import { ClientError } from './client-error';

const GRPC_INVALID_ARGUMENT = 3;

/** What Temporal's client throws when the server does not do what it was asked, as our own; anything else as it is. */
export function asUnreachable(error: unknown): unknown {
  const isOfServer =
    error instanceof ServiceError || error instanceof NamespaceNotFoundError || isGrpcServiceError(error);
  if (!isOfServer) return error;
  const cause = error instanceof ServiceError ? error.cause : error;
  // It answers, and finds the question wrong: that does not pass by itself.
  if (isGrpcServiceError(cause) && Number(cause.code) === GRPC_INVALID_ARGUMENT) return error;
  return new ClientError(
    'TemporalUnreachable',
    `Temporal does not answer (${cause?.message ?? error.message}). Send it again.`,
  );
}
