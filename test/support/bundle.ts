import { join } from 'node:path';
import { DIST } from './processes';

/** The workflow bundle as it ships; `npm test` builds it first. */
export const BUNDLE = join(DIST, 'workflow-bundle.js');

/** And the one of a worker that encrypts payloads. */
export const ENCODING_BUNDLE = join(DIST, 'workflow-bundle-encoding.js');
