import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { tutorialRequest } from '../support/requests';
import type { RunningProcess } from '../support/processes';
import { TestStack } from '../support/stack';
import { until } from '../support/until';
import { wayTo, type WayTo } from '../support/way-to';

/**
 * A worker that is held up in the middle of an order is given up after some seconds without a heartbeat, and another one settles
 * what became of the order. Then it goes on where it was: nothing is bought twice, and its late word changes nothing that is known.
 */
let stack: TestStack;
let frozen: RunningProcess;
/** Its way to Temporal: cut, or Temporal would hand a process that stands still further work, and wait for that as well. */
let line: WayTo;

beforeEach(async () => {
  stack = await TestStack.start();
  line = await wayTo(stack.temporalAddress, { isOpen: true });
});
afterEach(async () => {
  frozen.thaw();
  await stack.stop();
  await line.leave();
});

const startOnLine = (env = {}) => stack.startWorker({ ...env, TEMPORAL_ADDRESS: line.address });

const request = (requestId: string) => ({ ...tutorialRequest(requestId), poNumber: requestId });

async function statusIs(requestId: string, wanted: string): Promise<void> {
  await until(
    `status ${wanted}`,
    async () => (await stack.client.status(requestId)).status.status === wanted,
  );
}

const runOf = (requestId: string) => stack.temporal.workflow.getHandle(purchaseWorkflowIdOf(requestId));

async function isOrdering(requestId: string): Promise<boolean> {
  const pending = (await runOf(requestId).describe()).raw.pendingActivities ?? [];
  return pending.some(({ activityType }) => activityType?.name === 'createOrder');
}

async function kinds(requestId: string): Promise<string[]> {
  return (await stack.ledger.events(requestId)).map(({ kind }) => kind);
}

async function everythingIsAsItShouldBe(requestId: string): Promise<void> {
  expect(await stack.portal.ordersWithPo(requestId)).toHaveLength(1);
  expect((await stack.client.status(requestId)).status).toMatchObject({ status: 'ordered', attempts: 1 });
  expect(await stack.ledger.verify(requestId)).toMatchObject({ ok: true });
}

it('held up while the vendor answers: the order is found by another worker, and the late answer changes nothing', async () => {
  const requestId = 'frozen-answer';
  frozen = await startOnLine();
  await stack.portal.fault({ endpoint: 'orders', kind: 'hang', when: 'after', times: 1 });
  await stack.client.start(request(requestId));
  await stack.orderWasSent(requestId);
  frozen.freeze();
  await line.leave();
  await stack.startWorker();
  await statusIs(requestId, 'ordered');
  const before = await kinds(requestId);
  expect(before).toContain('attempt-unknown');
  await line.comeBack();
  frozen.thaw();
  // It shuts down once its call has ended.
  await frozen.stop();
  expect(await kinds(requestId)).toEqual(before);
  await everythingIsAsItShouldBe(requestId);
});

it('held up before it sends: nobody gives the order up or sends it again while it may still be sent', async () => {
  const requestId = 'frozen-unsent';
  frozen = await startOnLine({ WONCE_FAIL_POINT: 'after-attempt-written:1:freeze' });
  await stack.client.start(request(requestId));
  await until('the attempt', () => stack.ledger.latestAttempt(requestId));
  await line.leave();
  await stack.startWorker();
  await until('unknown', async () => (await kinds(requestId)).includes('attempt-unknown'));
  for (const notCreated of ['order-again', 'stop'] as const) {
    const decision = stack.client.decide(requestId, { verb: 'settle', notCreated, by: 'Ann' });
    await expect(decision).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: expect.stringMatching(/until 20\d\d-.*Z the order may still reach the vendor/) as string,
    });
  }
  await line.comeBack();
  frozen.thaw();
  await statusIs(requestId, 'ordered');
  expect(await kinds(requestId)).not.toContain('decision');
  expect(await stack.portal.ordersWithPo(requestId)).toHaveLength(1);
  expect(await stack.ledger.verify(requestId)).toMatchObject({ ok: true });
});

it('held up before its attempt is written, and given up: it begins none any more, and a cancellation counts', async () => {
  const requestId = 'frozen-unbegun';
  frozen = await startOnLine({ WONCE_FAIL_POINT: 'before-attempt-written:1:freeze' });
  await stack.client.start(request(requestId));
  await until('the order to begin', () => isOrdering(requestId));
  await isNeverBegunOnceGivenUp(requestId);
});

it('held up while it waits for work: what it was given then and is given up is not begun any more', async () => {
  frozen = await stack.startWorker();
  const other = await stack.startWorker();
  frozen.freeze();
  const requestId = await givenToTheFrozenOne();
  await other.kill();
  await isNeverBegunOnceGivenUp(requestId);
});

/** Its run is told that nothing was sent, and is cancelled; then the worker goes on where it was. */
async function isNeverBegunOnceGivenUp(requestId: string): Promise<void> {
  await until('the order to be given up', async () => !(await isOrdering(requestId)));
  await runOf(requestId).signal('cancel', { by: 'Ann' });
  frozen.thaw();
  await statusIs(requestId, 'cancelled');
  expect(await stack.portal.ordersWithPo(requestId)).toEqual([]);
  expect(await kinds(requestId)).not.toContain('attempt-started');
}

/** Either worker may be given an order: the other one makes it at once. @returns the first one that nobody makes */
async function givenToTheFrozenOne(): Promise<string> {
  for (let number = 1; ; number++) {
    const requestId = `frozen-waiting-${number}`;
    await stack.client.start(request(requestId));
    await until('the order to begin', async () => {
      return (await isOrdering(requestId)) || (await stack.ledger.latestAttempt(requestId)) !== undefined;
    });
    const deadline = Date.now() + 3_000;
    const isMade = await until('the order to be made, or not to be', async () => {
      if ((await stack.ledger.latestAttempt(requestId)) !== undefined) return 'made';
      return Date.now() > deadline && 'not made';
    });
    if (isMade === 'not made') return requestId;
  }
}
