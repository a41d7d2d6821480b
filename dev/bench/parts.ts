import type { Part } from './part';
import { deal } from './parts/deal';
import { history } from './parts/history';
import { purchase } from './parts/purchase';
import { throughput } from './parts/throughput';
import { webhooks } from './parts/webhooks';

/** All that can be measured, in the order in which it is. */
export const PARTS: readonly Part[] = [purchase, deal, throughput, history, webhooks];
