import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { MIGRATION_NAMES } from '../../ledger/migrations';
import { cleanEnvironment, RunningProcess } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { buildOf, commitBefore } from './build-of-commit';

/**
 * The build before the newest migration, on the tables of this one. It shows that what it reads is there and what it writes is
 * taken, by a purchase from its start to its order; it shows nothing of what a purchase does not come by.
 */
let folder: string;
let stack: TestStack;

beforeAll(async () => {
  folder = await buildOf(commitBefore([...MIGRATION_NAMES].sort().at(-1)!));
  // Makes the tables, as this build does.
  stack = await TestStack.start();
});
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function startEarlierWorker(): Promise<RunningProcess> {
  const worker = new RunningProcess(
    spawn(process.execPath, [join(folder, 'dist/worker/main.js')], {
      env: { ...cleanEnvironment(), ...stack.env() },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  stack.workers.push(worker);
  await worker.saw(/worker ready/);
  return worker;
}

async function buy(name: string): Promise<void> {
  const id = `upgrade-${name}-${randomUUID().slice(0, 8)}`;
  await stack.client.start({ ...tutorialRequest(id), poNumber: id });
  const { status } = await stack.client.wait(id, { timeoutMs: 60_000 });
  expect([name, status.status]).toEqual([name, 'ordered']);
  expect(await stack.portal.ordersWithPo(id)).toHaveLength(1);
}

it('a worker of before buys on the tables of this build, alone, beside one of this build, and after it', async () => {
  const earlier = await startEarlierWorker();
  await buy('earlier');
  const worker = await stack.startWorker();
  await Promise.all(['beside-1', 'beside-2', 'beside-3'].map(buy));
  await earlier.stop();
  await buy('this');
  await worker.stop();
  await startEarlierWorker();
  await buy('back');
  const { broken, chain, checked } = await stack.ledger.verifyAll();
  expect([checked, broken, chain.broken]).toEqual([6, [], []]);
});
