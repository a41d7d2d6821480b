import type { ReplayWorkerOptions } from '@temporalio/worker';
import { join } from 'node:path';
import type { TemporalTarget } from '../config/temporal-connection';

/** Where the build leaves the workflow bundle. */
export const WORKFLOW_BUNDLE = join(__dirname, '..', 'workflow-bundle.js');

/** And the one whose runs encode their failures, for a worker that encrypts payloads: a bundle has its failure converter in it. */
export const ENCODING_WORKFLOW_BUNDLE = join(__dirname, '..', 'workflow-bundle-encoding.js');

/** And the licenses of what others wrote of them. */
export const BUNDLED_LICENSES = join(__dirname, '..', 'THIRD-PARTY-LICENSES.txt');

/** The module whose payload converter the runs have; it is part of the bundle. */
export const PAYLOAD_CONVERTER = join(__dirname, '..', 'workflows', 'payload-converter.js');

/** The module whose failure converter the runs of the second bundle have. */
export const FAILURE_CONVERTER = join(__dirname, '..', 'workflows', 'failure-converter.js');

/** The code that runs have, and how their payloads are written and read; the failure converter is part of their bundle. */
export function runCodeFor({ dataConverter }: Pick<TemporalTarget, 'dataConverter'>) {
  return {
    workflowBundle: {
      codePath: isEncrypting({ dataConverter }) ? ENCODING_WORKFLOW_BUNDLE : WORKFLOW_BUNDLE,
    },
    dataConverter: { ...dataConverter, payloadConverterPath: PAYLOAD_CONVERTER },
  } satisfies ReplayWorkerOptions;
}

/** Whether payloads are encrypted. Without keys there is a codec all the same, and no failure converter. */
export function isEncrypting({ dataConverter }: Pick<TemporalTarget, 'dataConverter'>): boolean {
  return dataConverter.failureConverterPath !== undefined;
}
