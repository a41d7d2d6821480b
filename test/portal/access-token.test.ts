import { ALL, CONTACTS_PATH, failure, PARTNERS_PATH, rejection, success, TOKEN_PATH, Vendor } from './vendor';

let vendor: Vendor;
beforeEach(async () => {
  vendor = await Vendor.start();
  vendor.on(PARTNERS_PATH, () => success('[]'));
  vendor.on(CONTACTS_PATH, () => success('[]'));
});
afterEach(() => vendor.stop());

it('is asked for as the vendor documents it, and used without the blank of tokenHead', async () => {
  await vendor.client().findPartners(ALL);
  const [token, read] = vendor.seen;
  expect(token?.method).toBe('POST');
  expect(token?.headers.authorization).toBeUndefined();
  expect(token?.headers['user-agent']).toBe('OpenAPI');
  expect(read?.headers.authorization).toBe(`Bearer ${vendor.tokens[0]}`);
});

it('is asked for once, however many calls wait for it', async () => {
  const client = vendor.client();
  await Promise.all([client.findPartners(ALL), client.findBillingContacts(ALL), client.authenticate()]);
  await client.findPartners(ALL);
  expect(vendor.callsOf(TOKEN_PATH)).toHaveLength(1);
});

it('is replaced shortly before it expires', async () => {
  const clock = jest.spyOn(Date, 'now');
  try {
    const start = 1_700_000_000_000;
    const client = vendor.client();
    clock.mockReturnValue(start);
    await client.findPartners(ALL);
    clock.mockReturnValue(start + 1_739_000);
    await client.findPartners(ALL);
    expect(vendor.tokens).toHaveLength(1);
    clock.mockReturnValue(start + 1_741_000);
    await client.findPartners(ALL);
    expect(vendor.tokens).toHaveLength(2);
  } finally {
    clock.mockRestore();
  }
});

it.each(['0', '', 'soon', '-5', '1e999'])('works with the odd lifetime "%s"', async (expiresIn) => {
  vendor.expiresIn = expiresIn;
  const client = vendor.client();
  await client.findPartners(ALL);
  await expect(client.findPartners(ALL)).resolves.toEqual({ items: [], count: 0 });
});

it('asks again after a failure', async () => {
  const client = vendor.client();
  vendor.on(TOKEN_PATH, () => ({ status: 503, body: 'busy' }));
  expect(await rejection(client.authenticate())).toMatchObject({
    code: 'PortalUnreachable',
    retryable: true,
    evidence: { httpStatus: 503 },
  });
  vendor.on(TOKEN_PATH, (seen) => vendor.giveToken(seen));
  await expect(client.authenticate()).resolves.toBeUndefined();
});

it('refused credentials name the settings, never their values', async () => {
  const error = await rejection(vendor.client({ clientSecret: 'not-the-secret' }).authenticate());
  expect(error).toMatchObject({ code: 'PortalUnauthorised', retryable: true });
  expect(String(error)).toMatch(/PORTAL_CLIENT_ID and PORTAL_CLIENT_SECRET/);
  expect(String(error)).not.toContain('not-the-secret');
});

it.each([
  ['a refusal without an envelope', { status: 401, body: 'denied' }, 'PortalUnauthorised'],
  ['a refusal inside a 200', failure('invalid_client', 400), 'PortalUnauthorised'],
  ['trouble inside a 200', failure('system_error', 500), 'PortalUnreachable'],
  ['HTML', { body: '<html>hello</html>' }, 'PortalMalformed'],
  ['a success without a token', success('{"tokenHead":"Bearer"}'), 'PortalMalformed'],
  ['a redirect', { status: 302, headers: { Location: '/elsewhere' } }, 'PortalMalformed'],
  ['a refusal in HTML', { status: 403, body: '<h1>Maintenance</h1>' }, 'PortalMalformed'],
  ['404 in HTML', { status: 404, body: '<h1>Not found</h1>' }, 'PortalMalformed'],
  ['a refusal in the envelope', { ...failure('ip_not_allowed', 403), status: 403 }, 'PortalUnauthorised'],
  ['423', { status: 423, body: 'locked' }, 'PortalUnreachable'],
  ['a busy system inside a 200', failure('system_busy', 200), 'PortalUnreachable'],
  ['too many requests inside a 200', failure('too_many_requests', 200), 'PortalRateLimited'],
  ['a failure that is not documented', failure('some_error', 200), 'PortalMalformed'],
])('%s is told apart', async (_what, reply, code) => {
  vendor.on(TOKEN_PATH, () => reply);
  expect(await rejection(vendor.client().authenticate())).toMatchObject({ code, retryable: true });
});

it('a vendor that asks to slow down says for how long', async () => {
  vendor.on(TOKEN_PATH, () => ({ status: 429, headers: { 'Retry-After': '7' } }));
  expect(await rejection(vendor.client().authenticate())).toMatchObject({
    code: 'PortalRateLimited',
    retryAfterMs: 7000,
  });
});
