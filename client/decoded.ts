import type { Client } from '@temporalio/client';
import type { Payload, ProtoFailure } from '@temporalio/common';
import {
  decodeOptionalFailureToOptionalError,
  decodeOptionalSinglePayload,
} from '@temporalio/common/lib/internal-non-workflow';
import { PayloadError } from '../config/payload-codec';

/**
 * What a payload says that Temporal gave as it stands there.
 *
 * @throws PayloadError when it is encrypted, and cannot be decrypted
 */
export function valueOf(temporal: Client, payload: Payload): Promise<unknown> {
  return decodeOptionalSinglePayload(temporal.options.loadedDataConverter, payload);
}

/** The message of a failure that Temporal gave as it stands there; where it cannot be decrypted, why. */
export async function messageOf(temporal: Client, failure: ProtoFailure): Promise<string> {
  try {
    const error = await decodeOptionalFailureToOptionalError(temporal.options.loadedDataConverter, failure);
    return error?.message || 'unknown';
  } catch (error) {
    return (error as Error).message;
  }
}

/** Why Temporal was asked in vain: it does not answer, or its answer cannot be decrypted. */
export function whyNoAnswer(error: unknown): string {
  if (error instanceof PayloadError) return error.message;
  return `Temporal does not answer (${(error as Error).message}).`;
}
