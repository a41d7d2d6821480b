import type { Part } from './part';
import { audit } from './parts/audit';
import { deal } from './parts/deal';
import { history } from './parts/history';
import { killed } from './parts/killed';
import { ledger } from './parts/ledger';
import { lookups } from './parts/lookups';
import { memory } from './parts/memory';
import { purchase } from './parts/purchase';
import { soak } from './parts/soak';
import { start } from './parts/start';
import { status } from './parts/status';
import { tests } from './parts/tests';
import { throughput } from './parts/throughput';
import { webhooks } from './parts/webhooks';
import { workerMemory } from './parts/worker-memory';

/** All that can be measured, in the order in which it is: what shares a stack comes first. */
export const PARTS: readonly Part[] = [
  ...[purchase, deal, throughput, history, webhooks, killed],
  ...[lookups, audit, ledger, status],
  ...[start, memory],
  ...[workerMemory, soak, tests],
];
