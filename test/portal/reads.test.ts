import fc from 'fast-check';
import type { PortalClient } from '../../portal/portal-client';
import { PortalError } from '../../portal/portal-error';
import { retryAfterMs } from '../../config/retry-after';
import { readEnvelope, textOf } from '../../portal/envelope';
import {
  ALL,
  CATALOGUE_PATH,
  CONTACTS_PATH,
  failure,
  PARTNERS_PATH,
  PRODUCTS_PATH,
  rejection,
  success,
  TOKEN_PATH,
  Vendor,
  type Reply,
} from './vendor';

let vendor: Vendor;
beforeEach(async () => {
  vendor = await Vendor.start();
});
afterEach(() => vendor.stop());

describe('ids', () => {
  it('survive digit for digit, as text and as bare numbers', async () => {
    vendor.on(CONTACTS_PATH, () =>
      success('[{"billingContactId":3197218168379846218},{"billingContactId":"3197218168379846219"}]'),
    );
    expect((await vendor.client().findBillingContacts(ALL)).items).toEqual([
      { billingContactId: '3197218168379846218' },
      { billingContactId: '3197218168379846219' },
    ]);
  });

  it('are digits, however the vendor writes its numbers', async () => {
    vendor.on(CONTACTS_PATH, () =>
      success(
        '[{"billingContactId":3.197218168379846218E18},{"billingContactId":7781.0},{"billingContactId":"7781.0"}]',
      ),
    );
    expect((await vendor.client().findBillingContacts(ALL)).items).toEqual([
      { billingContactId: '3197218168379846218' },
      { billingContactId: '7781' },
      { billingContactId: '7781.0' },
    ]);
  });

  it('of any length do', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9][0-9]{0,29}$/), fc.boolean(), (id, quoted) => {
        const { body } = success(`{"id":${quoted ? `"${id}"` : id}}`);
        const result = readEnvelope(String(body))?.result as { id: unknown };
        expect(textOf(result.id)).toBe(id);
      }),
    );
  });
});

describe('lists', () => {
  const partner = '{"partnerId":"7","email":"a@b.example","company":"Blue","zipCode":"1"}';
  it.each([
    ['an array', `[${partner}]`],
    ['a single object', partner],
    ['wrapped in results', `{"total":1,"results":[${partner}]}`],
    ['wrapped in list, as an object', `{"list":${partner}}`],
  ])('may come as %s', async (_what, result) => {
    vendor.on(PARTNERS_PATH, () => success(result));
    expect((await vendor.client().findPartners(ALL)).items).toEqual([
      { partnerId: '7', email: 'a@b.example', company: 'Blue', zipCode: '1' },
    ]);
  });

  it.each(['[]', '{"results":[]}', '{"total":0,"results":[]}', '{"total":0,"results":null}'])(
    '%s is an empty list',
    async (result) => {
      vendor.on(PARTNERS_PATH, () => success(result));
      expect(await vendor.client().findPartners(ALL)).toEqual({ items: [], count: 0 });
    },
  );

  it.each([
    'null',
    'true',
    '{}',
    '{"results":null}',
    '{"total":3}',
    '{"total":3,"results":null}',
    '[{"company":"Blue"}]',
  ])('%s is no list: that there is none is not said', async (result) => {
    vendor.on(PARTNERS_PATH, () => success(result));
    const error = await rejection(vendor.client().findPartners(ALL));
    expect(error).toMatchObject({ code: 'PortalMalformed', retryable: true });
  });

  it("a contact's address stands under emailAddress", async () => {
    vendor.on(CONTACTS_PATH, () => success('{"billingContactId":"9","emailAddress":"c@d.example"}'));
    expect((await vendor.client().findBillingContacts(ALL)).items).toEqual([
      { billingContactId: '9', email: 'c@d.example' },
    ]);
  });
});

