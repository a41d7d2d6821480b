import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { createActivities } from '../../activities/activities';
import { USUAL_POLICY } from '../../domain/policy';
import { NoticeSender } from '../../notices/notice-sender';
import { PortalClient } from '../../portal/portal-client';
import { tutorialRequest } from '../support/requests';
import { required } from '../support/required';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

/**
 * What operators do with Temporal's own tools, in good faith or not: reset, retry, terminate, start again. None of it
 * may end in a second order, and each is done here with the real command on the real server.
 */
let stack: TestStack;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } });
  stack = await TestStack.start();
  await stack.startWorker();
});
afterAll(() => stack.stop());

async function temporal(...args: string[]): Promise<string> {
  const binary = required('WONCE_TEST_TEMPORAL_BINARY');
  const { stdout } = await promisify(execFile)(binary, [...args, '--address', stack.temporalAddress]);
  return stdout;
}

function request() {
  const requestId = `operator-${randomUUID().slice(0, 8)}`;
  return { ...tutorialRequest(requestId), poNumber: requestId };
}

async function bought() {
  const wanted = request();
  await stack.client.start(wanted);
  const { status } = await stack.client.wait(wanted.requestId);
  expect(status.status).toBe('ordered');
  return { wanted, id: wanted.requestId, workflowId: status.workflowId, order: status.order! };
}

/** The vendor has taken the order and does not answer. */
async function withTheVendor() {
  const wanted = request();
  const { requestId } = wanted;
  const match = { poNumber: requestId };
  await stack.portal.fault({ endpoint: 'orders', kind: 'hang', when: 'after', match });
  await stack.client.start(wanted);
  await stack.orderWasSent(requestId);
  return { wanted, requestId, workflowId: `purchase:${requestId}` };
}

async function completedTasks(workflowId: string): Promise<number[]> {
  const history = await stack.temporal.workflow.getHandle(workflowId).fetchHistory();
  return history
    .events!.filter((event) => event.workflowTaskCompletedEventAttributes)
    .map((event) => Number(event.eventId));
}

/** The newest run of a workflow id has ended. */
async function ended(workflowId: string) {
  const handle = stack.temporal.workflow.getHandle(workflowId);
  await handle.result().catch(() => undefined);
  return handle.describe();
}

it('workflow reset of a finished purchase, to any point of it: the same order number, one order', async () => {
  const { id, workflowId, order } = await bought();
  const first = (await ended(workflowId)).runId;
  for (const eventId of await completedTasks(workflowId)) {
    await temporal(
      ...['workflow', 'reset', '--workflow-id', workflowId, '--run-id', first],
      ...['--event-id', String(eventId), '--reason', 'by an operator'],
    );
    const run = await ended(workflowId);
    expect(run.runId).not.toBe(first);
    expect((await stack.client.status(id)).status).toMatchObject({ status: 'ordered', order });
    const result: unknown = await stack.temporal.workflow.getHandle(workflowId).result();
    expect(result).toMatchObject({ status: 'ordered', order: { orderNo: order.orderNo } });
  }
  expect(await stack.portal.ordersWithPo(id)).toHaveLength(1);
  expect((await stack.client.audit(id)).verification.ok).toBe(true);
});

it('workflow reset while the order is with the vendor: the first run’s order is found, none is sent', async () => {
  const { requestId, workflowId } = await withTheVendor();
  const [eventId] = await completedTasks(workflowId);
  await temporal(
    ...['workflow', 'reset', '--workflow-id', workflowId],
    ...['--event-id', String(eventId), '--reason', 'it seemed to hang'],
  );
  const { status } = await stack.client.wait(requestId);
  const [order, ...more] = await stack.portal.ordersWithPo(requestId);
  expect(more).toEqual([]);
  expect(status).toMatchObject({ status: 'ordered', attempts: 1, order: { orderNo: order!.orderNo } });
});

