import { ANN, BEN, closeUnharmed, pageRequest, PageStack, TWO_PARTNERS } from '../support/page-stack';

let all: PageStack;

beforeAll(async () => {
  all = await PageStack.start();
});
afterAll(() => all.stop());

it('who has a question open sees at once who else has, also on its second step, until they close it', async () => {
  const wanted = await all.waiting(pageRequest(TWO_PARTNERS));
  const [ann, ben] = await Promise.all([all.signedIn(ANN), all.signedIn(BEN)]);
  const words = 'Ben is looking at this';
  await ann.page.goto(`/orders/${wanted.requestId}`);
  expect(await ann.page.getByText('looking at this').count()).toBe(0);
  await ben.page.goto(`/orders/${wanted.requestId}`);
  // Nobody reloads.
  await ann.page.getByText(words).waitFor({ timeout: 5_000 });
  await ben.page.getByText('Ann Arbor is looking at this').waitFor({ timeout: 5_000 });
  expect(await ann.findings()).toEqual([]);
  // What Ann types on the second step stays while others come and go.
  await ann.page.getByRole('link', { name: /Blue Lagoon Ltd, o/ }).click();
  await ann.page.getByText(words).waitFor({ timeout: 5_000 });
  await ann.page.getByLabel('Why').fill('asked the customer');
  await ben.page.goto('/');
  await ann.page.getByText(words).waitFor({ state: 'detached', timeout: 5_000 });
  expect(await ann.page.getByLabel('Why').inputValue()).toBe('asked the customer');
  // On the page of all that waits it stands at its card.
  await ben.page.getByText('Ann Arbor is looking at this').waitFor({ timeout: 5_000 });
  expect(await ben.findings()).toEqual([]);
  await ann.close();
  await ben.page.getByText('Ann Arbor is looking at this').waitFor({ state: 'detached', timeout: 5_000 });
  await all.stack.client.decide(wanted.requestId, { verb: 'cancel', by: 'Ann' });
  await closeUnharmed(ben);
});

it('one person with two windows is not told of themselves, and what is over has nobody at it', async () => {
  const wanted = await all.waiting(pageRequest({ license: await all.ownPbx() }));
  const open = await all.waiting(pageRequest(TWO_PARTNERS));
  const windows = await Promise.all([all.signedIn(ANN), all.signedIn(ANN), all.signedIn(BEN)]);
  for (const { page } of windows) await page.goto(`/orders/${open.requestId}`);
  await windows[0].page.getByText('Ben is looking at this').waitFor({ timeout: 5_000 });
  expect(await windows[0].page.getByText('Ann Arbor is').count()).toBe(0);
  for (const { page } of windows) await page.goto(`/orders/${wanted.requestId}`);
  await windows[0].page.locator('.title .mark.done').waitFor();
  expect(await windows[0].page.locator('#looking').count()).toBe(0);
  for (const window of windows) await closeUnharmed(window);
});

it('what waits is pictured by how long, when there is more than one, and the numbers stand beside the bars', async () => {
  await all.waiting(pageRequest(TWO_PARTNERS));
  const window = await all.signedIn(ANN, { width: 390, height: 844 });
  const picture = window.page.getByRole('figure', { name: 'What waits, and for how long' });
  const waits = await picture.getByRole('row').allTextContents();
  expect(waits.length).toBeGreaterThan(1);
  for (const wait of waits) expect(wait).toMatch(/Blue Lagoon Ltd.*waits for a choice.* s$/);
  // The longest has the whole width.
  expect(await picture.locator('rect').first().getAttribute('width')).toBe('100.0%');
  expect(await window.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await closeUnharmed(window);
});
