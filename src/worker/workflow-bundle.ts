import { join } from 'node:path';

/** Where the build leaves the workflow bundle. */
export const WORKFLOW_BUNDLE = join(__dirname, '..', 'workflow-bundle.js');
