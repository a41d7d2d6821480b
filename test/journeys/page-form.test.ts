import type { WindowForTests } from '../support/browser';
import { callAt } from '../server/running-server';
import { ANN, closeUnharmed, pageRequest, PageStack, TWO_PARTNERS } from '../support/page-stack';
import { until } from '../support/until';

let all: PageStack;

beforeAll(async () => {
  all = await PageStack.start();
});
afterAll(() => all.stop());

const field = (window: Awaited<ReturnType<PageStack['signedIn']>>, name: string) =>
  window.page.getByRole('combobox', { name }).or(window.page.getByRole('spinbutton', { name }));

const problemOf = (page: WindowForTests['page'], name: string) =>
  page.locator(`#${name}-problem`).textContent();

it('a purchase is begun by form: offered from the vendor’s lists, quoted, asked once more, ordered once', async () => {
  const { serialNumber } = await all.ownPbx();
  const window = await all.signedIn();
  const { page } = window;
  await page.getByRole('link', { name: 'New order' }).click();
  await until('the vendor’s lists', () => all.stack.client.vendorLists.readAt());
  await page.reload();
  expect(await window.findings()).toEqual([]);
  await field(window, 'Serial number of the PBX').pressSequentially(serialNumber.slice(0, 9).toLowerCase());
  await page.locator(`#serialNumber-offered option[value="${serialNumber}"]`).waitFor({ state: 'attached' });
  await field(window, 'Serial number of the PBX').fill(serialNumber);
  await field(window, 'Plan').fill('Ultimate');
  await page.getByRole('button', { name: 'Show the quote' }).click();

  // What is missing stands beside its field, and nothing that was typed is lost.
  await page.getByText('Expected a whole number of at least 1.').waitFor();
  expect(await window.findings()).toEqual([]);
  await field(window, 'Extensions').fill('20');
  await field(window, 'Years').fill('2');
  await field(window, 'Billing contact').fill('accounts@reseller.example');
  await page.getByRole('button', { name: 'Show the quote' }).click();

  const order = page.getByRole('button', { name: `Order Ultimate for ${serialNumber}` });
  await order.waitFor();
  expect(await window.findings()).toEqual([]);
  const ofPbx = ({ body }: { body: string }) => body.includes(serialNumber);
  expect(await all.stack.portal.orders(ofPbx)).toEqual([]);
  await order.click();
  await page.locator('.title .mark.done').waitFor();
  expect(await all.stack.portal.orders(ofPbx)).toHaveLength(1);
  const requestId = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1)!);
  const accepted = (await all.stack.ledger.events(requestId)).find(({ kind }) => kind === 'accepted');
  expect((accepted!.data as { via: string }).via).toMatch(/^page, token [0-9a-f]{8}, Ann Arbor$/);
  // The way back leads to how it stands, and never to another order.
  await page.goBack();
  await page.locator('.title .mark.done').waitFor();
  expect(await all.stack.portal.orders(ofPbx)).toHaveLength(1);
  await closeUnharmed(window);
});

it('what is wrong with a field is said when one leaves it, and no more once it is right', async () => {
  const window = await all.signedIn();
  const { page } = window;
  await page.goto('/new');
  await field(window, 'Years').fill('7');
  await field(window, 'Plan').fill('Ultimate');
  const problem = page.locator('#years-problem');
  await problem.waitFor();
  expect(await problem.textContent()).toMatch(/Expected .*1.*5/);
  expect(await field(window, 'Years').getAttribute('aria-invalid')).toBe('true');
  // What nobody has typed yet is no problem yet, and what was typed elsewhere stays.
  expect(await page.locator('.problem').count()).toBe(1);
  expect(await field(window, 'Plan').inputValue()).toBe('Ultimate');
  expect(await window.findings()).toEqual([]);
  await field(window, 'Years').fill('2');
  await field(window, 'Extensions').fill('20');
  await problem.waitFor({ state: 'detached' });
  expect(await field(window, 'Years').inputValue()).toBe('2');
  await closeUnharmed(window);
});

it('what cannot be quoted is told in the form, with what to do, and nothing is ordered', async () => {
  const window = await all.signedIn();
  const { page } = window;
  await page.goto('/new');
  await field(window, 'Plan').fill('Golden');
  await field(window, 'Extensions').fill('20');
  await field(window, 'Years').fill('2');
  await field(window, 'Billing contact').fill('accounts@reseller.example');
  await page.getByRole('button', { name: 'Show the quote' }).click();
  expect(await page.getByRole('alert').textContent()).toMatch(/Nothing is ordered/);
  expect(await problemOf(page, 'plan')).toMatch(/PlanNotFound.*Ultimate/);
  expect(await field(window, 'Plan').inputValue()).toBe('Golden');
  await closeUnharmed(window);
});

