import { setTimeout as delay } from 'node:timers/promises';
import { PURCHASE_WORKFLOW, purchaseWorkflowIdOf } from '../../../domain/workflow-ids';
import { USUAL_POLICY } from '../../../domain/policy';
import type { BenchStack } from '../bench-stack';
import type { Ground } from '../ground';
import type { Part } from '../part';
import { benchRequest } from '../request';
import type { Row } from '../row';
import { timed } from '../timed';

const LOOK_EVERY_MS = 20;

/** How long a purchase waits whose worker dies while the vendor is being called. */
export const killed: Part = {
  name: 'killed',
  about: 'a worker is killed in the middle of the order, another one runs: until the purchase is ordered',
  isForCluster: true,
  measure,
};

async function* measure(ground: Ground): AsyncGenerator<Row, void, undefined> {
  // On a cluster there are two workers anyhow.
  const stack = ground.isCluster ? await ground.stack() : await ground.ownStack({ copies: 2 });
  await stack.buy();
  const before = (await stack.portal.orders()).length;
  await stack.portal.fault({ endpoint: 'orders', kind: 'hang', when: 'after' });
  const request = benchRequest();
  const run = await stack.temporal.workflow.start(PURCHASE_WORKFLOW, {
    workflowId: purchaseWorkflowIdOf(request.requestId),
    taskQueue: stack.at.taskQueue,
    args: [request],
  });
  const worker = await whoOrders(stack, run.workflowId);
  await waitFor('the order at the vendor', async () => (await stack.portal.orders()).length > before);
  process.kill(worker, 'SIGKILL');
  ground.progress('  worker killed');
  const ms = await timed(() => run.result());
  yield {
    what: 'from the kill of a worker in the middle of an order to the order',
    measured: ms / 1_000,
    unit: 's',
    reference: {
      what: 'from an unknown outcome to the first look (settings)',
      value: USUAL_POLICY.reconciling.firstPollMs / 1_000,
    },
    target: { of: 'difference', is: 'at most', value: 15 },
  };
  if (!ground.isCluster) await ground.clear();
}

/** The process that runs `createOrder`: its worker's identity begins with it. */
async function whoOrders({ temporal }: BenchStack, workflowId: string): Promise<number> {
  let pid = Number.NaN;
  await waitFor('the order to begin', async () => {
    const { raw } = await temporal.workflow.getHandle(workflowId).describe();
    const order = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'createOrder');
    pid = Number.parseInt(order?.lastWorkerIdentity ?? '', 10);
    return !Number.isNaN(pid);
  });
  return pid;
}

/** Start-to-close of the order is a minute: what has not come by then does not come. */
async function waitFor(what: string, isThere: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 45_000;
  while (!(await isThere())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await delay(LOOK_EVERY_MS);
  }
}
