import { inspect } from 'node:util';
import { pipedriveReceiver } from '../../crm/pipedrive/receiver';
import { PipedriveReader } from '../../crm/pipedrive/reader';
import type { NamedFields } from '../../crm/license-rules';
import { pipedrive } from '../../dev/fake-crms/pipedrive';
import { startFakeCrms, type FakeCrms } from '../../dev/fake-crms/server';
import { until } from '../support/until';
import { pipedriveSource } from './pipedrive-source';
import { Receiver } from './receiver';
import { failureOf, switchesOf } from './switches';

const SERIAL = 'a'.repeat(40);
const TERM = 'b'.repeat(40);
const EXTRAS = 'c'.repeat(40);
const BUDGET = 'd'.repeat(40);
const TIER = 'e'.repeat(40);
const UNUSED = 'f'.repeat(40);

const FIELDS: NamedFields = {
  deal: ['title', 'value', SERIAL, TERM, EXTRAS, BUDGET, 'not_there'],
  company: ['name', 'address', TIER],
};

let crm: FakeCrms;
beforeEach(async () => {
  crm = await startFakeCrms([pipedrive], { port: 0 });
});
afterEach(() => crm.close());

const reader = (fields = FIELDS, apiToken = 'pipedrive-token') =>
  new PipedriveReader(pipedriveSource({ api: crm.url, apiToken }), fields);

const { control, put, called } = switchesOf('pipedrive', () => crm.url);

const WON = { status: 'won', won_time: '2026-11-23T09:14:02Z' };

