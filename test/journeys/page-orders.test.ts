import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { PurchaseRequest } from '../../domain/request';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { fingerprintOf } from '../../validation/fingerprint';
import { ANN, closeUnharmed, pageRequest, PageStack } from '../support/page-stack';

let all: PageStack;
/** A word that the purchases of this file have, and no others. */
const word = `lot${randomUUID().slice(0, 8)}`;

beforeAll(async () => {
  all = await PageStack.start();
  // As the ledger has them: nothing runs, and nothing changes them meanwhile.
  await written({ operation: 'renew' }, 'ZC2', new Date('2026-03-02T12:00:00Z'));
  await written({ plan: 'Enterprise' }, 'ZC3', new Date('2026-03-03T23:30:00Z'));
  await written({ plan: '=HYPERLINK("http://x")' }, undefined, new Date('2026-03-04T12:00:00Z'));
});
afterAll(() => all.stop());

/** Writes a purchase down that was accepted then. */
async function written(change: Partial<PurchaseRequest>, orderNo: string | undefined, at: Date) {
  const { ledger } = all.stack;
  const request = pageRequest({ ...change, poNumber: word });
  const { requestId } = request;
  const [fingerprint, actor] = [fingerprintOf(request), 'a test'];
  jest.useFakeTimers({ now: at, doNotFake: [...NOT_FAKED] });
  try {
    await ledger.accept({ request, fingerprint, workflowId: purchaseWorkflowIdOf(requestId), actor });
    if (orderNo === undefined) return;
    await ledger.openAttempt({ requestId, fingerprint, body: '{}', actor });
    const order = { orderNo: `${orderNo}-${word}`, orderStatus: 'succeed' };
    const outcome = { outcome: 'created', order, evidence: { httpStatus: 200 } } as const;
    await ledger.recordOutcome({ requestId, attempt: 1, outcome, actor, status: 'ordered' });
  } finally {
    jest.useRealTimers();
  }
}

/** The date alone is another one: what waits, waits as ever. */
const NOT_FAKED = [
  ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
  ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
];

type Page = Awaited<ReturnType<PageStack['signedIn']>>['page'];

/** What the cells of the column of orders say, from above. */
async function ordersShown(page: Page): Promise<string[]> {
  const cells = await page.locator('td[data-of=order]').allTextContents();
  return cells.map((text) => text.trim().slice(0, 3));
}

it.each([true, false])(
  'the heads of the orders sort them, and the address keeps it, with JavaScript: %s',
  async (javaScript) => {
    const window = await all.signedIn(ANN, { javaScript });
    const { page } = window;
    await page.goto(`/orders?q=${word}`);
    const sorted = page.locator('th[aria-sort]');
    expect(await sorted.textContent()).toBe('Accepted ↓');
    expect(await ordersShown(page)).toEqual(['–', 'ZC3', 'ZC2']);
    await page.getByRole('link', { name: 'Accepted' }).click();
    await page.waitForURL(/sort=accepted/);
    expect(await sorted.getAttribute('aria-sort')).toBe('ascending');
    expect(await ordersShown(page)).toEqual(['ZC2', 'ZC3', '–']);
    await page.getByRole('link', { name: 'Order', exact: true }).click();
    await page.waitForURL(/sort=-order/);
    expect(await sorted.getAttribute('aria-sort')).toBe('descending');
    expect(await ordersShown(page)).toEqual(['ZC3', 'ZC2', '–']);
    // Another filter leaves the order as it is.
    await page.getByRole('combobox', { name: /^Status/ }).selectOption('ordered');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(/status=ordered/);
    expect(new URL(page.url()).searchParams.get('sort')).toBe('-order');
    expect(await ordersShown(page)).toEqual(['ZC3', 'ZC2']);
    if (javaScript) await closeUnharmed(window);
    else await window.close();
  },
);

it('on a phone, where no heads are shown, the order is chosen beside the filter', async () => {
  const window = await all.signedIn(ANN, { width: 320, height: 640 });
  const { page } = window;
  await page.goto(`/orders?q=${word}`);
  await page.getByLabel('In which order').selectOption('the oldest first');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL(/sort=accepted/);
  expect(await ordersShown(page)).toEqual(['ZC2', 'ZC3', '–']);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await closeUnharmed(window);
});

it('days are those of whoever looks', async () => {
  const window = await all.signedIn();
  const { page, context } = window;
  await context.addCookies([{ name: 'wonce-zone', value: 'Asia%2FTokyo', url: all.url }]);
  await page.addInitScript(() => {
    Object.defineProperty(document, 'cookie', { get: () => '', set: () => undefined });
  });
  // 23:30 of the 3rd by UTC is the 4th in Tokyo.
  await page.goto(`/orders?q=${word}&from=2026-03-04&to=2026-03-04`);
  expect(await ordersShown(page)).toEqual(['–', 'ZC3']);
  await closeUnharmed(window);
});

it('what is filtered is downloaded as it is sorted, and no text of it is a formula', async () => {
  const window = await all.signedIn();
  const { page } = window;
  await page.goto(`/orders?q=${word}&sort=accepted`);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download as CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^orders-\d{4}-\d{2}-\d{2}\.csv$/);
  const text = (await buffer(await download.createReadStream())).toString('utf8');
  const [head, ...lines] = text.split('\r\n');
  expect(head).toMatch(/^\uFEFFdate,acceptedAt,deal,requestId,operation,orderNo/);
  expect(lines.map((line) => line.split(',')[5]?.slice(0, 3))).toEqual(['ZC2', 'ZC3', '', undefined]);
  expect(lines[2]).toContain(`"'=HYPERLINK(""http://x"")"`);
  await closeUnharmed(window);
});

it('an address that makes no sense is one without it', async () => {
  const window = await all.signedIn();
  await window.page.goto(`/orders?q=${word}&sort=-nothing&status=none&from=2026-02-31&to=9999-99-99`);
  expect(await ordersShown(window.page)).toEqual(['–', 'ZC3', 'ZC2']);
  await closeUnharmed(window);
});
