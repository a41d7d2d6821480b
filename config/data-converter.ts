import type { DataConverter } from '@temporalio/common';
import type { Environment } from './check';
import { EncryptingCodec } from './payload-codec';
import { payloadKeys } from './payload-keys';

/**
 * How every process writes and reads payloads, and failures with them. Without keys all is written as Temporal itself does; the
 * codec is there all the same, so that a payload that is encrypted is told as that, and not taken for a wrong request.
 *
 * @throws SettingsError
 */
export function dataConverterOf(env: Environment): DataConverter {
  const keys = payloadKeys(env);
  return {
    payloadCodecs: [new EncryptingCodec(keys)],
    // A module that workflows have in their bundle, too: Temporal's packages load it by its path.
    ...(keys.length > 0 && { failureConverterPath: require.resolve('../workflows/failure-converter') }),
  };
}