describe('a deal', () => {
  it('is read with its named fields, company and positions', async () => {
    await put('deal_fields', TERM, { options: [{ id: 17, label: '3 years' }] });
    await put('deal_fields', EXTRAS, {
      options: [
        { id: 1, label: 'Recovery' },
        { id: 2, label: 'Call Center' },
      ],
    });
    await put('organization_fields', TIER, { options: [{ id: 4, label: 'Gold' }] });
    await put('deals', 8123, {
      ...WON,
      title: 'Pump upgrade',
      value: 14250.5,
      org_id: 311,
      person_id: 902,
      custom_fields: {
        [SERIAL]: ' 3651E1292455 ',
        [TERM]: 17,
        [EXTRAS]: [1, 2],
        [BUDGET]: { value: 20000, currency: 'EUR' },
        [UNUSED]: 'secret of the house',
      },
    });
    await put('organizations', 311, {
      name: 'Acme',
      address: { value: 'Main Street 1', country: 'DE' },
      custom_fields: { [TIER]: 4 },
    });
    await put('products', 55, { name: 'Ultimate Plan', code: 'P-ULT' });
    await put('products', 56, { name: 'Old Plan', code: 'P-OLD' });
    await put('deal_products', 1, { deal_id: 8123, product_id: 55, name: 'Ultimate Plan', quantity: 100 });
    await put('deal_products', 2, { deal_id: 8123, product_id: 56, name: 'Old Plan', is_enabled: false });
    await put('deal_products', 3, { deal_id: 8123, product_id: 57, name: 'Installation', quantity: 1.5 });
    await put('deal_products', 4, { deal_id: 9999, product_id: 55, name: "Another deal's" });

    expect(await reader().readDeal('8123')).toEqual({
      dealId: '8123',
      isWon: true,
      wonAt: '2026-11-23T09:14:02.000Z',
      fields: {
        title: 'Pump upgrade',
        value: '14250.5',
        [SERIAL]: '3651E1292455',
        [TERM]: '3 years',
        [EXTRAS]: 'Recovery, Call Center',
        [BUDGET]: '20000',
      },
      company: { name: 'Acme', address: 'Main Street 1', [TIER]: 'Gold' },
      lineItems: [
        { sku: 'P-ULT', name: 'Ultimate Plan', quantity: '100' },
        // Its product is gone.
        { name: 'Installation', quantity: '1.5', isUnknown: true },
      ],
    });
    expect((await called()).filter((url) => url.includes('56'))).toEqual([]);
  });

  it('tells its pipeline and the label of its type, by which rules know its operation', async () => {
    await put('deal_fields', TERM, { options: [{ id: 17, label: 'Renewal' }] });
    await put('deals', 1, { ...WON, pipeline_id: 3, custom_fields: { [TERM]: 17 } });
    const deal = await reader({ deal: ['pipeline_id', TERM], company: [] }).readDeal('1');
    expect(deal?.fields).toEqual({ pipeline_id: '3', [TERM]: 'Renewal' });
  });

  it('without labels of its options shows their ids', async () => {
    await put('deals', 1, { ...WON, custom_fields: { [TERM]: 17, [EXTRAS]: [1, 2] } });
    expect((await reader().readDeal('1'))?.fields).toMatchObject({ [TERM]: '17', [EXTRAS]: '1, 2' });
  });

  it('with more named custom fields than may be asked for is read whole', async () => {
    const keys = Array.from({ length: 16 }, (_, index) => index.toString(16).repeat(40).slice(0, 40));
    await put('deals', 1, { ...WON, custom_fields: Object.fromEntries(keys.map((key) => [key, 'x'])) });
    const deal = await reader({ deal: keys, company: [] }).readDeal('1');
    expect(Object.keys(deal!.fields)).toHaveLength(16);
  });

  it.each(['open', 'lost'])('that is %s is not won, though it was', async (status) => {
    await put('deals', 1, { ...WON, status });
    const deal = await reader().readDeal('1');
    expect(deal).toMatchObject({ isWon: false });
    expect(deal).not.toHaveProperty('wonAt');
  });

  it('has the time of its win in UTC, however it is written', async () => {
    await put('deals', 1, { ...WON, won_time: '2026-11-23T11:14:02.120+02:00' });
    expect((await reader().readDeal('1'))?.wonAt).toBe('2026-11-23T09:14:02.120Z');
  });

  it('whose time of the win has no zone is not guessed at', async () => {
    await put('deals', 1, { ...WON, won_time: '2026-11-23 09:14:02' });
    expect((await failureOf(reader().readDeal('1'))).code).toBe('CrmAnswerUnreadable');
  });

  /** As the API v1 writes it: UTC, without saying so. */
  const change = (old_value: string, new_value: string, time: string) => ({
    ...{ field_key: 'status', old_value, new_value, time },
    ...{ actor_user_id: 4411, change_source: 'app' },
  });
  const timesOf = async (deal: object, entries?: object[]) => {
    await put('deals', 1, { ...WON, add_time: '2026-11-01T00:00:00Z', ...deal });
    if (entries !== undefined) await put('deal_changelogs', 1, { entries });
    const { wonAt, wonFrom } = (await reader().readDeal('1'))!;
    return { wonAt, wonFrom };
  };
  const won = change('open', 'won', '2026-11-23 09:14:02');
  const edit = { field_key: 'won_time', old_value: '2026-11-23 09:14:02', new_value: '2026-11-25 00:00:00' };
  const certain = { wonAt: '2026-11-23T09:14:02.000Z', wonFrom: undefined };

  it.each<[string, object, object[]]>([
    ['is told by its own field', {}, [won]],
    [
      'was edited while it stayed won',
      { won_time: '2026-11-25T00:00:00Z' },
      [won, { ...edit, time: '2026-11-26 00:00:00' }],
    ],
    ['is not in its own field', { won_time: null }, [won]],
    [
      'is that of the last win',
      {},
      [won, change('won', 'lost', '2026-11-22 00:00:00'), change('open', 'won', '2026-11-20 00:00:00')],
    ],
    [
      'is not that of its return from the bin',
      {},
      [won, change('won', 'deleted', '2026-11-24 00:00:00'), change('deleted', 'won', '2026-11-25 00:00:00')],
    ],
    ['is that of its creation', { add_time: '2026-11-23T09:14:01Z' }, []],
  ])('whose time of the win %s is won since then', async (_what, deal, entries) => {
    expect(await timesOf(deal, entries)).toEqual(certain);
  });

  it.each<[string, object, object[], string, string | undefined]>([
    [
      'was set before the win',
      { won_time: '2026-11-20T00:00:00Z' },
      [won],
      '2026-11-23T09:14:02.000Z',
      '2026-11-20T00:00:00.000Z',
    ],
    ['is told by nothing else', {}, [], '2026-11-23T09:14:02.000Z', '2026-11-01T00:00:00.000Z'],
    [
      'is after a loss',
      {},
      [change('won', 'lost', '2026-11-22 00:00:00')],
      '2026-11-23T09:14:02.000Z',
      '2026-11-22T00:00:00.000Z',
    ],
  ])('whose time of the win %s is a matter of doubt', async (_what, deal, entries, wonAt, wonFrom) => {
    expect(await timesOf(deal, entries)).toEqual({ wonAt, wonFrom });
  });

  it('that was lost after the time of its win has no time that could be told', async () => {
    const lost = change('won', 'lost', '2026-11-24 00:00:00');
    expect(await timesOf({}, [won, lost])).toEqual({ wonAt: undefined, wonFrom: undefined });
  });

  it('whose changes are not shown may have been won since it was created', async () => {
    for (const kind of ['unauthorised', 'broken-json']) {
      await control('POST', 'faults', { kind, path: '/changelog' });
      expect(await timesOf({}, [won])).toEqual({ ...certain, wonFrom: '2026-11-01T00:00:00.000Z' });
    }
    await control('POST', 'faults', { kind: 'server-error', path: '/changelog' });
    expect((await failureOf(reader().readDeal('1'))).code).toBe('CrmUnreachable');
  });

  it('with more changes than a page holds is won since the last one', async () => {
    const others = Array.from({ length: 600 }, (_, n) => ({ ...edit, id: n, time: '2026-11-01 00:00:00' }));
    expect(await timesOf({}, [...others, { ...won, id: 601 }])).toEqual(certain);
  });

  it('that was deleted is none', async () => {
    await put('deals', 1, { ...WON, is_deleted: true });
    expect(await reader().readDeal('1')).toBeUndefined();
  });

  it.each(['404404', '../users', '1e3'])('that is not there is none: %s', async (id) => {
    expect(await reader().readDeal(id)).toBeUndefined();
  });

  it('is found by an id beyond 2^53', async () => {
    const id = '9007199254740993';
    await put('deals', id, WON);
    await put('deals', '9007199254740992', { ...WON, status: 'lost' });
    expect(await reader().readDeal(id)).toMatchObject({ dealId: id, isWon: true });
  });

  it('has all its positions, also over several pages', async () => {
    await put('deals', 1, WON);
    const lines = Array.from({ length: 501 }, (_, index) => index + 1);
    for (const line of lines) {
      await put('products', 1000 + line, { code: `SKU-${line}` });
      await put('deal_products', line, { deal_id: 1, product_id: 1000 + line, quantity: line });
    }
    const { lineItems } = (await reader().readDeal('1'))!;
    expect(lineItems).toEqual(lines.map((line) => ({ sku: `SKU-${line}`, quantity: String(line) })));
    expect((await called()).filter((url) => url.includes('/deals/1/products'))).toHaveLength(2);
    // A hundred ids at a time.
    expect((await called()).filter((url) => url.includes('/products?'))).toHaveLength(2 + 6);
  });

  it('whose company is gone, or has no named field, goes without', async () => {
    await put('deals', 1, { ...WON, org_id: 311 });
    expect((await reader().readDeal('1'))?.company).toEqual({});
    await reader({ deal: [], company: [] }).readDeal('1');
    expect((await called()).filter((url) => url.includes('organizations'))).toHaveLength(1);
  });
});

