import { BrowserForTests } from '../support/browser';
import { DealsStack } from '../support/deals-stack';
import { closeUnharmed, pageRequest, signIn } from '../support/page-stack';
import { until } from '../support/until';

let deals: DealsStack;
let browser: BrowserForTests;

beforeAll(async () => {
  [deals, browser] = await Promise.all([DealsStack.start(), BrowserForTests.start()]);
});
afterAll(async () => {
  await browser.stop();
  await deals.stop();
});

async function signedIn() {
  const window = await signIn(await browser.open(deals.url), deals.token);
  const { page } = window;
  const foot = page.getByRole('list', { name: 'Whether everything is all right' }).getByRole('listitem');
  return { window, page, foot };
}

it('the foot has a word and a time for each that Wonce stands on, and nobody is asked for it', async () => {
  const hubspot = deals.source('hubspot');
  await until('a sweep', () => deals.stack.ledger.sweeps.sweepOf(hubspot));
  const { window, page, foot } = await signedIn();
  const wanted = pageRequest({ license: { kind: 'new', partner: { email: 'office@blue-lagoon.example' } } });
  await deals.stack.client.start(wanted);
  await deals.stack.client.wait(wanted.requestId);
  const asked = (await deals.stack.portal.requests()).length;
  const words = await until('all to be told', async () => {
    await page.reload();
    const told = (await foot.allTextContents()).join(' | ');
    return told.includes(`${hubspot} read`) && told.includes('Vendor answered') && told;
  });
  expect(words).toMatch(
    /Temporal answers \S.*\sWorkers 1 runs \S.*\sLedger answers \S.*\sVendor answered (\d+ s ago|just now)/,
  );
  expect(words).toContain(`${deals.source('standard-webhooks')} told of no deal yet`);
  expect(await page.locator('.banner:visible').count()).toBe(0);
  expect((await deals.stack.portal.requests()).length).toBe(asked);
  await closeUnharmed(window);
});

it('a vendor who does not answer is told by a banner, by itself, with what still works; and no more when he does', async () => {
  const { window, page, foot } = await signedIn();
  await deals.stack.portal.fault({ endpoint: 'plans', kind: 'server-error', httpStatus: 503, times: 1000 });
  const wanted = pageRequest({ license: { kind: 'new', partner: { email: 'office@blue-lagoon.example' } } });
  await deals.stack.client.start(wanted);
  const banner = page.getByRole('status').filter({ hasText: 'Vendor does not answer' });
  await banner.waitFor({ timeout: 60_000 });
  expect(await banner.textContent()).toMatch(/Orders wait.*everything else can be read and decided/);
  expect(await foot.filter({ hasText: 'Vendor' }).textContent()).toMatch(/does not answer, last well .* ago/);
  expect(await window.findings()).toEqual([]);
  await deals.stack.portal.clearFaults();
  await banner.waitFor({ state: 'detached', timeout: 90_000 });
  expect((await deals.stack.client.wait(wanted.requestId)).status.status).toBe('ordered');
  await closeUnharmed(window);
});

it('a CRM that was not read for long is told by a banner', async () => {
  const hubspot = deals.source('hubspot');
  const at = new Date(Date.now() - 3 * 60 * 60_000);
  await deals.stack.ledger.sweeps.recordSweep(hubspot, { askedUntil: at, at, found: 0, caughtUp: 0 });
  const { window, page } = await signedIn();
  const banner = page.getByRole('status').filter({ hasText: `${hubspot} not read for 3 h` });
  await banner.waitFor({ timeout: 60_000 });
  expect(await banner.textContent()).toMatch(/found when it can be read again; everything else goes on/);
  await closeUnharmed(window);
});