it('what is wrong with a partner stands beside the partner: by the request, by the vendor, and by both', async () => {
  const window = await all.signedIn();
  const { page } = window;
  const typed = {
    plan: 'Ultimate',
    extensions: '20',
    years: '2',
    billingContact: 'accounts@reseller.example',
  };
  for (const [more, problem] of [
    [
      { serialNumber: '3651E1292455', partner: 'office@blue-lagoon.example' },
      /no partner with an existing PBX/,
    ],
    [{ partner: 'nobody@blue-lagoon.example' }, /PartnerNotFound/],
    [{ partner: 'Blue Lagoon Ltd' }, /2/],
  ] as const) {
    await page.goto(`/new?${new URLSearchParams({ ...typed, ...more }).toString()}`);
    await page.getByRole('button', { name: 'Show the quote' }).click();
    await page.getByRole('alert').waitFor();
    expect(await problemOf(page, 'partner')).toMatch(problem);
    expect(await page.getByLabel(/^Partner/).getAttribute('aria-invalid')).toBe('true');
  }
  await closeUnharmed(window);
});

/** Evaluated in the page: until htmx has what was found wrong, and has shown it or not. */
const LOOKED = `new Promise((done) => document.addEventListener('htmx:finally:swap', () => done(), { once: true }))`;

it('what is found wrong while a button is pressed does not take the button away from the press', async () => {
  const window = await all.signedIn();
  const { page } = window;
  await page.goto('/new?product=appliance&plan=Ultimate&billingCycle=monthly');
  const looked = page.evaluate(LOOKED);
  const button = (await page.getByRole('button', { name: 'Show the quote' }).boundingBox())!;
  await page.getByLabel(/^Years/).pressSequentially('2');
  await page.mouse.move(button.x + 5, button.y + 5);
  await page.mouse.down();
  await looked;
  expect(await page.locator('#years-problem').count()).toBe(0);
  await page.mouse.up();
  await page.getByRole('alert').waitFor();
  await closeUnharmed(window);
});

it('and where the pointer is let go elsewhere, it is shown then', async () => {
  const window = await all.signedIn();
  const { page } = window;
  await page.goto('/new?product=appliance&plan=Ultimate&billingCycle=monthly');
  const looked = page.evaluate(LOOKED);
  await page.getByLabel(/^Years/).pressSequentially('2');
  await page.getByRole('heading', { name: 'New order' }).hover();
  await page.mouse.down();
  await looked;
  await page.mouse.up();
  await page.locator('#years-problem').waitFor();
  await closeUnharmed(window);
});

it('whatever an operation has can be typed: cycles, services with how many, people by company or id', async () => {
  const window = await all.signedIn();
  const { page } = window;
  const quoted = async (typed: Record<string, string>) => {
    await page.goto(`/new?${new URLSearchParams(typed).toString()}`);
    await page.getByRole('button', { name: 'Show the quote' }).click();
    await page.getByText('This is what would be sent').waitFor();
    const requestId = new URL(page.url()).searchParams.get('of')!;
    return (await all.stack.ledger.find(requestId))!.request;
  };
  const trial = { operation: 'trial', plan: 'Ultimate', partner: 'Harbour Hotels' };
  expect(await quoted({ ...trial, activationMailTo: 'telephony@northern-clinics.example' })).toMatchObject({
    license: { kind: 'new', partner: { company: 'Harbour Hotels' } },
    activationMailTo: { email: 'telephony@northern-clinics.example' },
  });
  const { serialNumber } = await all.ownPbx();
  const bought = { serialNumber, plan: 'Ultimate', extensions: '20', years: '2' };
  const services = 'Disaster Recovery, 5 x Outbound Call Center';
  expect(await quoted({ ...bought, services, billingContact: '3197218168379846218' })).toMatchObject({
    services: ['Disaster Recovery', { service: 'Outbound Call Center', quantity: 5 }],
    billingContact: { billingContactId: '3197218168379846218' },
  });
  await page.goto(`/new?product=appliance&plan=Ultimate&serialNumber=${serialNumber}`);
  await page.getByLabel('Billing cycle').selectOption('monthly');
  await page.getByLabel(/^Years/).fill('2');
  await page.getByRole('button', { name: 'Show the quote' }).click();
  await page.getByRole('alert').waitFor();
  expect(await problemOf(page, 'years')).toMatch(/no years with the billing cycle monthly/);
  expect(await page.getByLabel('Billing cycle').inputValue()).toBe('monthly');
  await closeUnharmed(window);
});

