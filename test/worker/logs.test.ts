import { tutorialRequest } from '../support/requests';
import type { RunningProcess } from '../support/processes';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

interface LogLine {
  level: number;
  msg: string;
  workflowId?: string;
  requestId?: string;
  deal?: string;
  activityType?: string;
  error?: { code?: string; message?: string };
}

const INFO = 30;
const WARN = 40;
const BENIGN = 1;

let stack: TestStack;
let worker: RunningProcess;

beforeAll(async () => {
  stack = await TestStack.start();
  worker = await stack.startWorker();
});
afterAll(() => stack.stop());

function linesOf(id: string): LogLine[] {
  return worker.output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine)
    .filter((line) => line.workflowId === `purchase:${id}`);
}

async function failuresIn(id: string) {
  const { events } = await stack.temporal.workflow.getHandle(`purchase:${id}`).fetchHistory();
  return events!.flatMap((event) => {
    const { failure } =
      event.activityTaskFailedEventAttributes ?? event.workflowExecutionFailedEventAttributes ?? {};
    return failure ? [failure] : [];
  });
}

describe('a refusal is business, and no alarm', () => {
  it.each([
    ['by a lookup', { plan: 'Platinum', services: [] }, 'PlanNotFound', /There is no .*Platinum/],
    ['by a rule of the request', { years: 6 }, 'InvalidRequest', /years/],
  ])('%s: a line with code and message, and none of a warning', async (how, change, code, message) => {
    const id = `refused-${how.replaceAll(' ', '-')}`;
    await stack.client.start({ ...tutorialRequest(id), ...change });
    expect((await stack.client.wait(id)).status).toMatchObject({ status: 'refused', reason: { code } });
    const lines = await until('its line', () => linesOf(id).length > 0 && linesOf(id));
    // Again, where the server wants the last task of the run once more.
    for (const line of lines) {
      expect(line).toMatchObject({ level: INFO, msg: 'Workflow refused', requestId: id });
      expect(line.error).toMatchObject({ code, message: expect.stringMatching(message) as string });
    }
    // What metrics of SDK and server go by.
    const failures = await failuresIn(id);
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) {
      expect((failure.cause ?? failure).applicationFailureInfo).toMatchObject({ category: BENIGN });
    }
  });

  it('by the vendor', async () => {
    const id = 'refused-by-vendor';
    await stack.portal.fault({
      endpoint: 'orders',
      kind: 'refuse',
      httpStatus: 200,
      code: 'parameter_validation_failed',
      match: { poNumber: id },
    });
    await stack.client.start({ ...tutorialRequest(id), poNumber: id });
    expect((await stack.client.wait(id)).status.status).toBe('refused');
    const lines = await until('its line', () => linesOf(id).length > 0 && linesOf(id));
    expect(lines).toMatchObject([{ level: INFO, error: { code: 'PortalRejected' } }]);
  });

  it('of a start under a wrong id', async () => {
    const run = await stack.temporal.workflow.start('purchaseLicense', {
      workflowId: 'purchase:wrong',
      taskQueue: stack.taskQueue,
      args: [tutorialRequest('right')],
    });
    await run.result().catch(() => undefined);
    const lines = await until('its line', () => linesOf('wrong').length > 0 && linesOf('wrong'));
    expect(lines).toMatchObject([{ level: INFO, error: { code: 'WrongWorkflowId' } }]);
  });
});

it('an outage is a warning, with code and message of what failed, and no token', async () => {
  const id = 'outage';
  await stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: 2 });
  await stack.client.start({ ...tutorialRequest(id), poNumber: id });
  expect((await stack.client.wait(id)).status.status).toBe('ordered');
  const [line] = linesOf(id);
  expect(line).toMatchObject({
    level: WARN,
    msg: 'Activity failed',
    activityType: 'fetchPlan',
    requestId: id,
    error: { code: 'PortalUnreachable', message: expect.stringMatching(/\w/) as string },
  });
  expect(line).not.toHaveProperty('taskToken');
  expect(worker.output).not.toContain('fake-portal-secret');
});
