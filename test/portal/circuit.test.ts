import { PortalError } from '../../portal/portal-error';
import { until } from '../support/until';
import {
  ALL,
  CATALOGUE_PATH,
  CONTACTS_PATH,
  failure,
  ORDER_PATH,
  PARTNERS_PATH,
  success,
  Vendor,
  type Reply,
} from './vendor';

const DOWN: Reply = { status: 503, body: 'private words about the order of another run' };
const NOBODY = success('[]');

let vendor: Vendor;
let isDown = false;
beforeEach(async () => {
  isDown = false;
  vendor = await Vendor.start();
  for (const path of [CONTACTS_PATH, PARTNERS_PATH]) vendor.on(path, () => (isDown ? DOWN : NOBODY));
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

it('a kind that finds him down does not take the turn of another', async () => {
  vendor.on(CATALOGUE_PATH, () => DOWN);
  const client = vendor.client();
  for (let calls = 0; calls < 5; calls++) await failureOf(client.getCatalogue());
  await until('one call more', async () => {
    await failureOf(client.getCatalogue());
    return vendor.callsOf(CATALOGUE_PATH).length > 5;
  });
  expect(await client.refusalOfOrder()).toBeUndefined();
  await readPartners(client);
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

it('a Retry-After is kept by all calls of the kind, until it has passed; the others go on', async () => {
  const client = vendor.client();
  let calls = 0;
  vendor.on(CATALOGUE_PATH, () =>
    ++calls === 1 ? { status: 429, headers: { 'Retry-After': '2' }, body: '' } : success('[]'),
  );
  const asked = Date.now();
  await failureOf(client.getCatalogue());
  const parked = await failureOf(client.getCatalogue());
  expect([parked.code, calls]).toEqual(['PortalRateLimited', 1]);
  expect(parked.message).toMatch(/asked to slow down\. It is not asked again before 2/);
  await readContacts(client);
  expect(await client.refusalOfOrder()).toBeUndefined();
  await until('another call', () =>
    client.getCatalogue().then(
      () => true,
      () => calls > 1,
    ),
  );
  expect(Date.now() - asked).toBeGreaterThanOrEqual(2_000);
});

it('a Retry-After of an order is kept by the orders after it', async () => {
  const client = vendor.client();
  vendor.on(ORDER_PATH, () => ({ status: 429, headers: { 'Retry-After': '20' }, body: '' }));
  expect(await client.placeOrder('{}')).toMatchObject({ outcome: 'not-created', retryAfterMs: 20_000 });
  expect(await client.refusalOfOrder()).toMatchObject({
    outcome: 'not-created',
    why: 'not-sent',
    code: 'PortalRateLimited',
  });
  await readPartners(client);
});

it('no order finds out whether he is back: before it a read does, once the pause has passed', async () => {
  const client = vendor.client();
  expect(await client.refusalOfOrder()).toBeUndefined();
  expect(vendor.seen).toEqual([]);
  await findDown(client);
  const asked = vendor.callsOf(CONTACTS_PATH).length;
  expect(await client.refusalOfOrder()).toMatchObject({
    outcome: 'not-created',
    why: 'not-sent',
    code: 'PortalUnreachable',
    message: expect.stringMatching(/The order was not sent\.$/) as string,
    retryAfterMs: expect.any(Number) as number,
  });
  expect(vendor.callsOf(CONTACTS_PATH)).toHaveLength(asked);
  isDown = false;
  await until('an answer', async () => (await client.refusalOfOrder()) === undefined);
  expect(vendor.callsOf(CONTACTS_PATH)).toHaveLength(asked + 1);
  expect(vendor.callsOf(ORDER_PATH)).toEqual([]);
});

it('what a person waits for is asked in any case, and an answer to it counts', async () => {
  let isUrgent = false;
  const client = vendor.client({ isUrgent: () => isUrgent });
  await findDown(client);
  isDown = false;
  await failureOf(readContacts(client));
  isUrgent = true;
  await readContacts(client);
  isUrgent = false;
  await readPartners(client);
});

it('nobody who listens, and no token to be had, are found as well', async () => {
  const client = vendor.client({ url: 'http://127.0.0.1:1' });
  for (let calls = 0; calls < 5; calls++) await failureOf(readContacts(client));
  const parked = await failureOf(readContacts(client));
  expect(parked.message).toContain('calls before this one found that (ECONNREFUSED)');
});

it('the name of what was found is told as well as a status that says that all is well', async () => {
  vendor.on(CONTACTS_PATH, () => failure('system_busy', 200));
  const client = vendor.client();
  for (let calls = 0; calls < 5; calls++) await failureOf(readContacts(client));
  const parked = await failureOf(readContacts(client));
  expect(parked.message).toContain('calls before this one found that (system_busy)');
});
