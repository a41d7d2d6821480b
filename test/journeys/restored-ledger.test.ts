import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { freshPostgres } from '../ledger/databases';
import { required } from '../support/required';
import { tutorialRequest } from '../support/requests';
import { wonceWith } from '../support/npm-start';
import { TestStack } from '../support/stack';
import { until } from '../support/until';
import { Ledger } from '../../ledger/ledger';
import { WonceClient } from '../../client/wonce-client';

/**
 * A ledger restored from a backup older than the last order, and a Temporal that has forgotten the run as well: nothing
 * that is left knows of the order but the vendor.
 */
it('after a restore from an older backup, the orders of requests that are sent again are found, not made', async () => {
  const stack = await TestStack.start();
  try {
    const worker = await stack.startWorker();
    const before = await bought(stack, 'before-backup');
    // The vendor puts the first attempt off; the one that buys comes after the backup.
    await stack.portal.fault({ endpoint: 'orders', kind: 'rate-limit', retryAfterSeconds: 5 });
    await stack.client.start(request('put-off'));
    await until('the first attempt to be over', async () => {
      const attempt = await stack.ledger.latestAttempt('put-off');
      return attempt?.outcome === 'not-created';
    });
    const backupAt = new Date().toISOString();
    const dump = pg('pg_dump', stack.databaseUrl);
    const lost = {
      'after-backup': await bought(stack, 'after-backup'),
      'put-off': await end(stack, 'put-off'),
    };
    await worker.stop();

    const restored = await freshPostgres();
    pg('psql', '--quiet', '--set', 'ON_ERROR_STOP=1', '--dbname', restored.url, dump);
    const ledger = await Ledger.open(restored.url);
    expect(await ledger.find('after-backup')).toBeUndefined();
    expect(await ledger.find('before-backup')).toMatchObject({ status: 'ordered', order: before });
    expect(await ledger.find('put-off')).toMatchObject({ status: 'ordering', attempts: 1 });
    expect(await ledger.verifyAll()).toMatchObject({ checked: 2, broken: [] });

    await stack.startWorker({ DATABASE_URL: restored.url, WONCE_LEDGER_RESTORED_FROM: backupAt });
    const client = new WonceClient({
      taskQueue: stack.taskQueue,
      temporal: stack.temporal,
      ledger,
      problems: [],
    });
    for (const [id, order] of Object.entries(lost)) {
      await stack.temporal.workflowService.deleteWorkflowExecution({
        namespace: 'default',
        workflowExecution: { workflowId: `purchase:${id}` },
      });
      // The server takes half a minute to forget.
      const isFree = async () => (await client.start(request(id))).kind === 'started';
      await until('the id to be free', isFree, 100_000);
      expect((await client.wait(id)).status).toMatchObject({
        status: 'ordered',
        order: { orderNo: order!.orderNo },
      });
      expect(await stack.portal.ordersWithPo(id)).toHaveLength(1);
    }

    // A request that was never ordered: nothing is found, and a person lets it be ordered.
    await client.start(request('new-after-restore'));
    const { status } = await client.wait('new-after-restore');
    expect(status).toMatchObject({ status: 'waiting-for-decision', reason: { code: 'LedgerRestored' } });
    expect(await stack.portal.ordersWithPo('new-after-restore')).toEqual([]);
    await client.decide('new-after-restore', { verb: 'settle', notCreated: 'order-again', by: 'Ann' });
    expect((await client.wait('new-after-restore')).status.status).toBe('ordered');
    expect(await stack.portal.ordersWithPo('new-after-restore')).toHaveLength(1);
    await Promise.all(stack.workers.map((one) => one.kill()));
    await ledger.close();
    await restored.drop();
  } finally {
    await stack.stop();
  }
}, 240_000);

it('a purchase that Temporal saw ordered and an older ledger did not is started again only when the restore is said', async () => {
  const stack = await TestStack.start();
  try {
    const worker = await stack.startWorker();
    await stack.portal.fault({ endpoint: 'plans', kind: 'server-error', times: null });
    await stack.client.start(request('older'));
    await until('acceptance', () => stack.ledger.find('older'));
    const backupAt = new Date().toISOString();
    const dump = pg('pg_dump', stack.databaseUrl);
    await stack.portal.clearFaults();
    const order = await end(stack, 'older');
    await worker.stop();

    const restored = await freshPostgres();
    pg('psql', '--quiet', '--set', 'ON_ERROR_STOP=1', '--dbname', restored.url, dump);
    const env = { DATABASE_URL: restored.url, WONCE_LEDGER_RESTORED_FROM: backupAt };
    const recover = (...more: string[]) =>
      wonceWith({ ...stack.env(), DATABASE_URL: restored.url }, 'recover', '--by', 'Ann', ...more);
    const unsaid = await recover();
    expect(unsaid.code).toBe(1);
    expect(unsaid.stdout).toMatch(
      /^purchases: 0 brought back, 0 go on, 0 have ended, 1 could not be brought back$/m,
    );
    expect(unsaid.stdout).toMatch(/^purchase older: not brought back. LedgerOlder: .*--after-restore/m);

    await stack.startWorker(env);
    expect(await recover('--after-restore')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^purchases: 1 brought back/) as string,
    });
    const ledger = await Ledger.open(restored.url);
    await until(
      'the order to be found',
      async () => (await ledger.find('older'))?.status === 'ordered',
      60_000,
    );
    expect(await ledger.find('older')).toMatchObject({ order: { orderNo: order!.orderNo } });
    expect(await stack.portal.ordersWithPo('older')).toHaveLength(1);
    await Promise.all(stack.workers.map((one) => one.kill()));
    await ledger.close();
    await restored.drop();
  } finally {
    await stack.stop();
  }
}, 240_000);

/** Each for a term of its own, so that no two orders are alike. */
function request(requestId: string) {
  const years = { 'before-backup': 1, 'after-backup': 2, 'new-after-restore': 3 }[requestId] ?? 4;
  return { ...tutorialRequest(requestId), poNumber: requestId, years };
}

async function bought(stack: TestStack, requestId: string) {
  await stack.client.start(request(requestId));
  return end(stack, requestId);
}

async function end(stack: TestStack, requestId: string) {
  const { status } = await stack.client.wait(requestId);
  expect(status.status).toBe('ordered');
  return status.order;
}

/** Runs one of Postgres' own programs; the last argument is its input when there is a dump to read. */
function pg(program: string, ...args: string[]): string {
  const path = join(required('WONCE_TEST_POSTGRES_BIN'), program);
  const input = program === 'psql' ? args.pop()! : '';
  return execFileSync(path, args, { input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}