it('workflow reset to the open question while what was decided is with the vendor: what is said again is about the attempt of then', async () => {
  const wanted = request();
  const { requestId } = wanted;
  const match = { poNumber: requestId };
  await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'before', match });
  await stack.client.start(wanted);
  const { status } = await stack.client.wait(requestId);
  expect(status).toMatchObject({ status: 'waiting-for-decision', attempts: 1 });
  const { workflowId } = status;
  const eventId = (await completedTasks(workflowId)).at(-1);
  await stack.portal.fault({ endpoint: 'orders', kind: 'latency', ms: 12_000, match });
  await stack.client.decide(requestId, { verb: 'settle', notCreated: 'order-again', by: 'Ann' });
  await until('the second attempt', async () => (await stack.ledger.latestAttempt(requestId))?.attempt === 2);
  // What Ann has said is said again to the run that begins there.
  await temporal(
    ...['workflow', 'reset', '--workflow-id', workflowId],
    ...['--event-id', String(eventId), '--reason', 'it seemed to hang'],
  );
  const order = await until('the order', async () => (await stack.ledger.find(requestId))?.order);
  // By then a person has been asked: the settings of the tests have less patience than the vendor.
  await stack.client.decide(requestId, { verb: 'settle', created: order.orderNo, by: 'Ann' });
  expect((await stack.client.wait(requestId)).status).toMatchObject({ status: 'ordered', attempts: 2 });
  expect(await stack.portal.ordersWithPo(requestId)).toHaveLength(1);
  expect((await stack.client.audit(requestId)).verification.ok).toBe(true);
});

it('workflow reset of a cancelled purchase to its open question: what is chosen then is not bought', async () => {
  const wanted = { ...request(), billingContact: undefined };
  const { requestId } = wanted;
  await stack.client.start(wanted);
  const { status } = await stack.client.wait(requestId);
  const { workflowId, question } = status;
  const eventId = (await completedTasks(workflowId)).at(-1);
  await stack.client.decide(requestId, { verb: 'cancel', by: 'Ann' });
  expect((await stack.client.wait(requestId)).status.status).toBe('cancelled');
  await temporal(
    ...['workflow', 'reset', '--workflow-id', workflowId, '--event-id', String(eventId)],
    ...['--reapply-exclude', 'All', '--reason', 'by an operator'],
  );
  await until('the question', async () => (await stack.client.status(requestId)).goesOn);
  await stack.client.decide(requestId, { verb: 'choose', id: question!.candidates[0]!.id, by: 'Ann' });
  expect((await ended(workflowId)).status.name).toBe('FAILED');
  expect(await stack.portal.ordersWithPo(requestId)).toEqual([]);
  expect(await stack.ledger.find(requestId)).toMatchObject({ status: 'cancelled' });
  const last = (await stack.ledger.events(requestId)).findLast(({ kind }) => kind === 'refused');
  expect(last).toMatchObject({ data: { reason: { code: 'LedgerSettled' } } });
});

it('activity reset of the order itself: the second execution sends nothing', async () => {
  const { requestId, workflowId } = await withTheVendor();
  const [pending] = (await stack.temporal.workflow.getHandle(workflowId).describe()).raw.pendingActivities!;
  expect(pending!.activityType!.name).toBe('createOrder');
  await temporal('activity', 'reset', '--workflow-id', workflowId, '--activity-id', pending!.activityId!);
  await temporal(
    ...['activity', 'update-options', '--workflow-id', workflowId, '--activity-id', pending!.activityId!],
    ...['--retry-maximum-attempts', '5'],
  );
  const { status } = await stack.client.wait(requestId);
  expect(status).toMatchObject({ status: 'ordered', attempts: 1 });
  expect(await stack.portal.ordersWithPo(requestId)).toHaveLength(1);
});

it('terminated in the middle, its record deleted, and sent again: the order of the first run is found', async () => {
  const { wanted, requestId, workflowId } = await withTheVendor();
  await temporal('workflow', 'terminate', '--workflow-id', workflowId, '--reason', 'by an operator');
  await temporal('workflow', 'delete', '--workflow-id', workflowId);
  // The server takes half a minute to forget; until then it refuses the id.
  await until(
    'the id to be free',
    async () => (await stack.client.start(wanted)).kind === 'started',
    100_000,
  );
  const { status } = await stack.client.wait(requestId);
  const [order, ...more] = await stack.portal.ordersWithPo(requestId);
  expect(more).toEqual([]);
  expect(status).toMatchObject({ status: 'ordered', order: { orderNo: order!.orderNo } });
});

