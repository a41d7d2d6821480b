import { wonceWith } from '../support/npm-start';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.start();
  await stack.startWorker();
});
afterAll(() => stack.stop());

const recover = (...args: string[]) => wonceWith(stack.env(), 'recover', '--by', 'Ann', ...args);
const run = (requestId: string) => stack.temporal.workflow.getHandle(`purchase:${requestId}`);
const statusOf = async (requestId: string) => (await run(requestId).describe()).status.name;

it('a purchase whose run somebody terminated is told of, and comes back only where that is asked for', async () => {
  const requestId = 'recover-terminated';
  const license = { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } } as const;
  await stack.client.start({ ...tutorialRequest(requestId), license, poNumber: requestId });
  expect((await stack.client.wait(requestId)).status.status).toBe('waiting-for-choice');
  await run(requestId).terminate('nothing is to be bought');

  for (const args of [[], ['--dry-run']]) {
    const left = await recover(...args);
    expect([left.code, left.stdout]).toEqual([
      1,
      expect.stringMatching(
        /^purchase recover-terminated: not brought back. RunTerminated: .* recover with --terminated\.$/m,
      ),
    ]);
    expect(left.stdout).toMatch(/^purchases: 0 .*brought back, 0 go on, .* 1 could not be brought back$/m);
    expect(await statusOf(requestId)).toBe('TERMINATED');
  }

  expect((await recover('--terminated', '--dry-run')).stdout).toMatch(/^purchases: 1 would be brought back/m);
  expect(await statusOf(requestId)).toBe('TERMINATED');
  const back = await recover('--terminated');
  expect([back.code, back.stdout]).toEqual([0, expect.stringMatching(/^purchases: 1 brought back/m)]);
  const { status } = await stack.client.wait(requestId);
  expect(status.status).toBe('waiting-for-choice');
  await stack.client.decide(requestId, {
    ...{ verb: 'choose', by: 'Ann' },
    id: status.question!.candidates[0]!.id,
  });
  expect((await stack.client.wait(requestId)).status.status).toBe('ordered');
  expect(await stack.portal.ordersWithPo(requestId)).toHaveLength(1);
});
