import { withApprovals } from '../support/approval-rules';
import type { WindowForTests } from '../support/browser';
import { ANN, BEN, closeUnharmed, PageStack } from '../support/page-stack';

/** The rules of the house on the page: whoever asked does not approve, and somebody else does. */
let all: PageStack;

const CLEO = 'a-long-token-of-cleo';

beforeAll(async () => {
  all = await PageStack.start(
    { WONCE_PEOPLE: `Ann Arbor:${ANN},Ben:${BEN},Cleo:${CLEO}` },
    {
      worker: withApprovals(
        '{ name: long terms, years: { atLeast: 3 }, remindAfter: 4h }',
        '{ name: large orders, extensions: { atLeast: 500 }, people: 2 }',
      ),
    },
  );
});
afterAll(() => all.stop());

const ofPbx = (serialNumber: string) =>
  all.stack.portal.orders(({ body }: { body: string }) => body.includes(serialNumber));
const field = ({ page }: WindowForTests, name: string) =>
  page.getByRole('combobox', { name }).or(page.getByRole('spinbutton', { name }));

/** Begins an order by the form, and stays on its page. */
async function askedFor(window: WindowForTests, how: { extensions: string; years: string }) {
  const { serialNumber } = await all.ownPbx();
  const { page } = window;
  await page.goto('/new');
  await field(window, 'Serial number of the PBX').fill(serialNumber);
  await field(window, 'Plan').fill('Ultimate');
  await field(window, 'Extensions').fill(how.extensions);
  await field(window, 'Years').fill(how.years);
  await field(window, 'Billing contact').fill('accounts@reseller.example');
  await page.getByRole('button', { name: 'Show the quote' }).click();
  await page.getByText(/It has to be approved: /).waitFor();
  await page.getByRole('button', { name: `Order Ultimate for ${serialNumber}` }).click();
  await page.getByRole('heading', { name: 'Is this order approved?' }).waitFor();
  return { serialNumber, address: new URL(page.url()).pathname };
}

const card = ({ page }: WindowForTests, serialNumber: string) =>
  page.getByRole('article').filter({ hasText: serialNumber });

async function approve(window: WindowForTests, serialNumber: string) {
  const { page } = window;
  await card(window, serialNumber).getByRole('link', { name: 'Approve the order…' }).click();
  await page.getByRole('heading', { name: 'Approve this order?' }).waitFor();
  expect(await window.findings()).toEqual([]);
  await page.getByRole('button', { name: new RegExp(`^Approve .*${serialNumber}`) }).click();
}

it('Ann asks, and is refused as the one who asked; Ben approves, and it is ordered once', async () => {
  const ann = await all.signedIn(ANN);
  const { serialNumber, address } = await askedFor(ann, { extensions: '20', years: '3' });
  const asked = card(ann, serialNumber);
  expect(await asked.textContent()).toMatch(/asked for byAnn Arbor/);
  expect(await asked.textContent()).toMatch(/whoever asked for the order does not approve it/i);
  expect(await asked.getByRole('link', { name: /Approve/ }).count()).toBe(0);
  expect(await ann.findings()).toEqual([]);

  // The address of the second step is no way around.
  await ann.page.goto(`${address}/decide?verb=approve`);
  await ann.page.getByRole('button', { name: /^Approve / }).click();
  await ann.page.getByText(/Nothing was decided by you/).waitFor();
  expect(await ann.page.textContent('main')).toMatch(
    /whoever asked for the order does not approve it. Somebody else approves/,
  );
  expect(await ann.findings()).toEqual([]);
  expect(await ofPbx(serialNumber)).toEqual([]);
  await ann.page.goto(address);

  const ben = await all.signedIn(BEN, { width: 390, height: 800 });
  expect(await ben.page.title()).toMatch(/^\(1\)/);
  expect(await ben.findings()).toEqual([]);
  await approve(ben, serialNumber);
  await ben.page.locator('.title .mark.done').waitFor();
  expect(await ofPbx(serialNumber)).toHaveLength(1);
  // Ann sees it on the page that she left open.
  await ann.page.locator('.title .mark.done').waitFor();
  await ann.page.getByText(/Ben decided: approved/).waitFor();
  await closeUnharmed(ann);
  await closeUnharmed(ben);
});

it('two people approve a large order; one does not count twice', async () => {
  const ann = await all.signedIn(ANN);
  const { serialNumber } = await askedFor(ann, { extensions: '500', years: '1' });
  await ann.close();
  const ben = await all.signedIn(BEN);
  await approve(ben, serialNumber);
  await ben.page.getByText(/still to approve/).waitFor();
  const seen = card(ben, serialNumber);
  expect(await seen.textContent()).toMatch(/approved byBen.*still to approve1 person/);
  expect(await seen.textContent()).toMatch(/nobody approves it twice/i);
  expect(await seen.getByRole('link', { name: /Approve/ }).count()).toBe(0);
  expect(await ofPbx(serialNumber)).toEqual([]);
  const cleo = await all.signedIn(CLEO);
  await approve(cleo, serialNumber);
  await cleo.page.locator('.title .mark.done').waitFor();
  expect(await ofPbx(serialNumber)).toHaveLength(1);
  await closeUnharmed(ben);
  await closeUnharmed(cleo);
});

it('one who rejects needs no more than a click and a reason, and nothing is ordered', async () => {
  const ann = await all.signedIn(ANN);
  const { serialNumber } = await askedFor(ann, { extensions: '20', years: '5' });
  const ben = await all.signedIn(BEN);
  await card(ben, serialNumber).getByRole('link', { name: 'Reject: order nothing' }).click();
  await ben.page.getByLabel('Why').fill('five years are too long');
  await ben.page.getByRole('button', { name: 'Reject: order nothing' }).click();
  await ben.page.locator('.title .mark.refused').waitFor();
  await ben.page
    .getByText(/Ben decided: rejected.* — five years are too long/)
    .first()
    .waitFor();
  expect(await ofPbx(serialNumber)).toEqual([]);
  await closeUnharmed(ben);
  await closeUnharmed(ann);
});
