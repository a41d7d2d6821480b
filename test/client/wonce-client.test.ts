import { Client, Connection } from '@temporalio/client';
import { requestOfRun } from '../../client/purchase-run';
import { WonceClient } from '../../client/wonce-client';
import { tutorialRequest } from '../support/requests';
import { required } from '../support/required';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

async function bought(requestId: string) {
  await stack.client.start(tutorialRequest(requestId));
  const { status } = await stack.client.wait(requestId);
  expect(status.status).toBe('ordered');
  return status;
}

/** As the Temporal UI starts runs: whoever closed a run of that id before, another begins. */
async function startByHand(requestId: string, input: unknown): Promise<void> {
  const handle = await stack.temporal.workflow.start('purchaseLicense', {
    workflowId: `purchase:${requestId}`,
    taskQueue: stack.taskQueue,
    args: [input],
  });
  await handle.result().catch(() => undefined);
}

it('a purchase that no worker has begun is no unknown one, and is told what it waits for', async () => {
  const { client } = stack;
  expect((await client.start(tutorialRequest('no-worker'))).kind).toBe('started');
  const report = await client.status('no-worker');
  expect(report).toMatchObject({ status: { status: 'looking-up' }, goesOn: true });
  expect(report.remarks.join()).toMatch(/No worker answers: start one/);
  await expect(client.status('nobody')).rejects.toMatchObject({ code: 'UnknownPurchase' });
  await stack.startWorker();
  expect((await client.wait('no-worker')).status.status).toBe('ordered');
});

// The server takes half a minute to forget.
it('when Temporal has forgotten the run, the ledger answers, and nothing is bought again', async () => {
  const before = await bought('forgotten');
  await stack.temporal.workflowService.deleteWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: 'purchase:forgotten' },
  });
  const answer = async () => {
    const now = await stack.client.status('forgotten');
    return now.remarks.some((line) => line.startsWith('From the ledger')) && now;
  };
  const report = await until('the ledger to answer', answer, 100_000);
  expect(report.status.order).toEqual(before.order);
  const again = await stack.client.start(tutorialRequest('forgotten'));
  expect(again).toMatchObject({ kind: 'existing', status: { status: 'ordered', order: before.order } });
});

it('without Temporal the ledger answers', async () => {
  const { order } = await bought('no-temporal');
  const alone = new WonceClient({ taskQueue: '', ledger: stack.ledger, problems: ['No Temporal.'] });
  expect(await alone.status('no-temporal')).toMatchObject({ status: { status: 'ordered', order } });
  await stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
  await stack.client.start(tutorialRequest('no-temporal-under-way'));
  await until('acceptance', () => stack.ledger.find('no-temporal-under-way'));
  // Whether a run goes on is not known: it is not called stuck.
  expect((await alone.status('no-temporal-under-way')).goesOn).toBeUndefined();
  await stack.portal.clearFaults();
  const unreachable = { code: 'TemporalUnreachable', message: 'No Temporal.' };
  await expect(alone.status('nobody')).rejects.toMatchObject(unreachable);
  await expect(alone.start(tutorialRequest('no-temporal-2'))).rejects.toMatchObject(unreachable);
});

it('without a ledger the run answers', async () => {
  const { order } = await bought('no-ledger');
  const connection = await Connection.connect({ address: required('WONCE_TEST_TEMPORAL_ADDRESS') });
  const alone = new WonceClient({ taskQueue: '', temporal: new Client({ connection }), problems: [] });
  expect(await alone.status('no-ledger')).toMatchObject({ status: { status: 'ordered', order } });
  await expect(alone.status('nobody')).rejects.toMatchObject({ code: 'LedgerUnreachable' });
  await alone.close();
});

it.each([
  ['a wrong field', (requestId: string) => ({ ...tutorialRequest(requestId), years: 6 })],
  ['a rule broken', (requestId: string) => ({ ...tutorialRequest(requestId), plan: 'Enterprise' })],
  ['other content', (requestId: string) => ({ ...tutorialRequest(requestId), years: 5 })],
  ['nearly nothing', (requestId: string) => ({ requestId })],
])('a second run by hand with %s does not change the answer', async (what, input) => {
  const requestId = `second-run-${what.replaceAll(' ', '-')}`;
  const { order } = await bought(requestId);
  await startByHand(requestId, input(requestId));
  expect((await stack.client.status(requestId)).status).toMatchObject({ status: 'ordered', order });
  const again = await stack.client.start(tutorialRequest(requestId));
  expect(again).toMatchObject({ kind: 'existing', status: { order } });
  expect((await stack.client.audit(requestId)).verification.ok).toBe(true);
});

it('a run that was never a request is no purchase in the way of one that is', async () => {
  await startByHand('no-request', { requestId: 'no-request' });
  const result = await stack.client.start(tutorialRequest('no-request'));
  expect(result).toMatchObject({ kind: 'existing', status: { status: 'refused' } });
});

// Temporal deletes in the background: for a moment a start finds a run in its way that can no longer be read.
it('a run that is gone once it is read has no request, and fails no start', async () => {
  expect(await requestOfRun(stack.temporal, 'purchase:gone')).toBeUndefined();
});

it('a run that Temporal cancelled does not go on, whether or not a worker is there to tell', async () => {
  await stack.portal.fault({ endpoint: 'plans', kind: 'hang', when: 'before' });
  await stack.client.start(tutorialRequest('cancelled'));
  await until('acceptance', () => stack.ledger.find('cancelled'));
  const run = stack.temporal.workflow.getHandle('purchase:cancelled');
  await run.cancel();
  await run.result().catch(() => undefined);
  const over = { status: { status: 'cancelled' }, goesOn: false };
  expect(await stack.client.status('cancelled')).toMatchObject(over);
  await Promise.all(stack.workers.map((worker) => worker.kill()));
  const report = await stack.client.status('cancelled');
  expect(report).toMatchObject(over);
  expect(report.remarks.join()).not.toMatch(/worker/);
  await stack.startWorker();
});

it('waiting ends when the run was ended from outside', async () => {
  await stack.portal.fault({ endpoint: 'plans', kind: 'hang', when: 'before' });
  await stack.client.start(tutorialRequest('terminated'));
  await until('acceptance', () => stack.ledger.find('terminated'));
  await stack.temporal.workflow.getHandle('purchase:terminated').terminate('by an operator');
  const report = await stack.client.wait('terminated');
  expect(report).toMatchObject({ status: { status: 'looking-up' }, goesOn: false });
  expect(report.remarks.join()).toMatch(/ended from outside \(TERMINATED/);
});