describe('a 401', () => {
  const ways: [string, Reply][] = [
    ['of HTTP', { ...failure('unauthorized', 401), status: 401 }],
    ['as status inside a 200', failure('unauthorized', 401)],
    ['as code inside a 200', { body: '{"code":"401","detailMessage":"expired"}' }],
    ['as numeric code inside a 200', { body: '{"code":401,"detailMessage":"expired","status":200}' }],
    ...['token_expired', 'invalid_token', 'unauthorized', 'TokenInvalid'].map((name): [string, Reply] => [
      `as the name ${name} inside a 200`,
      failure(name, 200),
    ]),
    ['as a name with HTTP 400', { ...failure('token_expired', 400), status: 400 }],
  ];

  it.each(ways)('%s: one new token and one repeat', async (_what, reply) => {
    let calls = 0;
    vendor.on(PARTNERS_PATH, () => ((calls += 1) === 1 ? reply : success('[]')));
    await expect(vendor.client().findPartners(ALL)).resolves.toEqual({ items: [], count: 0 });
    expect(vendor.callsOf(TOKEN_PATH)).toHaveLength(2);
    const [first, second] = vendor.callsOf(PARTNERS_PATH);
    expect(second?.headers.authorization).not.toBe(first?.headers.authorization);
  });

  it.each(ways)('%s, twice: PortalUnauthorised after exactly one repeat', async (_what, reply) => {
    vendor.on(PARTNERS_PATH, () => reply);
    expect(await rejection(vendor.client().findPartners(ALL))).toMatchObject({
      code: 'PortalUnauthorised',
      retryable: true,
    });
    expect(vendor.callsOf(PARTNERS_PATH)).toHaveLength(2);
    expect(vendor.callsOf(TOKEN_PATH)).toHaveLength(2);
  });

  it('of many reads at once costs one new token', async () => {
    const client = vendor.client();
    await client.authenticate();
    const expired = `Bearer ${vendor.tokens[0]}`;
    vendor.on(PARTNERS_PATH, (seen) =>
      seen.headers.authorization === expired ? failure('unauthorized', 401) : success('[]'),
    );
    await Promise.all(Array.from({ length: 5 }, () => client.findPartners(ALL)));
    expect(vendor.tokens).toHaveLength(2);
  });
});

