import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

const PBXS = 5_000;
const PAGES = PBXS / 25;

it('5,000 PBXs at a second a page: the lookup goes on from where a worker that is killed left it, and ends', async () => {
  const serialNumbers = Array.from(
    { length: PBXS - 60 },
    (_, index) => `3651E9${String(index).padStart(6, '0')}`,
  );
  await stack.portal.addProducts(serialNumbers);
  await stack.portal.fault({ endpoint: 'products', kind: 'latency', ms: 1_000, times: null });
  const pagesRead = async () =>
    (await stack.portal.requests()).filter(({ endpoint }) => endpoint === 'products').length;

  const worker = await stack.startWorker();
  const license = { kind: 'existing', serialNumber: serialNumbers.at(-1)! } as const;
  await stack.client.start({ ...tutorialRequest('large-account'), license });
  await until('half of the pages', async () => (await pagesRead()) > PAGES / 2, 120_000, 500);
  await worker.kill();
  const before = await pagesRead();
  await stack.startWorker();

  const { status } = await stack.client.wait('large-account', { timeoutMs: 170_000 });
  expect(status.status).toBe('ordered');
  // Heartbeats go out every 5 s, and four pages are read a second: so many may be read twice, and a few for care.
  expect((await pagesRead()) - before).toBeLessThan(PAGES - before + 40);
}, 400_000);