describe('a sweep', () => {
  it('finds the deals won and changed since, on all pages', async () => {
    const ids = Array.from({ length: 501 }, (_, index) => String(index + 1));
    for (const id of ids) await put('deals', id, { ...WON, update_time: '2026-11-23T09:14:02Z' });
    await put('deals', 601, { ...WON, update_time: '2026-11-20T00:00:00Z' });
    await put('deals', 602, { status: 'open', update_time: '2026-11-23T10:00:00Z' });
    await put('deals', 603, { ...WON, update_time: '2026-11-23T10:00:00Z', is_deleted: true });
    await put('deals', 604, { status: 'won', won_time: null, update_time: '2026-11-23T10:00:00Z' });

    const swept = await reader().wonSince(new Date('2026-11-23T09:14:02.900Z'));
    expect(swept).toHaveLength(502);
    expect(swept.slice(0, 501).map(({ dealId }) => dealId)).toEqual(ids);
    expect(swept[0]).toEqual({ dealId: '1', wonAt: '2026-11-23T09:14:02.000Z' });
    expect(swept[501]).toEqual({ dealId: '604' });
    expect(await called()).toHaveLength(2);
  });

  it('finds nothing where nothing was won', async () => {
    expect(await reader().wonSince(new Date())).toEqual([]);
  });
});