it('a renewal is prepared from the month in which it is due: the form has what the PBX has', async () => {
  const { serialNumber } = await all.ownPbx();
  const wanted = pageRequest({
    license: { kind: 'existing', serialNumber },
    services: ['Disaster Recovery', { service: 'Outbound Call Center', quantity: 5 }],
    billingContact: { email: 'accounts@reseller.example' },
    years: 1,
  });
  await all.waiting(wanted);
  const window = await all.signedIn();
  const { page } = window;
  await page.goto('/renewals');
  const renewals = await all.stack.client.renewals();
  const { expiresOn = '' } = renewals.find((renewal) => renewal.serialNumber === serialNumber)!;
  const month = new Date(expiresOn).toLocaleDateString('en-GB', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  await page.getByRole('rowheader', { name: new RegExp(`^${month}`) }).waitFor();
  expect(await window.findings()).toEqual([]);
  await page.getByRole('link', { name: `Prepare renewal of ${serialNumber}` }).click();
  expect(await page.getByLabel('What is to be done').inputValue()).toBe('renew');
  for (const [label, value] of [
    ['Serial number of the PBX', serialNumber],
    ['Plan', 'Ultimate'],
    ['Services', 'Disaster Recovery, 5 × Outbound Call Center'],
    ['Billing contact', 'accounts@reseller.example'],
  ] as const) {
    expect(await field(window, label).inputValue()).toBe(value);
  }
  await page.getByRole('button', { name: 'Show the quote' }).click();
  await page.getByRole('button', { name: `Order Ultimate for ${serialNumber}` }).waitFor();
  await closeUnharmed(window);
});

it('deals are shown by fifties, each once', async () => {
  for (let place = 0; place < 51; place++) {
    const deal = `hubspot:9001234:${7000 + place}`;
    await all.stack.ledger.deals.recordNotification({ deal, source: 'hubspot', by: 'webhook' }, 'wonce:deal');
  }
  const window = await all.signedIn();
  const { page } = window;
  await page.goto('/deals');
  const rows = page.locator('.rows li');
  const first = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-key')));
  expect(first).toHaveLength(50);
  await page.getByRole('link', { name: 'Older ones' }).click();
  await page.waitForURL(/after=/);
  expect(await rows.count()).toBe(1);
  expect(first).not.toContain(await rows.getAttribute('data-key'));
  await closeUnharmed(window);
});

it('hostile texts are shown as text, wherever they stand', async () => {
  const hostile = '<img src=x onerror=alert(1)>\u202e=HYPERLINK("http://x")\u200b'.slice(0, 60);
  const wanted = pageRequest({ license: await all.ownPbx() });
  const { requestId } = wanted;
  const [asked, candidates] = [
    hostile,
    [{ id: `"><script>alert(1)</script>`, description: hostile.repeat(5) }],
  ];
  await all.waiting(wanted);
  await all.stack.ledger.recordStatus({
    ...{ requestId, kind: 'order-status', actor: 'a test', status: 'waiting-for-decision' },
    question: { id: 'q', verb: 'settle', asked, candidates, since: new Date().toISOString() },
    reason: { code: 'Hostile', message: hostile },
  });
  const window = await all.signedIn();
  const { page } = window;
  page.on('dialog', () => window.complaints.push('a script of others ran'));
  for (const path of ['/', `/orders/${requestId}`, '/orders']) {
    await page.goto(path);
    expect(await page.locator('img, script:not([src])').count()).toBe(0);
  }
  await page.goto(`/orders/${requestId}`);
  const text = (await page.textContent('main'))!;
  expect(text).toContain('<img src=x onerror=alert(1)>');
  // What turns the direction of a line, or cannot be seen, is shown as what it is.
  expect(text).toContain('\\u{202e}');
  expect(text).not.toContain('\u202e');
  await closeUnharmed(window);
});

it('what another site sends is refused, signed in or not, and the page stands in no frame', async () => {
  const wanted = await all.waiting(pageRequest(TWO_PARTNERS));
  const window = await all.signedIn();
  const [cookie] = (await window.context.cookies()).filter(({ name }) => name === 'wonce');
  const question = (await all.stack.client.status(wanted.requestId)).status.question!;
  const send = (headers: Record<string, string>) =>
    fetch(`${all.url}/orders/${wanted.requestId}/decide`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        cookie: `wonce=${cookie!.value}`,
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body: new URLSearchParams({ verb: 'choose', id: question.candidates[0]!.id }),
    });
  for (const headers of [
    { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
    { origin: 'null' },
    {},
    { origin: all.url, 'sec-fetch-site': 'same-site' },
  ] as Record<string, string>[]) {
    expect((await send(headers)).status).toBe(403);
  }
  expect((await all.stack.client.status(wanted.requestId)).status.status).toBe('waiting-for-choice');
  expect((await send({ origin: all.url })).status).toBe(303);
  const { headers } = await fetch(`${all.url}/sign-in`);
  expect(headers.get('content-security-policy')).toMatch(/default-src 'none';.*frame-ancestors 'none'/);
  expect(headers.get('x-frame-options')).toBe('DENY');
  // The API takes no cookie.
  const api = await callAt(all.url, 'GET', '/purchases', { headers: { cookie: `wonce=${cookie!.value}` } });
  expect(api.status).toBe(401);
  await window.close();
});

it('the first view takes less than 100 kB, and one question for data', async () => {
  const window = await all.signedIn(ANN);
  const { page, context } = window;
  const sizes: number[] = [];
  page.on('response', (response) => {
    if (response.headers()['content-type']?.includes('event-stream')) return;
    void response
      .request()
      .sizes()
      .then(({ responseBodySize }) => sizes.push(responseBodySize));
  });
  const session = await context.newCDPSession(page);
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  await page.goto('/', { waitUntil: 'load' });
  await until('all sizes', () => sizes.length >= 5 || undefined);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(100_000);
  await window.close();
});
