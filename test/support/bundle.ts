import { join } from 'node:path';
import { DIST } from './processes';

/** The workflow bundle as it ships; `npm test` builds it first. */
export const BUNDLE = join(DIST, 'workflow-bundle.js');
