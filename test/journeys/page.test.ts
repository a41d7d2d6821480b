import type { Route } from 'playwright-core';
import type { PurchaseRequest } from '../../domain/request';
import type { WindowForTests } from '../support/browser';
import { ANN, BEN, closeUnharmed, pageRequest, PageStack, signIn, TWO_PARTNERS } from '../support/page-stack';
import { until } from '../support/until';

let all: PageStack;

beforeAll(async () => {
  all = await PageStack.start();
});
afterAll(() => all.stop());
afterEach(() => all.stack.portal.clearFaults());

const waiting = (wanted: PurchaseRequest) => all.waiting(wanted);
const signedIn: PageStack['signedIn'] = (...given) => all.signedIn(...given);
const heading = ({ page }: WindowForTests, name: string | RegExp) => page.getByRole('heading', { name });

it('whoever is not signed in sees nothing, and a wrong token is told so', async () => {
  const window = await all.browser.open(all.url);
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
  const wanted = await waiting(pageRequest(TWO_PARTNERS));
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
  const [order, ...more] = await all.stack.portal.ordersWithPo(wanted.requestId);
  expect(more).toEqual([]);
  expect(await page.locator('.title').textContent()).toContain(order!.orderNo);
  const decision = (await all.stack.ledger.events(wanted.requestId)).find(({ kind }) => kind === 'decision');
  expect(decision).toMatchObject({ actor: 'Ann Arbor', data: { why: 'asked the customer' } });
  expect((decision!.data as { via: string }).via).toMatch(/^page, token [0-9a-f]{8}$/);
  await closeUnharmed(window);
});

it('an order of unknown outcome is settled by keyboard alone, on a phone', async () => {
  const wanted = pageRequest({ license: await all.ownPbx() });
  await all.stack.portal.settings({ returnPoNumber: false });
  await all.stack.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'before', times: 1 });
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
  expect(await all.stack.portal.ordersWithPo(wanted.requestId)).toHaveLength(0);
  await closeUnharmed(window);
});

it('the second of two who decide is told who was first, and that is no error', async () => {
  const wanted = await waiting(pageRequest(TWO_PARTNERS));
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
  expect(await all.stack.portal.ordersWithPo(wanted.requestId)).toHaveLength(1);
  for (const window of windows) await closeUnharmed(window);
});

it('without JavaScript it can be read, and decided on', async () => {
  const wanted = await waiting(pageRequest(TWO_PARTNERS));
  const window = await signedIn(ANN, { javaScript: false });
  const { page } = window;
  const card = page.getByRole('article').filter({ hasText: wanted.poNumber! });
  await card.getByRole('link', { name: /Blue Lagoon Ltd, o/ }).click();
  await page.getByRole('button', { name: /go on to the order/ }).click();
  await page
    .getByText(/Ann Arbor decided: choose/)
    .first()
    .waitFor();
  expect((await all.stack.client.wait(wanted.requestId)).status.status).toBe('ordered');
  await window.close();
});

it('a search finds by order number, serial number, partner and request', async () => {
  const billingContact = { email: 'accounts@reseller.example' };
  const wanted = pageRequest({ license: await all.ownPbx(), billingContact });
  await waiting(wanted);
  const { order } = (await all.stack.client.status(wanted.requestId)).status;
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
  const wanted = await waiting(pageRequest(TWO_PARTNERS));
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
  expect((await all.stack.client.status(wanted.requestId)).status.status).toBe('waiting-for-choice');
  await all.stack.client.decide(wanted.requestId, { verb: 'cancel', by: 'Ann' });
  await window.close();
});

it.each<[string, (route: Route) => Promise<void>]>([
  ['the server was not there', (route) => route.abort()],
  ['too many looked', (route) => route.fulfill({ status: 503 })],
])('a page that could not connect at first, because %s, says so and connects later', async (_why, refuse) => {
  const window = await all.browser.open(all.url);
  const { page } = window;
  await page.route('**/events?*', refuse);
  await signIn(window, ANN);
  await page.getByText(/the server does not answer, connecting/).waitFor();
  await page.unroute('**/events?*');
  await page.locator('#stale').waitFor({ state: 'hidden' });
  const wanted = await waiting(pageRequest(TWO_PARTNERS));
  await page.getByRole('article').filter({ hasText: wanted.poNumber! }).waitFor();
  await all.stack.client.decide(wanted.requestId, { verb: 'cancel', by: 'Ann' });
  await window.close();
});

it.each(['page.js', 'htmx.js'])(
  'a page whose %s comes late connects all the same, and says when it cannot',
  async (script) => {
    const window = await all.browser.open(all.url);
    const { page } = window;
    await page.route('**/events?*', (route) => route.abort());
    await page.route(`**/${script}`, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await route.continue();
    });
    await signIn(window, ANN);
    await page.getByText(/the server does not answer, connecting/).waitFor();
    await page.unroute('**/events?*');
    await page.locator('#stale').waitFor({ state: 'hidden' });
    await window.close();
  },
);

it('a session that ended while the server was away asks to sign in', async () => {
  const window = await signedIn();
  const { page } = window;
  await page.waitForLoadState();
  await all.server.kill();
  await page.getByText(/the server does not answer, connecting/).waitFor();
  await window.context.clearCookies({ name: 'wonce' });
  await all.startServer();
  await page.getByLabel('Your token').waitFor();
  await window.close();
});

it('while the server is away the page says so, and is up to date again by itself', async () => {
  const window = await signedIn();
  const { page } = window;
  // A page whose scripts did not come says nothing.
  await page.waitForLoadState();
  await all.server.kill();
  await page.getByText(/the server does not answer, connecting/).waitFor();
  await all.startServer();
  await page.locator('#stale').waitFor({ state: 'hidden' });
  const wanted = await waiting(pageRequest(TWO_PARTNERS));
  await page.getByRole('article').filter({ hasText: wanted.poNumber! }).waitFor();
  await all.stack.client.decide(wanted.requestId, { verb: 'cancel', by: 'Ann' });
  await until('the card to go', async () => (await page.getByRole('article').count()) === 0 || undefined);
  await window.close();
});
