import { join } from 'node:path';

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