describe('a CRM that', () => {
  it.each([
    ['is broken', { kind: 'server-error' }, 'CrmUnreachable'],
    ['cuts the connection', { kind: 'cut' }, 'CrmUnreachable'],
    ['asks to slow down', { kind: 'rate-limit', retryAfterSeconds: 7 }, 'CrmRateLimited'],
    ['takes no token', { kind: 'unauthorised' }, 'CrmUnauthorised'],
    ['answers with half of its JSON', { kind: 'broken-json' }, 'CrmAnswerUnreadable'],
  ])('%s is asked once, and the next time it works', async (_what, fault, code) => {
    await put('deals', 1, WON);
    await control('POST', 'faults', fault);
    const error = await failureOf(reader().readDeal('1'));
    expect(error.code).toBe(code);
    expect(error.retryAfterMs).toBe(code === 'CrmRateLimited' ? 7000 : undefined);
    expect(await called()).toHaveLength(1);
    await expect(reader().readDeal('1')).resolves.toMatchObject({ isWon: true });
  });

  it.each(['/products', '/organizations', '/api/v2/products'])(
    'fails at %s gives no half of a deal',
    async (path) => {
      await put('deals', 1, { ...WON, org_id: 311 });
      await put('deal_products', 1, { deal_id: 1, product_id: 55 });
      await control('POST', 'faults', { kind: 'server-error', path });
      expect((await failureOf(reader().readDeal('1'))).code).toBe('CrmUnreachable');
    },
  );

  it('hangs is given up after 10 s', async () => {
    await control('POST', 'faults', { kind: 'hang' });
    const error = await failureOf(reader().readDeal('1'));
    expect(error.code).toBe('CrmUnreachable');
    expect(error.message).toContain('no answer within 10 s');
  });

  it('is not there at all is unreachable', async () => {
    const gone = new PipedriveReader(pipedriveSource({ api: 'http://127.0.0.1:1' }), FIELDS);
    expect((await failureOf(gone.readDeal('1'))).code).toBe('CrmUnreachable');
  });

  it('gets a wrong token keeps it to itself', async () => {
    const error = await failureOf(reader(FIELDS, 'wrong-token-of-mine').readDeal('1'));
    expect(error.code).toBe('CrmUnauthorised');
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('wrong-token-of-mine');
  });

  it('is reached nowhere does not tell the token in its error either', async () => {
    const source = pipedriveSource({ api: 'http://127.0.0.1:1', apiToken: 'token-of-mine' });
    const error = await failureOf(new PipedriveReader(source, FIELDS).wonSince(new Date()));
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('token-of-mine');
  });
});

