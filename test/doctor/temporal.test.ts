import { randomUUID } from 'node:crypto';
import { checkTemporal } from '../../doctor/temporal';
import { VERSION } from '../../config/version';
import { TestStack } from '../support/stack';
import { until } from '../support/until';
import { rowOf } from './by-what';

const NOT = 'different, not handled';

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

const check = (env: Record<string, string> = {}) =>
  checkTemporal({ TEMPORAL_ADDRESS: stack.temporalAddress, ...env }, stack.taskQueue);

it('where no server answers, it says so, and no address', async () => {
  const rows = await check({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
  expect(rowOf(rows, 'server')).toMatchObject({
    verdict: NOT,
    next: expect.stringMatching(/Set TEMPORAL_ADDRESS/) as string,
  });
  expect(rows.filter(({ verdict }) => verdict === 'not checked')).toHaveLength(rows.length - 1);
  expect(JSON.stringify(rows)).not.toContain('127.0.0.1');
});

it('a namespace that is not there is told, with how it is made', async () => {
  const rows = await check({ TEMPORAL_NAMESPACE: 'no-such-namespace' });
  expect(rowOf(rows, 'server').verdict).toBe('as expected');
  expect(rowOf(rows, 'namespace')).toMatchObject({
    verdict: NOT,
    seen: 'TEMPORAL_NAMESPACE is not there (NOT_FOUND)',
    next: expect.stringMatching(/temporal operator namespace create/) as string,
  });
});

it('a namespace that forgets within a day is told', async () => {
  const namespace = `short-${randomUUID()}`;
  const seconds = 24 * 60 * 60;
  await stack.temporal.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds } as never,
  });
  const row = await until('the namespace to be there', async () => {
    const rows = await check({ TEMPORAL_NAMESPACE: namespace });
    return rows.find(({ what, seen }) => what === 'retention' && seen === '1 days');
  });
  expect(row).toMatchObject({
    verdict: 'different, handled',
    next: expect.stringMatching(/--retention 72h/) as string,
  });
});

it('no worker on the task queue is told; a worker is, with its version', async () => {
  const before = await check();
  expect(rowOf(before, 'workflow worker')).toMatchObject({ verdict: NOT });
  expect(rowOf(before, 'activity worker')).toMatchObject({ verdict: NOT });
  expect(rowOf(before, 'worker for the vendor')).toMatchObject({ verdict: NOT });
  expect(rowOf(before, 'version of the worker').verdict).toBe('not checked');
  await stack.startWorker();
  const rows = await until('the worker to poll', async () => {
    const found = await check();
    return (
      rowOf(found, 'activity worker').verdict === 'as expected' &&
      rowOf(found, 'worker for the vendor').verdict === 'as expected' &&
      rowOf(found, 'workflow worker').verdict === 'as expected' &&
      found
    );
  });
  expect(rowOf(rows, 'version of the worker')).toMatchObject({ verdict: 'as expected', seen: VERSION });
  expect(rowOf(rows, 'server').seen).toMatch(/^version \d/);
  expect(rowOf(rows, 'retention').verdict).not.toBe('not checked');
});
