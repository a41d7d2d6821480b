import { inspect } from 'node:util';
import { cleaned } from '../../portal/cleaning';
import type { PortalClient } from '../../portal/portal-client';
import {
  ALL,
  CATALOGUE_PATH,
  CLIENT_ID,
  CLIENT_SECRET,
  CONTACTS_PATH,
  ORDER_PATH,
  PARTNERS_PATH,
  PRODUCTS_PATH,
  TOKEN_PATH,
  Vendor,
  type Handler,
  type Seen,
} from './vendor';

let vendor: Vendor;
beforeEach(async () => {
  vendor = await Vendor.start();
});
afterEach(() => vendor.stop());

const SECRETS = [
  CLIENT_ID,
  CLIENT_SECRET,
  encodeURIComponent(CLIENT_SECRET),
  'planted-token',
  'planted-order-text',
  'planted-sn',
];

/** Everything that a log, a failure or a database could take from a value. */
function everythingOf(value: unknown): string {
  const shown = [inspect(value, { depth: Infinity, showHidden: true }), JSON.stringify(value), String(value)];
  if (value instanceof Error) shown.push(value.stack ?? '', JSON.stringify({ ...value }));
  return shown.join('\n');
}

function expectNoSecret(value: unknown): void {
  const text = everythingOf(value);
  for (const secret of SECRETS) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/axios/i);
}

/** What every call of the client ends in, kept or broken. */
async function endsOf(client: PortalClient): Promise<unknown[]> {
  const calls = [
    client.authenticate(),
    client.findPartners(ALL),
    client.findBillingContacts(ALL),
    client.findProduct('planted-sn'),
    client.getCatalogue('planted-sn'),
    client.fetchActivationCode('planted-sn'),
    client.listOrders(),
    client.readOrder('ZC1'),
    client.placeOrder('{"poNumber":"planted-order-text"}'),
  ];
  const ends = await Promise.allSettled(calls);
  return ends.map((end) => (end.status === 'fulfilled' ? end.value : end.reason) as unknown);
}

function onAll(handler: Handler): void {
  const activation = '/product/openapi/instance_product/v1/activation_code';
  const orders = '/order/openapi/order/v1';
  const reads = [PARTNERS_PATH, CONTACTS_PATH, PRODUCTS_PATH, CATALOGUE_PATH, activation];
  for (const path of [...reads, ORDER_PATH, `${orders}/page`, `${orders}/get/ZC1`]) vendor.on(path, handler);
}

/** The request as a careless server shows it, in every field that it has for text. */
function echo(seen: Seen, status: number): string {
  const shown =
    `Authorization: ${seen.headers.authorization ?? ''} token=${seen.headers.authorization?.split(' ')[1] ?? ''} ` +
    `form=${CLIENT_ID} ${CLIENT_SECRET} ${encodeURIComponent(CLIENT_SECRET)} ${new URLSearchParams({ s: CLIENT_SECRET }).toString()}`;
  return JSON.stringify({
    code: `E ${shown}`,
    detailMessage: shown,
    requestId: shown,
    result: shown,
    status,
  });
}

describe('nothing that was planted leaves, when the vendor echoes all of it', () => {
  it.each([200, 400, 401, 403, 409, 422, 429, 500])('in a %s', async (status) => {
    onAll((seen) => ({ status, body: echo(seen, status) }));
    const ends = await endsOf(vendor.client());
    expect(ends).toHaveLength(9);
    ends.forEach(expectNoSecret);
  });

  it.each([400, 401, 500])('in a 200 with the status %s', async (status) => {
    onAll((seen) => ({ body: echo(seen, status) }));
    (await endsOf(vendor.client())).forEach(expectNoSecret);
  });

  it.each([200, 401, 429, 503])('in the answer to the token request, %s', async (status) => {
    vendor.on(TOKEN_PATH, (seen) => ({ status, body: echo(seen, status) }));
    (await endsOf(vendor.client())).forEach(expectNoSecret);
  });

  it('in HTML', async () => {
    onAll((seen) => ({ status: 400, body: `<pre>${seen.headers.authorization}</pre>` }));
    (await endsOf(vendor.client())).forEach(expectNoSecret);
  });

  it('of a token that was replaced meanwhile', async () => {
    const client = vendor.client();
    await client.authenticate();
    const before = vendor.tokens[0];
    onAll(() => ({
      body: JSON.stringify({ code: 'expired', detailMessage: `was ${before}`, status: 401 }),
    }));
    const ends = await endsOf(client);
    expect(vendor.tokens.length).toBeGreaterThan(1);
    ends.forEach(expectNoSecret);
  });
});

describe('nor when the connection breaks', () => {
  it('by a cut', async () => {
    onAll((_seen, response) => void response.destroy());
    (await endsOf(vendor.client())).forEach(expectNoSecret);
  });

  it('by a deadline', async () => {
    onAll(() => undefined);
    const client = vendor.client({ readDeadlineMs: 200, orderDeadlineMs: 200 });
    (await endsOf(client)).forEach(expectNoSecret);
  });

  it('by nobody listening', async () => {
    const gone = await Vendor.start();
    await gone.stop();
    (await endsOf(vendor.client({ url: gone.url }))).forEach(expectNoSecret);
  });

  it('by an answer that is too long', async () => {
    onAll((seen) => ({ body: echo(seen, 200).repeat(10_000) }));
    (await endsOf(vendor.client())).forEach(expectNoSecret);
  });
});

it('the client itself can be logged', async () => {
  const client = vendor.client();
  await client.authenticate();
  const text = inspect(client, { depth: 4, showHidden: true }) + JSON.stringify(Object.values(client)[1]);
  for (const secret of [CLIENT_SECRET, 'planted-token']) expect(text).not.toContain(secret);
});

describe('a text of the vendor', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyIjoiYWJjZGVmIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ';
  it.each([
    ['an unknown bearer', 'bad Authorization: Bearer abc.def-123 here', 'bad Authorization: Bearer … here'],
    ['a JWT', `token ${jwt} expired`, 'token … expired'],
    ['an e-mail address', 'unknown user jane.doe@blue.example!', 'unknown user …@…!'],
    ['control characters', 'a\u0000\u001b[1m\r\nb\u2028c\u202ed', 'a [1m b c d'],
    ['half a surrogate pair', 'x\ud800y', 'x y'],
    ['a harmless text', 'serviceId: min 5 of 3049041101760282624', 'serviceId: min 5 of 3049041101760282624'],
  ])('loses %s', (_what, text, expected) => {
    expect(cleaned(text, [])).toBe(expected);
  });

  it('is short, and never cut in the middle of a character', () => {
    const short = cleaned('😀'.repeat(500), []);
    expect([...short]).toHaveLength(300);
    expect(short.endsWith('😀…')).toBe(true);
  });

  it('loses a secret before it is shortened', () => {
    expect(cleaned(`${'x'.repeat(290)}secret-that-is-cut`, ['secret-that-is-cut'])).toBe(
      `${'x'.repeat(290)}…`,
    );
  });
});
