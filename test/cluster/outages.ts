import { setTimeout as delay } from 'node:timers/promises';
import { postToOneOf } from '../../dev/chaos/outage';
import { startCluster, type ClusterForTests } from '../support/cluster';
import { spawnProcess, type RunningProcess } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

const PURCHASES = 120;
const POSTGRES_AWAY_MS = 30_000;
const TEMPORAL_AWAY_MS = 60_000;
/** All are sent over this time, so that both outages fall among them. */
const LOAD_MS = 120_000;

let cluster: ClusterForTests;
let stack: TestStack;
const servers: RunningProcess[] = [];
const urls: string[] = [];

beforeAll(async () => {
  cluster = await startCluster();
  // The ledger is on the same Postgres: it goes, and comes back, with Temporal's own tables.
  process.env.WONCE_TEST_POSTGRES_URL = cluster.postgresUrl;
  stack = await TestStack.start({ temporalAddress: cluster.temporalAddress });
  await stack.startWorker();
  await stack.startWorker();
  for (const _ of [1, 2]) {
    const server = spawnProcess('server/main.js', { ...stack.env(), WONCE_PORT: '0' });
    servers.push(server);
    urls.push((await server.saw(/server listening on (http:\/\/[^"\s]+)/))[1]!);
  }
}, 300_000);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill()));
  await stack.stop();
  await cluster.stop();
});

/** 0 when a server does not answer at all. */
async function readiness(): Promise<number[]> {
  return Promise.all(
    urls.map((url) =>
      fetch(`${url}/readyz`).then(
        ({ status }) => status,
        () => 0,
      ),
    ),
  );
}

async function areReady(what: string, status: number): Promise<void> {
  await until(what, async () => (await readiness()).every((each) => each === status), 120_000);
}

const numbers = Array.from({ length: PURCHASES }, (_, index) => index);
const serialNumber = (number: number) => `3651E5${String(number).padStart(6, '0')}`;

/** A steady load, each request sent until a server has taken it, as its sender would. */
async function sendAll(): Promise<void> {
  const sent = numbers.map(async (number) => {
    await delay((LOAD_MS / PURCHASES) * number);
    const license = { kind: 'existing', serialNumber: serialNumber(number) };
    await postToOneOf(urls, {
      ...tutorialRequest(`outage-${number}`),
      license,
      poNumber: `outage-${number}`,
    });
  });
  await Promise.all(sent);
}

it('Postgres away for 30 s and Temporal for 60 s under load: nothing lost, nothing doubled, not ready meanwhile, ready again by itself', async () => {
  await stack.portal.addProducts(numbers.map(serialNumber));
  await areReady('both servers to be ready', 200);
  const sending = sendAll();

  await delay(5_000);
  await cluster.kill('postgres');
  const postgresBack = delay(POSTGRES_AWAY_MS);
  await areReady('no server to be ready without Postgres', 503);
  await postgresBack;
  expect(await readiness()).toEqual([503, 503]);
  cluster.startAgain('postgres');
  await areReady('both servers to be ready again', 200);

  for (const name of cluster.temporalProcesses) await cluster.kill(name);
  const temporalBack = delay(TEMPORAL_AWAY_MS);
  await areReady('no server to be ready without Temporal', 503);
  await temporalBack;
  expect(await readiness()).toEqual([503, 503]);
  cluster.temporalProcesses.forEach((name) => cluster.startAgain(name));
  await areReady('both servers to be ready again', 200);

  await sending;
  for (const number of numbers) {
    const id = `outage-${number}`;
    await until(
      `${id} to be ordered`,
      async () => (await stack.ledger.find(id))?.status === 'ordered',
      300_000,
    );
    expect(await stack.portal.ordersWithPo(id)).toHaveLength(1);
  }
  expect(await stack.portal.orders()).toHaveLength(PURCHASES);
}, 900_000);