it('started again by hand with a policy that allows duplicates: the purchase is answered, not made', async () => {
  const { wanted, id, workflowId, order } = await bought();
  const handle = await stack.temporal.workflow.start('purchaseLicense', {
    workflowId,
    taskQueue: stack.taskQueue,
    args: [wanted],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
  expect(await handle.result()).toMatchObject({ status: 'ordered', order });
  expect(await stack.portal.ordersWithPo(id)).toHaveLength(1);
});

it('a fleet on an old build that orders again after every outcome: the ledger lets one order out', async () => {
  const taskQueue = `old-${randomUUID()}`;
  const { PORTAL_URL, PORTAL_CLIENT_ID, PORTAL_CLIENT_SECRET } = stack.env();
  const portal = new PortalClient({
    url: PORTAL_URL!,
    clientId: PORTAL_CLIENT_ID!,
    clientSecret: PORTAL_CLIENT_SECRET!,
  });
  const connection = await NativeConnection.connect({ address: stack.temporalAddress });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowsPath: require.resolve('../support/old-build/posts-again.ts'),
    activities: createActivities({
      ...{ portal, looksUpAtOnce: true },
      ledger: stack.ledger,
      sources: new Map(),
      policy: { ...USUAL_POLICY, clockAllowanceMs: 0 },
      operations: new Set(),
      approvalRules: [],
      observe: () => undefined,
      observeSweep: () => undefined,
      notices: { sender: new NoticeSender([], undefined), remindAfterMs: 0 },
      searchAttributes: { usable: () => Promise.resolve([]) },
    }),
  });
  const wanted = request();
  const match = { poNumber: wanted.requestId };
  await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'after', match, times: null });
  const outcomes: unknown = await worker.runUntil(() =>
    stack.temporal.workflow.execute('purchaseLicense', {
      workflowId: `purchase:${wanted.requestId}`,
      taskQueue,
      args: [wanted],
    }),
  );
  await connection.close();
  expect(outcomes).toMatchObject(Array(3).fill({ outcome: 'unknown' }));
  expect(await stack.portal.ordersWithPo(wanted.requestId)).toHaveLength(1);
  const sent = (await stack.ledger.events(wanted.requestId)).filter(({ kind }) => kind === 'attempt-started');
  expect(sent).toHaveLength(1);
  // The build of today settles what the old one left.
  await temporal('workflow', 'delete', '--workflow-id', `purchase:${wanted.requestId}`);
  await until(
    'the id to be free',
    async () => (await stack.client.start(wanted)).kind === 'started',
    100_000,
  );
  const { status } = await stack.client.wait(wanted.requestId);
  expect(status).toMatchObject({ status: 'ordered', attempts: 1 });
});

it('a run that a bug holds up is told of as such', async () => {
  const taskQueue = `test-${randomUUID()}`;
  const connection = await NativeConnection.connect({ address: stack.temporalAddress });
  const workflowsPath = require.resolve('../support/old-build/stumbles.ts');
  const worker = await Worker.create({ connection, taskQueue, workflowsPath });
  const wanted = request();
  const run = await stack.temporal.workflow.start('purchaseLicense', {
    workflowId: `purchase:${wanted.requestId}`,
    taskQueue,
    args: [wanted],
  });
  const remarks = await worker.runUntil(() =>
    until('the remark', async () => {
      const said = (await stack.client.status(wanted.requestId)).remarks.join(' ');
      return /could go on with the run, \d+ time/.test(said) && said;
    }),
  );
  expect(remarks).toMatch(/in its log why it fails/);
  expect(remarks).not.toMatch(/No worker answers/);
  await connection.close();
  await run.terminate();
});
