import { randomUUID } from 'node:crypto';
import { DealsStack } from '../support/deals-stack';
import { until } from '../support/until';

/** More than a run of a sweep starts. */
const DEALS = 210;

let deals: DealsStack;

beforeAll(async () => {
  // The server's own sweeps would start some of the deals: the first is over, and the next is far away.
  deals = await DealsStack.start({ pipedrive: 'sweep: { every: 1000h }' });
  await until('the first sweep', () => deals.stack.ledger.deals.sweepOf(deals.source('pipedrive')));
});
afterAll(() => deals.stop());

it('a sweep that finds very many deals that all wait starts each of them, in runs that stay short', async () => {
  await deals.stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
  const { temporal, taskQueue } = deals.stack;
  // Without a license's products they wait.
  const ids: number[] = [];
  for (let n = 0; n < DEALS; n++) ids.push(await deals.pipedriveDeal({}, []));
  const workflowId = `sweep-${randomUUID()}`;
  const handle = await temporal.workflow.start('sweepDeals', {
    workflowId,
    taskQueue,
    args: [deals.source('pipedrive')],
  });
  expect(await handle.result()).toEqual({ found: DEALS, caughtUp: DEALS });
  const first = temporal.workflow.getHandle(workflowId, handle.firstExecutionRunId, { followRuns: false });
  const { historyLength, raw } = await first.describe();
  expect(historyLength).toBeLessThan(1_000);
  expect(Number(raw.workflowExecutionInfo?.historySizeBytes)).toBeLessThan(800_000);
  for (const id of [ids[0]!, ids.at(-1)!])
    await deals.reaches(deals.key('pipedrive', id), 'incomplete', 300_000);
  for (const id of ids) {
    await temporal.workflow.getHandle(`deal:${deals.key('pipedrive', id)}`).terminate();
  }
}, 600_000);