describe('failures', () => {
  const rows: [string, Reply, string, boolean][] = [
    ...[400, 403, 404, 405, 422].map((status): [string, Reply, string, boolean] => [
      `HTTP ${status} under the name that is documented`,
      { ...failure('parameter_validation_failed', status), status },
      'PortalRejected',
      false,
    ]),
    ...[400, 402, 403, 404, 405, 409, 422].map((status): [string, Reply, string, boolean] => [
      `HTTP ${status} under a name that is not`,
      { ...failure('some_error', status), status },
      'PortalMalformed',
      true,
    ]),
    ...[301, 302, 303, 307, 308, 400, 403, 404, 410, 451].map((status): [string, Reply, string, boolean] => [
      `HTTP ${status} in HTML`,
      { status, body: '<h1>Maintenance</h1>' },
      'PortalMalformed',
      true,
    ]),
    ...[
      '{"code":"parameter_validation_failed"}',
      '{"code":404,"message":"no route"}',
      '{"message":"no route"}',
    ].map((body): [string, Reply, string, boolean] => [
      `HTTP 404 with ${body}, which is not the vendor's envelope`,
      { status: 404, body },
      'PortalMalformed',
      true,
    ]),
    ...['too_many_requests', 'rate_limit_exceeded'].map((name): [string, Reply, string, boolean] => [
      `${name} inside a 200`,
      failure(name, 200),
      'PortalRateLimited',
      true,
    ]),
    ...['system_busy', 'service_unavailable', 'internal_error', 'timeout'].map(
      (name): [string, Reply, string, boolean] => [
        `${name} inside a 200`,
        failure(name, 200),
        'PortalUnreachable',
        true,
      ],
    ),
    ...[423, 425].map((status): [string, Reply, string, boolean] => [
      `HTTP ${status}`,
      { status, body: '<h1>later</h1>' },
      'PortalUnreachable',
      true,
    ]),
    [
      'a refusal around which HTTP breaks down',
      { ...failure('parameter_validation_failed', 400), status: 502 },
      'PortalUnreachable',
      true,
    ],
    [
      'a refusal in a conflict',
      { ...failure('parameter_validation_failed', 409), status: 409 },
      'PortalMalformed',
      true,
    ],
    [
      'a list that is said not to be there',
      { ...failure('not_found', 404), status: 404 },
      'PortalNotFound',
      true,
    ],
    ['a failure whose meaning nobody documents', failure('some_error', 200), 'PortalMalformed', true],
    ...[500, 502, 503, 504, 408].map((status): [string, Reply, string, boolean] => [
      `HTTP ${status}`,
      { status, body: '<h1>sorry</h1>' },
      'PortalUnreachable',
      true,
    ]),
    ['a failure inside a 200', failure('parameter_validation_failed', 400), 'PortalRejected', false],
    ['a failing code with status 200', failure('parameter_validation_failed', 200), 'PortalRejected', false],
    ['trouble inside a 200', failure('system_error', 500), 'PortalUnreachable', true],
    ['too many calls inside a 200', failure('too_many', 429), 'PortalRateLimited', true],
    ['success with a failing status', failure('success', 500), 'PortalUnreachable', true],
    ['HTML', { body: '<html></html>' }, 'PortalMalformed', true],
    ['broken JSON', { body: '{"code":"success","result":[' }, 'PortalMalformed', true],
    ['no body', { body: '' }, 'PortalMalformed', true],
    ['JSON of another shape', { body: '[]' }, 'PortalMalformed', true],
    ['bottomless JSON', { body: '['.repeat(200_000) }, 'PortalMalformed', true],
  ];
  it.each(rows)('%s', async (_what, reply, code, retryable) => {
    vendor.on(PARTNERS_PATH, () => reply);
    const error = await rejection(vendor.client().findPartners(ALL));
    expect(error).toBeInstanceOf(PortalError);
    expect(error).toMatchObject({ code, retryable });
    expect(error).not.toHaveProperty('cause');
    expect(vendor.callsOf(PARTNERS_PATH)).toHaveLength(1);
  });

  it("a refusal carries the vendor's own words and request id", async () => {
    const words = `bad\u0000\u001b[31m field\u202e ${'x'.repeat(400)}\ud83d\ude00`;
    vendor.on(PARTNERS_PATH, () => failure('parameter_validation_failed', 400, words));
    const error = (await rejection(vendor.client().findPartners(ALL))) as PortalError;
    expect(error.evidence).toMatchObject({
      httpStatus: 200,
      vendorCode: 'parameter_validation_failed',
      vendorRequestId: '7249dc2422a5b3192c06b00fa77d31a2',
    });
    expect(error.evidence.vendorMessage).toMatch(/^bad \[31m field +x+…$/);
    expect(error.evidence.vendorMessage).toHaveLength(300);
  });

  it('nobody listening', async () => {
    const gone = await Vendor.start();
    await gone.stop();
    expect(await rejection(vendor.client({ url: gone.url }).findPartners(ALL))).toMatchObject({
      code: 'PortalUnreachable',
      evidence: { errorCode: 'ECONNREFUSED' },
    });
  });

  it('a connection cut', async () => {
    vendor.on(PARTNERS_PATH, (_seen, response) => void response.destroy());
    expect(await rejection(vendor.client().findPartners(ALL))).toMatchObject({
      code: 'PortalUnreachable',
      evidence: { errorCode: 'ECONNRESET' },
    });
  });

  it('a hang, and a body that drips for ever, end at the deadline', async () => {
    const client = vendor.client({ readDeadlineMs: 300 });
    vendor.on(PARTNERS_PATH, () => undefined);
    vendor.on(CONTACTS_PATH, (_seen, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(drip));
      return undefined;
    });
    const start = Date.now();
    expect(await rejection(client.findPartners(ALL))).toMatchObject({ code: 'PortalUnreachable' });
    expect(await rejection(client.findBillingContacts(ALL))).toMatchObject({ code: 'PortalUnreachable' });
    expect(Date.now() - start).toBeLessThan(20_000);
  });

  it('an answer that is too long', async () => {
    const tooLong = { code: 'PortalMalformed', retryable: true };
    vendor.on(PARTNERS_PATH, () => success(`["${'x'.repeat(4 * 1024 * 1024)}"]`));
    expect(await rejection(vendor.client().findPartners(ALL))).toMatchObject(tooLong);
    for (const [path, read] of [
      [PRODUCTS_PATH, (client: PortalClient) => client.findProduct('3651E1292455')],
      [CATALOGUE_PATH, (client: PortalClient) => client.getCatalogue()],
    ] as const) {
      vendor.on(path, () => success(`["${'x'.repeat(512 * 1024)}"]`));
      expect(await rejection(read(vendor.client()))).toMatchObject(tooLong);
    }
  });

  it('no token can be had where the answer to its request is too long', async () => {
    vendor.on(TOKEN_PATH, () => success(`{"token":"t","x":"${'x'.repeat(64 * 1024)}"}`));
    expect(await rejection(vendor.client().authenticate())).toMatchObject({ code: 'PortalUnreachable' });
  });

  it('a whole list that is long is read', async () => {
    const partners = Array.from({ length: 8_000 }, (_, id) => ({
      partnerId: `${id}`,
      company: 'x'.repeat(200),
    }));
    vendor.on(PARTNERS_PATH, () => success(JSON.stringify(partners)));
    expect((await vendor.client().findPartners(ALL)).items).toHaveLength(8_000);
  });

  it('no proxy of the environment is used', async () => {
    const before = process.env.HTTP_PROXY;
    process.env.HTTP_PROXY = 'http://127.0.0.1:9';
    try {
      vendor.on(PARTNERS_PATH, () => success('[]'));
      await expect(vendor.client().findPartners(ALL)).resolves.toEqual({ items: [], count: 0 });
    } finally {
      if (before === undefined) delete process.env.HTTP_PROXY;
      else process.env.HTTP_PROXY = before;
    }
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['3', 3000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['later', undefined],
    [undefined, undefined],
    ['9'.repeat(400), 86_400_000],
  ])('%s', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });

  it('comes with the failure of a read', async () => {
    vendor.on(PARTNERS_PATH, () => ({ status: 429, headers: { 'Retry-After': '2' } }));
    expect(await rejection(vendor.client().findPartners(ALL))).toMatchObject({
      code: 'PortalRateLimited',
      retryable: true,
      retryAfterMs: 2000,
    });
  });
});

