import { join } from 'node:path';

/** Where the build leaves the workflow bundle. */
export const WORKFLOW_BUNDLE = join(__dirname, '..', 'workflow-bundle.js');

/** The module whose payload converter the runs have; it is part of the bundle. */
export const PAYLOAD_CONVERTER = join(__dirname, '..', 'workflows', 'payload-converter.js');
