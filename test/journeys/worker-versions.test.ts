import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { PurchaseRequest } from '../../domain/request';
import { required } from '../support/required';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

let stack: TestStack;
let deployment: string;

beforeEach(async () => {
  stack = await TestStack.start();
  deployment = `versions-${randomUUID()}`;
});
afterEach(() => stack.stop());

const startBuild = (buildId: string) =>
  stack.startWorker({ WONCE_DEPLOYMENT: deployment, WONCE_BUILD_ID: buildId });

/** The commands of docs/runbooks/upgrading.md. */
async function temporal(...args: string[]): Promise<string> {
  const address = ['--address', stack.temporalAddress];
  const binary = required('WONCE_TEST_TEMPORAL_BINARY');
  const { stdout } = await promisify(execFile)(binary, ['worker', 'deployment', ...args, ...address]);
  return stdout;
}

/** Refused until the server knows that the build polls both task queues. */
async function setCurrent(buildId: string): Promise<void> {
  const args = ['--deployment-name', deployment, '--build-id', buildId, '--yes'];
  await until(`${buildId} as the current version`, () =>
    temporal('set-current-version', ...args).then(
      () => true,
      () => false,
    ),
  );
}

/** The build ids by which the tasks of a run were done, one after the other. */
async function buildsOf(id: string): Promise<(string | null | undefined)[]> {
  const { events } = await stack.temporal.workflow.getHandle(`purchase:${id}`).fetchHistory();
  return events!.flatMap(({ workflowTaskCompletedEventAttributes: completed }) =>
    completed ? [completed.deploymentVersion?.buildId] : [],
  );
}

function twoPartners(requestId: string): PurchaseRequest {
  const partner = { company: 'Blue Lagoon Ltd' };
  return { ...tutorialRequest(requestId), license: { kind: 'new', partner }, poNumber: requestId };
}

it('a build gets no work before it is the current version, and says so; a run that waits goes on with the next one', async () => {
  const id = `versions-waits-${randomUUID().slice(0, 8)}`;
  const first = await startBuild('first');
  expect(first.output).toContain(
    `temporal worker deployment set-current-version --deployment-name ${deployment} --build-id first`,
  );
  await stack.client.start(twoPartners(id));
  await setCurrent('first');
  const { status } = await stack.client.wait(id);
  expect(status.status).toBe('waiting-for-choice');
  expect(new Set(await buildsOf(id))).toEqual(new Set(['first']));

  const second = await startBuild('second');
  expect(second.output).toContain('This build gets no work until it is the current version');
  expect(second.output).toContain('"current":"first"');
  await setCurrent('second');
  await first.stop();
  await stack.client.decide(id, { verb: 'choose', id: status.question!.candidates[0]!.id, by: 'Ann' });
  const { status: ended } = await stack.client.wait(id);
  expect(ended.status).toBe('ordered');
  const builds = await buildsOf(id);
  expect(builds.at(-1)).toBe('second');
  expect(builds).toContain('first');
  expect(await stack.portal.ordersWithPo(id)).toHaveLength(1);

  const again = await startBuild('second');
  expect(again.output).not.toContain('This build gets no work');
});

it('a part of the work goes to the next build, and none of it when that is taken back', async () => {
  await startBuild('first');
  await setCurrent('first');
  const second = await startBuild('second');
  const ramp = ['--deployment-name', deployment, '--build-id', 'second', '--yes'];
  await until('the ramp', () =>
    temporal('set-ramping-version', ...ramp, '--percentage', '50').then(
      () => true,
      () => false,
    ),
  );
  const ids = Array.from({ length: 16 }, (_, n) => `versions-ramp-${n}-${randomUUID().slice(0, 8)}`);
  const ordered = async (some: string[]) => {
    await Promise.all(some.map((id) => stack.client.start({ ...tutorialRequest(id), poNumber: id })));
    for (const id of some) expect((await stack.client.wait(id)).status.status).toBe('ordered');
    return new Set((await Promise.all(some.map(buildsOf))).flat());
  };
  expect(await ordered(ids.slice(0, 14))).toEqual(new Set(['first', 'second']));
  await temporal('set-ramping-version', ...ramp, '--delete');
  await second.stop();
  expect(await ordered(ids.slice(14))).toEqual(new Set(['first']));
});

it('without a deployment nothing has to be said to Temporal', async () => {
  const id = `versions-none-${randomUUID().slice(0, 8)}`;
  const worker = await stack.startWorker();
  expect(worker.output).not.toContain('deployment');
  await stack.client.start({ ...tutorialRequest(id), poNumber: id });
  expect((await stack.client.wait(id)).status.status).toBe('ordered');
});