describe('an answer of somebody else', () => {
  let other: Receiver;
  afterEach(() => other.stop());

  const answering = async (status: number, body: string) => {
    const headers = { location: 'http://127.0.0.1:1/' };
    other = await Receiver.start(() => ({ status, headers, body }));
    return new PipedriveReader(pipedriveSource({ api: other.url }), FIELDS);
  };

  it.each([
    // A wrong address must not look like a deal that is gone.
    [404, '<h1>Not Found</h1>'],
    [404, '{"message":"Route not found"}'],
    [302, ''],
    [400, '{"success":false,"error":"Validation failed"}'],
    [200, '<h1>Sign in</h1>'],
    [200, '{"success":true,"data":null}'],
    [200, '{"success":true,"data":[]}'],
    [200, '{"success":true,"data":{"id":1}}'],
    [200, '{"success":false,"data":{"id":1,"status":"won"}}'],
    [200, '{"success":true,"data":{"id":2,"status":"won"}}'],
  ])('is no deal: %s %s', async (status, body) => {
    const elsewhere = await answering(status, body);
    expect((await failureOf(elsewhere.readDeal('1'))).code).toBe('CrmAnswerUnreadable');
    expect(other.calls).toHaveLength(1);
  });

  it.each([
    '{"success":true,"data":{"id":1}}',
    '{"success":true,"data":[7]}',
    '{"success":true,"data":[{"status":"won"}]}',
    '{"success":true,"data":[],"additional_data":{"next_cursor":"round"}}',
  ])('is no list: %s', async (body) => {
    const elsewhere = await answering(200, body);
    expect((await failureOf(elsewhere.wonSince(new Date(0)))).code).toBe('CrmAnswerUnreadable');
  });
});

describe('the sender', () => {
  it('tries again after 503, counting its attempts, and its message is taken each time', async () => {
    const source = pipedriveSource();
    const receiver = await Receiver.start((call) => ({ status: call < 3 ? 503 : 200 }));
    try {
      await control('POST', 'deliveries', {
        to: receiver.webhook,
        timeScale: 0.001,
        user: source.user,
        password: source.secrets[0],
        event: { data: { id: 8123, status: 'won' }, previous: { status: 'open' } },
      });
      await until('the delivery is through', async () => {
        const [delivery] = (await control('GET', 'deliveries')) as { state: string }[];
        return delivery?.state === 'delivered';
      });
    } finally {
      await receiver.stop();
    }
    const metas = receiver.calls.map(
      ({ body }) => (JSON.parse(body.toString()) as { meta: { id: string; attempt: number } }).meta,
    );
    expect(metas.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(metas.map(({ id }) => id)).size).toBe(1);
    const account = pipedriveReceiver(source);
    for (const call of receiver.calls) {
      const { events } = account.receive({ ...call, receivedAt: new Date() });
      expect(events).toEqual([{ dealId: '8123', kind: 'won' }]);
    }
  });

  it('gives up after three more attempts', async () => {
    const receiver = await Receiver.start(() => ({ status: 500 }));
    try {
      const event = { data: { id: 8123, status: 'won' } };
      await control('POST', 'deliveries', {
        to: receiver.webhook,
        timeScale: 0.001,
        user: 'u',
        password: 'p',
        event,
      });
      await until('the delivery was given up', async () => {
        const [delivery] = (await control('GET', 'deliveries')) as { state: string }[];
        return delivery?.state === 'given-up';
      });
    } finally {
      await receiver.stop();
    }
    expect(receiver.calls).toHaveLength(4);
  });
});

it.each([
  ['2026-11-23T09:14:02+0000', '2026-11-23T09:14:02.000Z'],
  ['2026-11-23 09:14:02Z', '2026-11-23T09:14:02.000Z'],
  [null, undefined],
  ['', undefined],
  [' ', undefined],
])('a time of the win that is %j is read as %j', async (won_time, wonAt) => {
  await put('deals', 1, { ...WON, won_time, title: 'Pump\u200b upgrade' });
  const deal = await reader().readDeal('1');
  expect(deal).toMatchObject({ isWon: true, fields: { title: 'Pump upgrade' } });
  expect(deal!.wonAt).toBe(wonAt);
});
