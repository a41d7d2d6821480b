import { PortalError } from '../../portal/portal-error';
import { until } from '../support/until';
import {
  ALL,
  CATALOGUE_PATH,
  CONTACTS_PATH,
  ORDER_PATH,
  PARTNERS_PATH,
  success,
  Vendor,
  type Reply,
} from './vendor';

const DOWN: Reply = { status: 503, body: 'private words about the order of another run' };
const NOBODY = success('[]');
const ORDERED = success('{"orderNo":"2025","orderStatus":"succeed"}');

let vendor: Vendor;
let isDown = false;
beforeEach(async () => {
  isDown = false;
  vendor = await Vendor.start();
  for (const path of [CONTACTS_PATH, PARTNERS_PATH]) vendor.on(path, () => (isDown ? DOWN : NOBODY));
  vendor.on(ORDER_PATH, () => (isDown ? DOWN : ORDERED));
});
afterEach(() => vendor.stop());

type Client = ReturnType<Vendor['client']>;

const readContacts = (client: Client) => client.findBillingContacts(ALL);
const readPartners = (client: Client) => client.findPartners(ALL);

async function failureOf(read: Promise<unknown>): Promise<PortalError> {
  const failure = await read.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(PortalError);
  return failure as PortalError;
}

/** Asks until nobody is asked any more. */
async function findDown(client: Client): Promise<void> {
  isDown = true;
  for (let calls = 0; calls < 5; calls++) await failureOf(readContacts(client));
}

it('after five calls in a row that were not answered nobody is asked, and each says why and when to try again', async () => {
  const client = vendor.client();
  await findDown(client);
  const many = Array.from({ length: 100 }, (_, n) => (n % 2 ? readPartners(client) : readContacts(client)));
  const failures = await Promise.all(many.map(failureOf));
  expect(vendor.callsOf(CONTACTS_PATH).length + vendor.callsOf(PARTNERS_PATH).length).toBe(5);
  for (const { code, message, evidence, retryAfterMs } of failures) {
    expect(code).toBe('PortalUnreachable');
    expect(message).toMatch(
      /cannot be reached: calls before this one found that \(503\)\. It is not asked again before 2/,
    );
    expect(message).not.toContain('private');
    expect(evidence).toEqual({ httpStatus: 503 });
    expect(retryAfterMs).toBeGreaterThan(1_000);
    expect(retryAfterMs).toBeLessThanOrEqual(3_000);
  }
  // Not all at the same moment.
  expect(new Set(failures.map(({ retryAfterMs }) => retryAfterMs)).size).toBeGreaterThan(20);
});

it('one call of each kind finds out whether he is back, and the pause grows while he is not', async () => {
  const client = vendor.client();
  await findDown(client);
  const before = vendor.callsOf(CONTACTS_PATH).length;
  await until('one call more', async () => {
    await Promise.all(Array.from({ length: 10 }, () => failureOf(readContacts(client))));
    return vendor.callsOf(CONTACTS_PATH).length > before;
  });
  expect(vendor.callsOf(CONTACTS_PATH)).toHaveLength(before + 1);
  const { retryAfterMs } = await failureOf(readContacts(client));
  expect(retryAfterMs).toBeGreaterThan(3_000);
});

it('what is broken alone does not keep the others from finding that he is back', async () => {
  vendor.on(CATALOGUE_PATH, () => DOWN);
  const client = vendor.client();
  for (let calls = 0; calls < 5; calls++) await failureOf(client.getCatalogue());
  await failureOf(readContacts(client));
  expect(vendor.callsOf(CONTACTS_PATH)).toEqual([]);
  await until('an answer', async () => {
    const [catalogue, contacts] = await Promise.allSettled([client.getCatalogue(), readContacts(client)]);
    return catalogue.status === 'rejected' && contacts.status === 'fulfilled';
  });
});

it('a single failure, or one among answers, holds up nobody', async () => {
  const client = vendor.client();
  for (let rounds = 0; rounds < 4; rounds++) {
    isDown = true;
    for (let calls = 0; calls < 4; calls++) await failureOf(readContacts(client));
    isDown = false;
    await readPartners(client);
  }
  expect(vendor.callsOf(CONTACTS_PATH)).toHaveLength(16);
});

it('a Retry-After is kept by all calls, until it has passed', async () => {
  const client = vendor.client();
  vendor.on(CATALOGUE_PATH, () => ({ status: 429, headers: { 'Retry-After': '2' }, body: '' }));
  const asked = Date.now();
  await failureOf(client.getCatalogue());
  const parked = await failureOf(readContacts(client));
  expect(parked.code).toBe('PortalRateLimited');
  expect(parked.message).toMatch(/asked to slow down/);
  expect(await client.placeOrder('{}')).toMatchObject({
    outcome: 'not-created',
    why: 'not-sent',
    code: 'PortalRateLimited',
    retryAfterMs: expect.any(Number) as number,
  });
  await until('an answer', () => readContacts(client).then(Boolean, () => false));
  expect(Date.now() - asked).toBeGreaterThanOrEqual(2_000);
  expect(vendor.callsOf(CONTACTS_PATH)).toHaveLength(1);
});

it('no order finds out whether he is back: it is not sent, and that is proven; after a read that was answered it is', async () => {
  const client = vendor.client();
  await findDown(client);
  expect(await client.placeOrder('{}')).toMatchObject({
    outcome: 'not-created',
    why: 'not-sent',
    code: 'PortalUnreachable',
    message: expect.stringMatching(/The order was not sent\.$/) as string,
  });
  isDown = false;
  // Its pause has passed, and still it is no order that asks first.
  await until('the time of the pause', async () => {
    const outcome = await client.placeOrder('{}');
    return outcome.outcome === 'not-created' && (outcome.retryAfterMs ?? 0) <= 1_000;
  });
  expect(vendor.callsOf(ORDER_PATH)).toEqual([]);
  await until('an answer', () => readContacts(client).then(Boolean, () => false));
  expect(await client.placeOrder('{}')).toMatchObject({ outcome: 'created' });
  expect(vendor.callsOf(ORDER_PATH)).toHaveLength(1);
});

it('orders that were not answered count as well', async () => {
  const client = vendor.client();
  isDown = true;
  for (let orders = 0; orders < 5; orders++) {
    expect(await client.placeOrder('{}')).toMatchObject({ outcome: 'unknown' });
  }
  expect(await client.placeOrder('{}')).toMatchObject({ outcome: 'not-created', why: 'not-sent' });
  await failureOf(readContacts(client));
  expect([vendor.callsOf(ORDER_PATH).length, vendor.callsOf(CONTACTS_PATH).length]).toEqual([5, 0]);
});

it('nobody who listens, and no token to be had, are found as well', async () => {
  const client = vendor.client({ url: 'http://127.0.0.1:1' });
  for (let calls = 0; calls < 5; calls++) await failureOf(readContacts(client));
  const parked = await failureOf(readContacts(client));
  expect(parked.message).toContain('calls before this one found that (ECONNREFUSED)');
});
