import type { Part } from './part';
import { history } from './parts/history';
import { purchase } from './parts/purchase';

/** All that can be measured, in the order in which it is. */
export const PARTS: readonly Part[] = [purchase, history];
