import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { PurchaseRequest } from '../../domain/request';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

let stack: TestStack;

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
});
beforeEach(async () => {
  stack = await TestStack.start();
});
afterEach(() => stack.stop());

function request(requestId: string): PurchaseRequest {
  return { ...tutorialRequest(requestId), poNumber: requestId };
}

const idsOf = (name: string, length: number) => Array.from({ length }, (_, n) => `limits-${name}-${n}`);

const startAll = (ids: readonly string[]) => Promise.all(ids.map((id) => stack.client.start(request(id))));

async function allOrderedOnce(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const { status } = await stack.client.wait(id, { timeoutMs: 120_000 });
    expect([id, status.status]).toEqual([id, 'ordered']);
    expect([id, (await stack.portal.ordersWithPo(id)).length]).toEqual([id, 1]);
  }
}

/** When calls of the vendor came, but for tokens, in ms since 1970. */
async function callTimes(): Promise<number[]> {
  const requests = await stack.portal.requests();
  return requests.filter(({ endpoint }) => endpoint !== 'token').map(({ at }) => at);
}

/** When the steps of a purchase began that call the vendor, in ms since 1970. */
async function stepsOf(id: string): Promise<number[]> {
  const { events } = await stack.temporal.workflow.getHandle(`purchase:${id}`).fetchHistory();
  const ofVendor = events!.filter(
    (event) => event.activityTaskScheduledEventAttributes?.taskQueue?.name === `${stack.taskQueue}-portal`,
  );
  return events!
    .filter(({ activityTaskStartedEventAttributes: started }) =>
      ofVendor.some(({ eventId }) => String(eventId) === String(started?.scheduledEventId)),
    )
    .map(({ eventTime }) => Number(eventTime!.seconds) * 1000 + (eventTime!.nanos ?? 0) / 1e6);
}

/** Of longer than a second: a machine that is busy tells a step late, and the next one in time. */
function mostInTwoSeconds(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 2000).length));
}

/** The steps of a purchase by their task queue. */
async function queuesOf(id: string): Promise<Record<string, string[]>> {
  await startAll([id]);
  await allOrderedOnce([id]);
  const { events } = await stack.temporal.workflow.getHandle(`purchase:${id}`).fetchHistory();
  const steps: Record<string, string[]> = { [stack.taskQueue]: [], [`${stack.taskQueue}-portal`]: [] };
  for (const { activityTaskScheduledEventAttributes: scheduled } of events!) {
    if (scheduled) steps[scheduled.taskQueue!.name!]!.push(scheduled.activityType!.name!);
  }
  return steps;
}

it.each([
  ['calls a second', { WONCE_PORTAL_CALLS_PER_SECOND: '100' }],
  ['calls at once', { WONCE_PORTAL_CONCURRENCY: '3' }],
])('with a limit of %s, all that calls the vendor is on the task queue that holds it', async (what, env) => {
  await stack.startWorker(env);
  const steps = await queuesOf(idsOf(`limited-${what.replaceAll(' ', '-')}`, 1)[0]!);
  const lookups = ['chooseBillingContact', 'fetchPlan', 'fetchSerialNumber'];
  expect(steps[`${stack.taskQueue}-portal`]!.sort()).toEqual([...lookups, 'createOrder'].sort());
  expect(steps[stack.taskQueue]).toEqual([]);
});

it('without a limit, what the order needs is looked up at once, and the order alone is a step', async () => {
  await stack.startWorker();
  const steps = await queuesOf(idsOf('unlimited', 1)[0]!);
  expect(steps).toEqual({ [stack.taskQueue]: [], [`${stack.taskQueue}-portal`]: ['createOrder'] });
});

it('what a run of before has asked of the vendor on the one task queue of then is done', async () => {
  const { taskQueue } = stack;
  const connection = await NativeConnection.connect({ address: stack.temporalAddress });
  const workflowsPath = require.resolve('../support/old-build/one-task-queue.ts');
  const before = await Worker.create({ connection, taskQueue, workflowsPath });
  const [id] = idsOf('before', 1);
  const run = stack.temporal.workflow.getHandle(`purchase:${id}`);
  const completed = async () =>
    (await run.fetchHistory()).events!.some((event) => event.activityTaskCompletedEventAttributes);
  await before.runUntil(async () => {
    await startAll([id!]);
    await until('its step', async () => {
      const { raw } = await run.describe();
      return (raw.pendingActivities ?? []).length > 0;
    });
  });
  await connection.close();
  expect(await completed()).toBe(false);
  await stack.startWorker();
  await until('the answer', completed);
});

it('twenty purchases while the vendor is down: he is asked a few times, and when he is back each is ordered, once', async () => {
  await Promise.all([stack.startWorker(), stack.startWorker()]);
  await stack.portal.fault({ endpoint: 'any', kind: 'server-error', times: null });
  const ids = idsOf('outage', 20);
  await startAll(ids);
  const begun = Date.now();
  await until('half a minute', () => Date.now() - begun > 30_000);
  // Of each run an operator sees what it waits for.
  for (const id of ids) {
    await until(`${id} to say that the vendor is away`, async () => {
      const { raw } = await stack.temporal.workflow.getHandle(`purchase:${id}`).describe();
      const reasons = raw.pendingActivities?.map(
        ({ lastFailure }) => lastFailure?.applicationFailureInfo?.type,
      );
      return (
        reasons !== undefined && reasons.length > 0 && reasons.every((type) => type === 'PortalUnreachable')
      );
    });
  }
  const calls = (await stack.portal.requests()).length;
  // Sixty lookups, each tried again after a second, two, four, and so on up to thirty: without this some 300.
  expect(calls).toBeLessThan(150);
  await stack.portal.clearFaults();
  await allOrderedOnce(ids);
});

it('calls a second: all workers together begin no more steps, and each makes no more calls', async () => {
  const env = { WONCE_PORTAL_CALLS_PER_SECOND: '5' };
  await Promise.all([stack.startWorker(env), stack.startWorker(env)]);
  const ids = idsOf('rate', 10);
  await startAll(ids);
  await allOrderedOnce(ids);
  const steps = (await Promise.all(ids.map(stepsOf))).flat().sort((one, other) => one - other);
  // Three lookups and an order of each. Temporal lets the steps of a second begin at once.
  expect(steps).toHaveLength(40);
  expect(steps.at(-1)! - steps[0]!).toBeGreaterThanOrEqual(6_000);
  expect(mostInTwoSeconds(steps)).toBeLessThanOrEqual(18);
  // A list is read in several calls, which each of the two workers holds back.
  const calls = await callTimes();
  expect(calls.length).toBeGreaterThan(40);
  expect(mostInTwoSeconds(calls)).toBeLessThanOrEqual(24);
});

it('steps at once: a worker calls no more often at the same time', async () => {
  await stack.startWorker({ WONCE_PORTAL_CONCURRENCY: '2' });
  await stack.portal.fault({ endpoint: 'plans', kind: 'latency', ms: 1_000, times: null });
  const ids = idsOf('slots', 4);
  const begun = Date.now();
  await startAll(ids);
  await allOrderedOnce(ids);
  // Four plans of a second each, two at a time.
  expect(Date.now() - begun).toBeGreaterThanOrEqual(2_000);
});