describe('an order and an activation code', () => {
  it('are read by their numbers', async () => {
    vendor.on('/order/openapi/order/v1/get/ZC3206258125675945984', () =>
      success(
        '{"basicInformation":{"productId":"12","productNo":"3651E1292455"},"orderInformation":{"orderNo":"ZC3206258125675945984","orderStatus":"pending"}}',
      ),
    );
    expect(await vendor.client().readOrder('ZC3206258125675945984')).toEqual({
      orderNo: 'ZC3206258125675945984',
      orderStatus: 'pending',
      productNo: '3651E1292455',
    });
  });

  it('an order of which nothing is shown keeps its number', async () => {
    vendor.on('/order/openapi/order/v1/get/ZC1', () => success('null'));
    expect(await vendor.client().readOrder('ZC1')).toEqual({ orderNo: 'ZC1' });
  });

  it('the code comes with its time', async () => {
    const path = '/product/openapi/instance_product/v1/activation_code';
    vendor.on(path, () => success('{"code":"ABC-1","generateTime":1700000000000123456}'));
    const client = vendor.client();
    expect(await client.fetchActivationCode('365')).toEqual({
      code: 'ABC-1',
      generatedAt: '1700000000000123456',
    });
    expect(vendor.callsOf(path)[0]?.query.toString()).toBe('productNo=365&productId=12');
    vendor.on(path, () => success('{}'));
    expect(await rejection(client.fetchActivationCode('365'))).toMatchObject({ code: 'PortalMalformed' });
  });
});
