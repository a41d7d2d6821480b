import { spawnProcess, type RunningProcess } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { freePort } from '../../dev/stack/free-port';
import { until } from '../support/until';
import { wayTo, type WayTo } from '../support/way-to';

let stack: TestStack;
let toTemporal: WayTo;
let toLedger: WayTo;
let worker: RunningProcess;
let url: string;

beforeAll(async () => {
  stack = await TestStack.start();
  const database = new URL(stack.databaseUrl);
  toTemporal = await wayTo(stack.temporalAddress, { isOpen: true });
  toLedger = await wayTo(database.host, { isOpen: true });
  database.host = toLedger.address;
  const address = `127.0.0.1:${await freePort()}`;
  url = `http://${address}`;
  worker = await stack.startWorker({
    TEMPORAL_ADDRESS: toTemporal.address,
    DATABASE_URL: database.href,
    WONCE_METRICS: address,
  });
});
afterAll(async () => {
  await stack.stop();
  await toTemporal.leave();
  await toLedger.leave();
});

async function readyz() {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, json: (await response.json()) as Record<string, string> };
}

/** Waits until the worker is as ready as that. */
const readyzIs = (status: number, state: Record<string, string>) =>
  until(JSON.stringify(state), async () => {
    const now = await readyz();
    return now.status === status && Object.entries(state).every(([part, as]) => now.json[part] === as) && now;
  });

it('a worker that polls is ready', async () => {
  await readyzIs(200, { status: 'ready', worker: 'polling', temporal: 'answers', ledger: 'answers' });
});

it('a worker without Temporal, or without the ledger, is not ready until that is back, and says why', async () => {
  await toTemporal.leave();
  const { json } = await readyzIs(503, { temporal: 'away', ledger: 'answers' });
  expect(json.detail).toMatch(/Temporal/);
  await toTemporal.comeBack();
  await readyzIs(200, { temporal: 'answers' });
  await toLedger.leave();
  await readyzIs(503, { temporal: 'answers', ledger: 'away' });
  await toLedger.comeBack();
  await readyzIs(200, { ledger: 'answers' });
});

it('an address that is taken is refused before anything happens', async () => {
  const second = spawnProcess('worker/main.js', { ...stack.env(), WONCE_METRICS: new URL(url).host });
  await second.endedWith(1);
  expect(second.output).toMatch(/AddressNotUsable: .*EADDRINUSE.*WONCE_METRICS/);
});

it('a worker that stops is not ready, while it finishes an order', async () => {
  const id = 'readiness-stopping';
  await stack.portal.fault({ endpoint: 'orders', kind: 'latency', ms: 5_000, match: { poNumber: id } });
  await stack.client.start({ ...tutorialRequest(id), poNumber: id });
  await until('an attempt under way', () => stack.ledger.latestAttempt(id));
  worker.child.kill('SIGTERM');
  await readyzIs(503, { worker: 'stopping' });
  await worker.endedWith(0);
  expect((await stack.ledger.find(id))?.status).toBe('ordered');
});
