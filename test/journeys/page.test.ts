import { randomUUID } from 'node:crypto';
import type { PurchaseRequest } from '../../domain/request';
import { BrowserForTests, type WindowForTests } from '../support/browser';
import { spawnProcess, type RunningProcess } from '../support/processes';
import { tutorialRequest } from '../support/requests';
import { TestStack } from '../support/stack';
import { until } from '../support/until';

const ANN = 'a-long-token-of-ann';
const BEN = 'a-long-token-of-ben';

let stack: TestStack;
let browser: BrowserForTests;
let server: RunningProcess;
let url: string;

async function startServer(env: Record<string, string> = {}): Promise<void> {
  const port = url === undefined ? '0' : new URL(url).port;
  const people = { WONCE_PEOPLE: `Ann Arbor:${ANN},Ben:${BEN}` };
  server = spawnProcess('server/main.js', { ...stack.env(), ...people, WONCE_PORT: port, ...env });
  const [, listening] = await server.saw(/server listening on (http:\/\/[^"\s]+)/);
  url = listening!;
}

beforeAll(async () => {
  [stack, browser] = await Promise.all([TestStack.start(), BrowserForTests.start()]);
  await Promise.all([stack.startWorker(), startServer()]);
});
afterAll(async () => {
  await browser.stop();
  await server.kill();
  await stack.stop();
});
afterEach(() => stack.portal.clearFaults());

async function signedIn(token = ANN, options: Parameters<BrowserForTests['open']>[1] = {}) {
  const window = await browser.open(url, options);
  await window.page.goto('/');
  await window.page.getByLabel('Your token').fill(token);
  await window.page.getByRole('button', { name: 'Sign in' }).click();
  await window.page.getByRole('heading', { name: 'Waiting for you' }).waitFor();
  return window;
}

function request(change: Partial<PurchaseRequest> = {}): PurchaseRequest {
  const requestId = `page-${randomUUID().slice(0, 8)}`;
  return { ...tutorialRequest(requestId), poNumber: requestId, ...change };
}

const twoPartners: Partial<PurchaseRequest> = {
  license: { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } },
};

async function waiting(wanted: PurchaseRequest): Promise<PurchaseRequest> {
  await stack.client.start(wanted);
  await stack.client.wait(wanted.requestId);
  return wanted;
}

async function ownPbx(): Promise<Partial<PurchaseRequest>> {
  const serialNumber = `3651E4${randomUUID().slice(0, 6).toUpperCase()}`;
  await stack.portal.addProducts([serialNumber]);
  return { license: { kind: 'existing', serialNumber } };
}

const heading = ({ page }: WindowForTests, name: string | RegExp) => page.getByRole('heading', { name });

async function closeUnharmed(window: WindowForTests): Promise<void> {
  expect(await window.findings()).toEqual([]);
  expect(window.complaints).toEqual([]);
  await window.close();
}

it('whoever is not signed in sees nothing, and a wrong token is told so', async () => {
  const window = await browser.open(url);
  const { page } = window;
  await page.goto('/orders?status=ordered');
  await page.getByLabel('Your token').fill('some-token-that-is-wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  expect(await page.getByRole('alert').textContent()).toMatch(/not known/);
  expect(await window.findings()).toEqual([]);
  await page.getByLabel('Your token').fill(BEN);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await heading(window, 'Orders').waitFor();
  expect(new URL(page.url()).search).toBe('?status=ordered');
  const [cookie] = (await window.context.cookies()).filter(({ name }) => name === 'wonce');
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  await closeUnharmed(window);
});

it('Ann chooses between two partners, and sees it ordered while she looks', async () => {
  const window = await signedIn();
  const { page } = window;
  const wanted = await waiting(request(twoPartners));
  // Nobody reloads: the page hears of it.
  const card = page.getByRole('article').filter({ hasText: wanted.poNumber! });
  await card.waitFor();
  expect(await page.title()).toMatch(/^\(1\)/);
  expect(await window.findings()).toEqual([]);
  await card.getByRole('link', { name: /Blue Lagoon Ltd, b/ }).click();
  await heading(window, /^Choose Blue Lagoon Ltd/).waitFor();
  await page.getByLabel('Why').fill('asked the customer');
  expect(await window.findings()).toEqual([]);
  await page.getByRole('button', { name: /go on to the order/ }).click();
  await page
    .getByText(/Ann Arbor decided: choose/)
    .first()
    .waitFor();
  await page.locator('.title .mark.done').waitFor();
  const [order, ...more] = await stack.portal.ordersWithPo(wanted.requestId);
  expect(more).toEqual([]);
  expect(await page.locator('.title').textContent()).toContain(order!.orderNo);
  const decision = (await stack.ledger.events(wanted.requestId)).find(({ kind }) => kind === 'decision');
  expect(decision).toMatchObject({ actor: 'Ann Arbor', data: { why: 'asked the customer' } });
  expect((decision!.data as { via: string }).via).toMatch(/^page, token [0-9a-f]{8}$/);
  await closeUnharmed(window);
});

it('an order of unknown outcome is settled by keyboard alone, on a phone', async () => {
  const wanted = request(await ownPbx());
  await stack.portal.settings({ returnPoNumber: false });
  await stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'before', times: 1 });
  await waiting(wanted);
  const window = await signedIn(ANN, { width: 320, height: 640 });
  const { page } = window;
  const answer = page
    .getByRole('article')
    .filter({ hasText: wanted.poNumber! })
    .getByRole('link', { name: /no such order: stop/ });
  await answer.waitFor();
  await answer.focus();
  await page.keyboard.press('Enter');
  await heading(window, /buy nothing\?/).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  const stop = page.getByRole('button', { name: 'Stop: buy nothing' });
  await page.getByLabel('Why').focus();
  await page.keyboard.type('seen in the portal');
  while (!(await stop.evaluate((element) => element === document.activeElement)))
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('.title .mark.refused').waitFor();
  expect(await stack.portal.ordersWithPo(wanted.requestId)).toHaveLength(0);
  await closeUnharmed(window);
});

it('the second of two who decide is told who was first, and that is no error', async () => {
  const wanted = await waiting(request(twoPartners));
  const windows = await Promise.all([signedIn(ANN), signedIn(BEN)]);
  const pages = windows.map(({ page }) => page);
  for (const page of pages) {
    const card = page.getByRole('article').filter({ hasText: wanted.poNumber! });
    await card.getByRole('link', { name: /Blue Lagoon Ltd, o/ }).click();
    await page.getByRole('button', { name: /go on to the order/ }).waitFor();
  }
  await pages[0]!.getByRole('button', { name: /go on to the order/ }).click();
  await pages[0]!.locator('.title .mark.done').waitFor();
  await pages[1]!.getByRole('button', { name: /go on to the order/ }).click();
  await heading(windows[1], 'Nothing was decided by you').waitFor();
  expect(await pages[1]!.textContent('main')).toMatch(/Ann Arbor decided: choose/);
  expect(await stack.portal.ordersWithPo(wanted.requestId)).toHaveLength(1);
  for (const window of windows) await closeUnharmed(window);
});

it('without JavaScript it can be read, and decided on', async () => {
  const wanted = await waiting(request(twoPartners));
  const window = await signedIn(ANN, { javaScript: false });
  const { page } = window;
  const card = page.getByRole('article').filter({ hasText: wanted.poNumber! });
  await card.getByRole('link', { name: /Blue Lagoon Ltd, o/ }).click();
  await page.getByRole('button', { name: /go on to the order/ }).click();
  await page
    .getByText(/Ann Arbor decided: choose/)
    .first()
    .waitFor();
  expect((await stack.client.wait(wanted.requestId)).status.status).toBe('ordered');
  await window.close();
});

it('a search finds by order number, serial number, partner and request', async () => {
  const billingContact = { email: 'accounts@reseller.example' };
  const wanted = request({ ...(await ownPbx()), billingContact });
  await waiting(wanted);
  const { order } = (await stack.client.status(wanted.requestId)).status;
  const { license } = wanted as { license: { serialNumber: string } };
  const window = await signedIn();
  const { page } = window;
  for (const text of [
    order!.orderNo,
    order!.transactionNo!,
    license.serialNumber.toLowerCase(),
    wanted.requestId,
  ]) {
    await page.keyboard.press('/');
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/orders/${wanted.requestId}`);
    await page.goto('/');
  }
  await page.goto('/orders?q=ACCOUNTS%40res');
  await page.getByRole('table').getByRole('link', { name: license.serialNumber }).waitFor();
  await closeUnharmed(window);
});

it('a session that ends asks to sign in again, and what was sent meanwhile is not done', async () => {
  const wanted = await waiting(request(twoPartners));
  const window = await signedIn();
  const { page } = window;
  await page
    .getByRole('article')
    .filter({ hasText: wanted.poNumber! })
    .getByRole('link', { name: /Blue Lagoon Ltd, o/ })
    .click();
  await page.getByRole('button', { name: /go on to the order/ }).waitFor();
  await window.context.clearCookies({ name: 'wonce' });
  await page.getByRole('button', { name: /go on to the order/ }).click();
  await page.getByText(/Your session has ended, and nothing was done/).waitFor();
  expect((await stack.client.status(wanted.requestId)).status.status).toBe('waiting-for-choice');
  await stack.client.decide(wanted.requestId, { verb: 'cancel', by: 'Ann' });
  await window.close();
});

it('while the server is away the page says so, and is up to date again by itself', async () => {
  const window = await signedIn();
  const { page } = window;
  await server.kill();
  await page.getByText(/the server does not answer, connecting/).waitFor();
  await startServer();
  await page.locator('#stale').waitFor({ state: 'hidden' });
  const wanted = await waiting(request(twoPartners));
  await page.getByRole('article').filter({ hasText: wanted.poNumber! }).waitFor();
  await stack.client.decide(wanted.requestId, { verb: 'cancel', by: 'Ann' });
  await until('the card to go', async () => (await page.getByRole('article').count()) === 0 || undefined);
  await window.close();
});
