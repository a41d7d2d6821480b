import { TestStack } from '../support/stack';
import { spawnProcess } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { until } from '../support/until';

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

it('names every setting that is missing or wrong, at once, and shows no value', async () => {
  const worker = spawnProcess('worker/main.js', {
    PORTAL_URL: 'planted-nonsense',
    DATABASE_URL: 'mysql://planted',
  });
  expect(await worker.ended()).toBe(1);
  expect(worker.output).toMatch(/SettingsInvalid/);
  for (const name of ['PORTAL_URL', 'PORTAL_CLIENT_ID', 'PORTAL_CLIENT_SECRET', 'DATABASE_URL']) {
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
  expect(await worker.ended()).toBe(1);
  expect(worker.output).toMatch(message);
  expect(worker.output).not.toContain('planted');
});

it('starts without the portal: purchases wait for it', async () => {
  const worker = await stack.startWorker({ PORTAL_URL: 'http://127.0.0.1:1' });
  expect(worker.output).toMatch(/PortalUnreachable/);
  expect(await worker.stop()).toBe(0);
});

it.each(['SIGTERM', 'SIGINT'] as const)('%s: stops cleanly', async (signal) => {
  const worker = await stack.startWorker();
  worker.child.kill(signal);
  expect(await worker.ended()).toBe(0);
  expect(worker.output).toMatch(/worker stopped/);
});

it('an order in flight is finished before the process goes', async () => {
  const worker = await stack.startWorker();
  await stack.portal.fault({ endpoint: 'orders', kind: 'latency', ms: 4000, times: 1 });
  await stack.client.start({ ...tutorialRequest('in-flight-1'), poNumber: 'in-flight-1' });
  await until('the attempt in the ledger', () => stack.ledger.latestAttempt('in-flight-1'));
  expect(await worker.stop()).toBe(0);
  expect(await stack.ledger.find('in-flight-1')).toMatchObject({ status: 'ordered' });
  expect(await stack.portal.ordersWithPo('in-flight-1')).toHaveLength(1);
});
