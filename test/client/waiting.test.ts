import { setTimeout as delay } from 'node:timers/promises';
import { pauseOrEnd } from '../../client/run-end';
import { WonceClient } from '../../client/wonce-client';
import { finishedSteps } from '../../dev/stack/run-steps';
import { CountedCalls } from '../support/counted-calls';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { startTemporal, type TemporalForTests } from '../support/temporal';
import { until } from '../support/until';

let temporal: TemporalForTests;
let stack: TestStack;

// A server of its own: it is stopped where it is.
beforeAll(async () => {
  temporal = await startTemporal();
  stack = await TestStack.start({ temporalAddress: temporal.address });
  await stack.startWorker({ WONCE_WATCH_FIRST_LOOK: '1h' });
  await stack.portal.settings({ orderStatus: 'pending' });
});
afterAll(async () => {
  await stack.stop();
  await temporal.stop();
});

/** A client that counts its calls, with the ledger or without. */
function counted({ ledger = true } = {}) {
  const calls = new CountedCalls(temporal.address);
  const parts = { taskQueue: stack.taskQueue, temporal: calls.temporal, problems: [] };
  return { calls, client: new WonceClient({ ...parts, ...(ledger && { ledger: stack.ledger }) }) };
}

/** The order exists, and the vendor is looked at again in an hour. */
async function confirming(id: string): Promise<void> {
  await stack.client.start({ ...tutorialRequest(id), poNumber: id });
  await until('confirming', async () => (await stack.client.status(id)).status.status === 'confirming');
}

const runOf = (id: string) => stack.temporal.workflow.getHandle(`purchase:${id}`);

describe('waiting for weeks costs little', () => {
  it('a few calls in ten seconds, none to the worker without news, and no history', async () => {
    await confirming('calm');
    const { calls, client } = counted();
    const report = await client.wait('calm', { timeoutMs: 10_000 });
    expect(report.status.status).toBe('confirming');
    expect(calls.of('QueryWorkflow')).toBe(1);
    expect(calls.names.length).toBeLessThan(20);
    expect(calls.histories.every(({ waitNewEvent }) => waitNewEvent)).toBe(true);
    await calls.temporal.connection.close();
  });

  it('the server tells of the end, in one call that stays open', async () => {
    await confirming('end-told');
    const { calls } = counted();
    const pause = pauseOrEnd(calls.temporal, 'purchase:end-told', 18_000);
    await until('the open call', () => calls.histories.length === 1);
    await runOf('end-told').terminate('by an operator');
    const late = delay(9_000, 'late', { ref: false });
    expect(await Promise.race([pause.then(() => 'told'), late])).toBe('told');
    expect(calls.names).toEqual(['GetWorkflowExecutionHistory']);
    await calls.temporal.connection.close();
  });

  it('news of a run that rested is asked for', async () => {
    await confirming('news');
    const { calls, client } = counted();
    const waiting = client.wait('news', { until: (status) => status.cancellationRequested === true });
    await until('some looks', () => calls.of('DescribeWorkflowExecution') >= 3);
    expect(calls.of('QueryWorkflow')).toBe(1);
    await stack.client.decide('news', { verb: 'cancel', by: 'Ann' });
    expect((await waiting).status).toMatchObject({ status: 'confirming', cancellationRequested: true });
    await calls.temporal.connection.close();
  });
});

it('a purchase of a second is shown at once, with a handful of calls', async () => {
  await stack.portal.settings({ orderStatus: 'succeed' });
  const { calls, client } = counted();
  await client.start({ ...tutorialRequest('quick'), poNumber: 'quick' });
  expect((await client.wait('quick')).status.status).toBe('ordered');
  expect(calls.names.length).toBeLessThan(25);
  await stack.portal.settings({ orderStatus: 'pending' });
  await calls.temporal.connection.close();
});

it('the first event of a history does not need the history', async () => {
  await confirming('first-event');
  const { calls, client } = counted({ ledger: false });
  const other = { ...tutorialRequest('first-event'), years: 5 };
  expect(await client.start(other)).toMatchObject({ kind: 'conflict' });
  expect(calls.histories.map(({ maximumPageSize }) => maximumPageSize)).toEqual([1]);
  await calls.temporal.connection.close();
});

it('npm start shows the steps of a run as they end, without reading its history again and again', async () => {
  const { calls } = counted();
  await confirming('steps');
  const enough = new AbortController();
  const steps: string[] = [];
  const shown = (async () => {
    for await (const step of finishedSteps(calls.temporal, 'purchase:steps', enough.signal)) {
      steps.push(step.activity);
    }
  })();
  await until('the steps so far', () => steps.includes('createOrder'));
  await delay(2_000);
  expect(calls.names.length).toBeLessThan(4);
  await stack.client.decide('steps', { verb: 'cancel', by: 'Ann' });
  await until('the step that follows', () => steps.includes('recordStatus'));
  enough.abort();
  await shown;
  await calls.temporal.connection.close();
});

describe('Temporal hangs meanwhile', () => {
  it.each([
    ['the ledger answers', true],
    ['there is no ledger, either', false],
  ])('waiting goes on: %s', async (_what, ledger) => {
    const id = `hangs-${ledger}`;
    await confirming(id);
    const { calls, client } = counted({ ledger });
    const remarks = new Set<string>();
    const waiting = client.wait(id, {
      onChange: (report) => report.remarks.forEach((line) => remarks.add(line)),
    });
    await until('a look', () => calls.of('DescribeWorkflowExecution') >= 2);
    temporal.freeze();
    await until('it to be noticed', () => [...remarks].some((line) => /Temporal does not answer/.test(line)));
    temporal.thaw();
    await runOf(id).terminate('the end');
    expect(await waiting).toMatchObject({ goesOn: false });
    await calls.temporal.connection.close();
  });

  it('a time-out is kept, to within some two seconds', async () => {
    await confirming('time-out');
    const { calls, client } = counted();
    const begun = Date.now();
    const waiting = client.wait('time-out', { timeoutMs: 3_000 });
    await until('a look', () => calls.of('DescribeWorkflowExecution') >= 2);
    temporal.freeze();
    expect((await waiting).status.status).toBe('confirming');
    expect(Date.now() - begun).toBeLessThan(6_000);
    temporal.thaw();
    await calls.temporal.connection.close();
  });
});
