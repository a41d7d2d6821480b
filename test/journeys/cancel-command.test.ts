import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { wonceWith } from '../support/npm-start';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.start();
  await stack.startWorker({ WONCE_WATCH_FIRST_LOOK: '1h' });
});
afterAll(() => stack.stop());

const wonce = (...args: string[]) => wonceWith(stack.env(), ...args);

it('a cancellation that counts exits with 0, the second time, too, and the status says whose it was', async () => {
  await stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
  await stack.client.start(tutorialRequest('told-to-stop-1'));
  await until('acceptance', () => stack.ledger.find('told-to-stop-1'));
  const words = ['--by', 'Ann', '--why', 'the customer withdrew'];
  const first = await wonce('cancel', 'told-to-stop-1', ...words);
  expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^status +cancelled$/m) as string });
  const again = await wonce('cancel', 'told-to-stop-1', '--json');
  expect(again).toMatchObject({ code: 0, stderr: expect.stringMatching(/cancelled already/) as string });
  const status = await wonce('status', 'told-to-stop-1');
  expect(status.code).toBe(1);
  expect(status.stdout).toMatch(/^cancelled by +Ann: the customer withdrew/m);
  await stack.portal.clearFaults();
});

it('one that came too late exits with 1 and says so; meanwhile the next look is told', async () => {
  await stack.portal.settings({ orderStatus: 'pending' });
  await stack.client.start(tutorialRequest('told-to-stop-2'));
  await until(
    'confirming',
    async () => (await stack.client.status('told-to-stop-2')).status.status === 'confirming',
  );
  const waiting = await until('its timer', async () => {
    const status = await wonce('status', 'told-to-stop-2');
    return status.stdout.includes('next look') && status;
  });
  const [, day, time] = /^next look +(\S+) (\S+), /m.exec(waiting.stdout)!;
  const inMinutes = (new Date(`${day}T${time}`).getTime() - Date.now()) / 60_000;
  expect(inMinutes).toBeGreaterThan(50);
  expect(inMinutes).toBeLessThan(61);
  const late = await wonce('cancel', 'told-to-stop-2', '--by', 'Ann');
  expect(late).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Not cancelled: it came too late/m) as string,
  });
  expect(late.stdout).toMatch(/^status +confirming\n[^]*^cancelled by +Ann/m);
});

it('one that comes while no worker runs counts when one does: nothing is ordered', async () => {
  await stack.portal.settings({ orderStatus: 'succeed' });
  await Promise.all(stack.workers.splice(0).map((worker) => worker.kill()));
  const requestId = 'told-to-stop-3';
  await stack.client.start({ ...tutorialRequest(requestId), poNumber: requestId });
  await stack.temporal.workflow.getHandle(purchaseWorkflowIdOf(requestId)).signal('cancel', { by: 'Ann' });
  await stack.startWorker();
  expect((await stack.client.wait(requestId)).status).toMatchObject({ status: 'cancelled', attempts: 0 });
  expect(await stack.portal.ordersWithPo(requestId)).toEqual([]);
});
