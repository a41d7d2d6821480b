import { BrowserForTests } from '../support/browser';
import { DealsStack } from '../support/deals-stack';
import { closeUnharmed, pageRequest, signIn, TWO_PARTNERS } from '../support/page-stack';
import { startTemporal, type TemporalForTests } from '../support/temporal';
import { until } from '../support/until';

let temporal: TemporalForTests;
let deals: DealsStack;
let browser: BrowserForTests;

beforeAll(async () => {
  // A server of its own: it is frozen.
  temporal = await startTemporal();
  [deals, browser] = await Promise.all([
    DealsStack.start({}, { temporalAddress: temporal.address }),
    BrowserForTests.start(),
  ]);
});
afterAll(async () => {
  temporal.thaw();
  await browser.stop();
  await deals.stop();
  await temporal.stop();
});

const signedIn = async () => signIn(await browser.open(deals.url), deals.token);

it('what a deal lacks is filled in on the page, and it is bought', async () => {
  const id = await deals.pipedriveDeal({}, []);
  await deals.crm.put('pipedrive', 'products', id, { name: 'Ultimate', code: 'YS-ULT' });
  await deals.crm.put('pipedrive', 'deal_products', id, { deal_id: id, product_id: id, quantity: 0.5 });
  await deals.tellOfPipedrive(id);
  const deal = deals.key('pipedrive', id);
  await deals.reaches(deal, 'incomplete');
  const window = await signedIn();
  const { page } = window;
  await page.getByRole('article').filter({ hasText: 'What is missing of this deal?' }).waitFor();
  expect(await window.findings()).toEqual([]);
  await page.getByRole('link', { name: 'Fill in' }).click();
  const extensions = page.getByRole('textbox', { name: 'Extensions', exact: true });
  await extensions.fill('many');
  await page.getByRole('button', { name: 'Fill in' }).click();
  expect(await page.getByRole('alert').textContent()).toMatch(/extensions: expected a whole number/);
  expect(await window.findings()).toEqual([]);
  await extensions.fill('25');
  await page.getByRole('button', { name: 'Fill in' }).click();
  await page.getByRole('link', { name: `${deal}:1` }).click();
  await page.locator('.title .mark.done').waitFor();
  expect((await deals.stack.ledger.find(`${deal}:1`))?.request).toMatchObject({ extensions: 25 });
  await closeUnharmed(window);
});

it('while Temporal and the workers are away the page shows what is known, and goes on when they are back', async () => {
  const { stack } = deals;
  const wanted = pageRequest(TWO_PARTNERS);
  await stack.client.start(wanted);
  await stack.client.wait(wanted.requestId);
  const window = await signedIn();
  const { page } = window;
  await Promise.all(stack.workers.map((worker) => worker.kill()));
  temporal.freeze();
  await page.goto(`/orders/${wanted.requestId}`);
  await page.getByText(/Temporal does not answer just now/).waitFor();
  await page.getByRole('link', { name: /Blue Lagoon Ltd, o/ }).click();
  await page.getByRole('button', { name: /go on to the order/ }).waitFor();
  temporal.thaw();
  await stack.startWorker(deals.workerEnv);
  await until('the run to answer', async () => {
    const { goesOn } = await stack.client.status(wanted.requestId);
    return goesOn === true || undefined;
  });
  await page.getByRole('button', { name: /go on to the order/ }).click();
  await page.locator('.title .mark.done').waitFor();
  expect(await stack.portal.ordersWithPo(wanted.requestId)).toHaveLength(1);
  await closeUnharmed(window);
});
