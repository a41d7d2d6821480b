import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ORDER_STEPS } from '../../domain/order-steps';
import { TestStack } from '../support/stack';
import { spawnProcess, type RunningProcess } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { until } from '../support/until';

type Tell = (worker: RunningProcess) => unknown;

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

it('names every setting that is missing or wrong, at once, and shows no value', async () => {
  const worker = spawnProcess('worker/main.js', {
    PORTAL_URL: 'planted-nonsense',
    DATABASE_URL: 'mysql://planted',
    WONCE_DEALS_FILE: 'planted.yaml',
  });
  await worker.endedWith(1);
  expect(worker.output).toMatch(/SettingsInvalid/);
  for (const name of [
    'PORTAL_URL',
    'PORTAL_CLIENT_ID',
    'PORTAL_CLIENT_SECRET',
    'DATABASE_URL',
    'WONCE_DEALS_FILE',
  ]) {
    expect(worker.output).toContain(name);
  }
  expect(worker.output).not.toContain('planted');
});

it.each<[string, Record<string, string>, RegExp]>([
  [
    'Temporal is not there',
    { TEMPORAL_ADDRESS: '127.0.0.1:1' },
    /TemporalUnreachable: .*127\.0\.0\.1:1.*TEMPORAL_ADDRESS/,
  ],
  [
    'the namespace is not there',
    { TEMPORAL_NAMESPACE: 'nowhere' },
    /NamespaceMissing: .*"nowhere".*temporal operator namespace create -n nowhere/,
  ],
  [
    'the ledger is not there',
    { DATABASE_URL: 'postgres://u:planted@127.0.0.1:1/w' },
    /LedgerUnavailable: .*127\.0\.0\.1:1.*DATABASE_URL/,
  ],
  [
    'the credentials are wrong',
    { PORTAL_CLIENT_SECRET: 'planted' },
    /PortalCredentialsRejected: .*PORTAL_CLIENT_SECRET/,
  ],
])('says what is wrong and ends with 1 when %s', async (_name, env, message) => {
  const worker = spawnProcess('worker/main.js', { ...stack.env(), ...env });
  await worker.endedWith(1);
  expect(worker.output).toMatch(message);
  expect(worker.output).not.toContain('planted');
});

describe('a fail point, which would end the worker in the middle of an order', () => {
  it('is refused in production: the worker does not start', async () => {
    const env = { ...stack.env(), WONCE_FAIL_POINT: 'before-order-sent', NODE_ENV: 'production' };
    const worker = spawnProcess('worker/main.js', env);
    await worker.endedWith(1);
    expect(worker.output).toMatch(/SettingsInvalid: WONCE_FAIL_POINT .*NODE_ENV is production.*Unset it/);
  });

  it.each(['', 'before-lunch', 'before-order-sent:0', 'before-order-sent:1:2', 'Before-Order-Sent'])(
    'is refused when it is none: "%s"',
    async (point) => {
      const worker = spawnProcess('worker/main.js', { ...stack.env(), WONCE_FAIL_POINT: point });
      await worker.endedWith(1);
      expect(worker.output).toMatch(/SettingsInvalid/);
      expect(worker.output).toContain(`WONCE_FAIL_POINT: expected one of ${ORDER_STEPS.join(', ')}`);
    },
  );

  it('ends it at the passing that is named, and not before', async () => {
    const worker = await stack.startWorker({ WONCE_FAIL_POINT: 'before-activity-returns:2' });
    await stack.client.start({ ...tutorialRequest('fail-point-1'), poNumber: 'fail-point-1' });
    expect((await stack.client.wait('fail-point-1')).status.status).toBe('ordered');
    expect(worker.hasEnded).toBe(false);
    await stack.client.start({ ...tutorialRequest('fail-point-2'), poNumber: 'fail-point-2' });
    await worker.ended();
    expect(worker.child.signalCode).toBe('SIGKILL');
    expect(await stack.ledger.latestAttempt('fail-point-2')).toMatchObject({ outcome: 'created' });
  });
});

it('reads its secrets from files where they stand there, and buys with them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wonce-secrets-'));
  const { PORTAL_CLIENT_SECRET = '', DATABASE_URL = '', ...env } = stack.env();
  const inFile = (name: string, secret: string) => {
    writeFileSync(join(folder, name), `${secret}\n`);
    return join(folder, name);
  };
  const worker = spawnProcess('worker/main.js', {
    ...env,
    PORTAL_CLIENT_SECRET_FILE: inFile('portal', PORTAL_CLIENT_SECRET),
    DATABASE_URL_FILE: inFile('ledger', DATABASE_URL),
  });
  await worker.saw(/worker ready/);
  await stack.client.start(tutorialRequest('secrets-in-files'));
  expect((await stack.client.wait('secrets-in-files')).status.status).toBe('ordered');
  expect(worker.output).not.toContain(PORTAL_CLIENT_SECRET);
  await worker.stop();
});

it('starts without the portal: purchases wait for it', async () => {
  const worker = await stack.startWorker({ PORTAL_URL: 'http://127.0.0.1:1' });
  expect(worker.output).toMatch(/PortalUnreachable/);
  expect(await worker.stop()).toBe(0);
});

it.each(['SIGTERM', 'SIGINT'] as const)('%s: stops cleanly', async (signal) => {
  const worker = await stack.startWorker();
  worker.child.kill(signal);
  await worker.endedWith(0);
  expect(worker.output).toMatch(/worker stopped/);
});

describe('an order in flight is finished before the process goes', () => {
  /** npm sends each Ctrl-C a second time. */
  it.each([
    ['told once', [(worker: RunningProcess) => worker.child.kill('SIGTERM')]],
    ['told twice', Array<Tell>(2).fill((worker) => worker.child.kill('SIGINT'))],
    [
      'told, and its supervisor killed',
      [(worker: RunningProcess) => worker.child.kill('SIGTERM'), (worker) => worker.child.stdin!.end()],
    ],
  ] as [string, Tell[]][])('%s', async (how, tell) => {
    const id = `in-flight-${how.replace(/\W+/g, '-')}`;
    const worker = await stack.startWorker({ WONCE_PARENT_STDIN: '1' });
    await stack.portal.fault({ endpoint: 'orders', kind: 'latency', ms: 4000, times: 1 });
    await stack.client.start({ ...tutorialRequest(id), poNumber: id });
    await until('the attempt in the ledger', () => stack.ledger.latestAttempt(id));
    for (const word of tell) {
      word(worker);
      await delay(500);
    }
    await worker.endedWith(0);
    expect(await stack.ledger.find(id)).toMatchObject({ status: 'ordered' });
    expect(await stack.portal.ordersWithPo(id)).toHaveLength(1);
  });
});
