import { DealInbox } from '../../client/deal-inbox';
import type { PurchaseRequest } from '../../domain/request';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { startTemporal, type TemporalForTests } from '../support/temporal';

let temporal: TemporalForTests;
let stack: TestStack;

beforeAll(async () => {
  temporal = await startTemporal({
    'matching.useNewMatcher': 'true',
    'matching.enableFairness': 'true',
  });
  stack = await TestStack.start({ temporalAddress: temporal.address });
});
afterAll(async () => {
  await stack.stop();
  await temporal.stop();
});

function request(requestId: string): PurchaseRequest {
  return { ...tutorialRequest(requestId), poNumber: requestId };
}

async function fairnessKeyOf(workflowId: string): Promise<string | null | undefined> {
  const { events } = await stack.temporal.workflow.getHandle(workflowId).fetchHistory();
  return events![0]!.workflowExecutionStartedEventAttributes!.priority?.fairnessKey;
}

const status = async (id: string) => (await stack.client.status(id)).status.status;

it('deals go by their source, and what is asked for otherwise is one party', async () => {
  await new DealInbox(stack.temporal, stack.taskQueue).notify({
    deal: 'hubspot:9001234:fairness',
    source: 'hubspot',
    by: 'webhook',
  });
  expect(await fairnessKeyOf('deal:hubspot:9001234:fairness')).toBe('deals:hubspot');
  await stack.client.start(request('fairness-key'));
  expect(await fairnessKeyOf('purchase:fairness-key')).toBe('requests');
});

it('a flood of one source does not hold up a single purchase of another', async () => {
  await stack.startWorker({ WONCE_PORTAL_CALLS_PER_SECOND: '4' });
  const flood = Array.from({ length: 40 }, (_, n) => `fairness-flood-${n}`);
  await Promise.all(
    flood.map((id) =>
      stack.temporal.workflow.start('purchaseLicense', {
        workflowId: `purchase:${id}`,
        taskQueue: stack.taskQueue,
        args: [request(id)],
        priority: { fairnessKey: 'deals:hubspot' },
      }),
    ),
  );
  const begun = Date.now();
  await stack.client.start(request('fairness-alone'));
  expect((await stack.client.wait('fairness-alone')).status.status).toBe('ordered');
  const took = Date.now() - begun;
  const states = await Promise.all(flood.map(status));
  // Its three lookups and its order, behind those of forty, would be the last of 160 at four a second.
  expect(took).toBeLessThan(20_000);
  expect(states.filter((state) => state === 'ordered').length).toBeLessThan(20);
});
