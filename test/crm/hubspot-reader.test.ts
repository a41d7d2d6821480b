import { inspect } from 'node:util';
import { hubspotReceiver } from '../../crm/hubspot/receiver';
import { HubspotReader } from '../../crm/hubspot/reader';
import type { NamedFields } from '../../crm/license-rules';
import { hubspot } from '../../dev/fake-crms/hubspot';
import { startFakeCrms, type FakeCrms } from '../../dev/fake-crms/server';
import { until } from '../support/until';
import { hubspotSource } from './hubspot-source';
import { Receiver } from './receiver';
import { failureOf, switchesOf } from './switches';

const FIELDS: NamedFields = {
  deal: ['dealname', 'amount', 'pbx_serial', 'not_there'],
  company: ['name', 'domain'],
};

let crm: FakeCrms;
beforeEach(async () => {
  crm = await startFakeCrms([hubspot], { port: 0 });
});
afterEach(() => crm.close());

const reader = (fields = FIELDS, accessToken = 'hubspot-token') =>
  new HubspotReader(hubspotSource({ api: crm.url, accessToken }), fields);

const { control, put, called } = switchesOf('hubspot', () => crm.url);

const STAGE = { value: 'closedwon', timestamp: '2026-11-23T09:14:02.120Z' };
const OPEN = { value: 'qualifiedtobuy', timestamp: '2026-11-01T00:00:00Z' };

/** A won deal. */
function won({ properties = {}, history = [STAGE, OPEN], ...more }: Record<string, unknown> = {}) {
  return {
    properties: { dealstage: 'closedwon', hs_is_closed_won: 'true', ...(properties as object) },
    propertiesWithHistory: { dealstage: history },
    ...more,
  };
}

describe('a deal', () => {
  it('is read with its named properties, company and line items', async () => {
    await put(
      'deals',
      31415926535,
      won({
        properties: {
          dealname: 'Pump upgrade',
          amount: '14250.50',
          pbx_serial: ' 3651E1292455 ',
          secret: 'x',
        },
        associations: { line_items: ['2', '1'], companies: [{ id: 310 }, { id: 311, primary: true }] },
      }),
    );
    await put('companies', 310, { properties: { name: 'Reseller' } });
    await put('companies', 311, { properties: { name: 'Acme', domain: null } });
    await put('line_items', 1, { properties: { hs_sku: 'P-ULT', name: 'Ultimate Plan', quantity: '100' } });
    await put('line_items', 2, { properties: { name: 'Installation', hs_sku: '' } });

    expect(await reader().readDeal('31415926535')).toEqual({
      dealId: '31415926535',
      isWon: true,
      wonAt: '2026-11-23T09:14:02.120Z',
      fields: { dealname: 'Pump upgrade', amount: '14250.50', pbx_serial: '3651E1292455' },
      company: { name: 'Acme' },
      lineItems: [{ name: 'Installation' }, { sku: 'P-ULT', name: 'Ultimate Plan', quantity: '100' }],
    });
  });

  it('tells its type and its pipeline, by which rules know its operation', async () => {
    await put('deals', 1, won({ properties: { dealtype: 'existingbusiness', pipeline: '88231' } }));
    const deal = await reader({ deal: ['dealtype', 'pipeline'], company: [] }).readDeal('1');
    expect(deal?.fields).toEqual({ dealtype: 'existingbusiness', pipeline: '88231' });
  });

  it.each(['false', null, ''])('that says %j of being won is not won, though it was', async (isWon) => {
    await put('deals', 1, won({ properties: { hs_is_closed_won: isWon } }));
    const deal = await reader().readDeal('1');
    expect(deal).toMatchObject({ isWon: false });
    expect(deal).not.toHaveProperty('wonAt');
  });

  it.each([
    ['the last change of stage', [STAGE, OPEN]],
    ['it, in whatever order they come', [OPEN, STAGE]],
    [
      'the first of several entries that say the same',
      [{ ...STAGE, timestamp: '2026-11-25T00:00:00Z' }, STAGE, OPEN],
    ],
    [
      'the last win, not an earlier one',
      [STAGE, OPEN, { value: 'closedwon', timestamp: '2026-10-01T00:00:00Z' }],
    ],
    ['the only entry', [STAGE]],
    ['it, in UTC', [{ ...STAGE, timestamp: '2026-11-23T11:14:02.12+02:00' }, OPEN]],
  ])('is won since %s', async (_what, history) => {
    await put('deals', 1, won({ history }));
    expect((await reader().readDeal('1'))?.wonAt).toBe('2026-11-23T09:14:02.120Z');
  });

  /** A pipeline of deliveries, whose stages come after the deal was won. */
  const DELIVERY = {
    label: 'Delivery',
    stages: [
      { id: '41', label: 'To be delivered', metadata: { isClosed: 'true', probability: '1.0' } },
      { id: '42', label: 'Delivered', metadata: { isClosed: true, probability: 1 } },
      { id: '43', label: 'Sent back', metadata: { isClosed: 'true', probability: '0.0' } },
      { id: '44', label: 'Won, and open', metadata: { isClosed: 'false', probability: '1.0' } },
      { id: '45', label: 'Nobody knows', metadata: {} },
    ],
  };
  const delivered = [{ value: '42', timestamp: '2026-11-26T00:00:00Z' }];
  const wonTime = async (
    history: object[],
    dealstage = '42',
    wonStages?: string[],
    stages: object[] = DELIVERY.stages,
  ) => {
    await put('pipelines', 7, { ...DELIVERY, stages });
    await put('deals', 1, won({ properties: { dealstage }, history }));
    const source = hubspotSource({ api: crm.url, ...(wonStages && { wonStages }) });
    const both = new HubspotReader(source, FIELDS);
    const [swept] = await both.wonSince(new Date(0));
    const { wonAt, wonFrom } = (await both.readDeal('1'))!;
    // A sweep goes by the same time.
    expect(swept?.wonAt).toBe(wonAt);
    return { wonAt, wonFrom };
  };
  const at = (value: string, timestamp: string) => ({ value, timestamp });
  const since = { wonAt: '2026-11-23T09:14:02.120Z', wonFrom: undefined };

  it.each<[string, object[]]>([
    ['a second won stage, of another pipeline', [...delivered, STAGE, OPEN]],
    ['several', [...delivered, at('41', '2026-11-25T00:00:00Z'), STAGE, OPEN]],
    [
      'the first, and back again',
      [...delivered, at('41', '2026-11-25T00:00:00Z'), at('42', '2026-11-24T00:00:00Z'), STAGE, OPEN],
    ],
    ['a second won stage, created as a won one', [...delivered, STAGE]],
  ])('moved to %s, is won since the first', async (_what, history) => {
    expect(await wonTime(history)).toEqual(since);
  });

  it('lost between two won stages is won again', async () => {
    const history = [...delivered, at('43', '2026-11-25T00:00:00Z'), STAGE, OPEN];
    expect(await wonTime(history)).toEqual({ wonAt: '2026-11-26T00:00:00.000Z', wonFrom: undefined });
  });

  it.each(['999', '44', '45'])(
    'moved from stage %s, of which nobody can tell whether it is a won one, may be won since then',
    async (stage) => {
      const history = [...delivered, at(stage, '2026-11-25T00:00:00Z'), STAGE, OPEN];
      expect(await wonTime(history)).toEqual({
        wonAt: '2026-11-26T00:00:00.000Z',
        wonFrom: '2026-11-23T09:14:02.120Z',
      });
    },
  );

  it('moved from a stage that is gone, and that deals.yaml names as a won one, is won since that', async () => {
    const history = [...delivered, at('999', '2026-11-25T00:00:00Z'), STAGE, OPEN];
    expect(await wonTime(history, '42', ['closedwon', '999'])).toEqual(since);
  });

  it('moved from a stage that was changed since may have been won in it, or not', async () => {
    const changed = (stage: object) => ({ ...stage, updatedAt: '2026-11-25T12:00:00Z' });
    const history = [...delivered, at('43', '2026-11-25T00:00:00Z'), STAGE, OPEN];
    const [other, ...stages] = DELIVERY.stages;
    const before = await wonTime(history);
    expect(before).toEqual({ wonAt: '2026-11-26T00:00:00.000Z', wonFrom: undefined });
    // It was left after the change.
    expect(await wonTime(history, '42', undefined, [other!, ...stages.map(changed)])).toEqual(before);
    const earlier = [at('42', '2026-11-25T06:00:00Z'), ...history.slice(1)];
    expect(await wonTime(earlier, '42', undefined, [other!, ...stages.map(changed)])).toEqual({
      wonAt: '2026-11-25T06:00:00.000Z',
      wonFrom: '2026-11-23T09:14:02.120Z',
    });
  });

  it('of a stage that deals.yaml names, and HubSpot calls a lost one, is a matter of doubt', async () => {
    const history = [...delivered, at('43', '2026-11-25T00:00:00Z'), OPEN];
    expect(await wonTime(history, '42', ['43'])).toEqual({
      wonAt: '2026-11-26T00:00:00.000Z',
      wonFrom: '2026-11-25T00:00:00.000Z',
    });
  });

  it('whose history is longer than HubSpot keeps may have been won when it was created', async () => {
    const edits = Array.from({ length: 20 }, (_, n) =>
      at('42', `2026-11-26T00:00:${String(n).padStart(2, '0')}Z`),
    );
    expect(await wonTime(edits)).toEqual({
      wonAt: '2026-11-26T00:00:00.000Z',
      wonFrom: '2026-01-01T00:00:00.000Z',
    });
    expect(await wonTime([...edits, OPEN])).toEqual({
      wonAt: '2026-11-26T00:00:00.000Z',
      wonFrom: undefined,
    });
  });

  it('whose history is behind its stage is won, nobody knows when', async () => {
    expect(await wonTime([OPEN])).toEqual({ wonAt: undefined, wonFrom: undefined });
  });

  it('asks for the stages only where there was more than one', async () => {
    await put('deals', 1, won({ history: [STAGE, STAGE] }));
    await reader().readDeal('1');
    expect((await called()).filter((url) => url.includes('pipelines'))).toEqual([]);
  });

  it('made of several deals, says so: each of them may have been bought', async () => {
    await put('deals', 1, won({ properties: { hs_merged_object_ids: '7;8' } }));
    expect(await reader().readDeal('1')).toMatchObject({ isWon: true, isMerged: true });
    await put('deals', 2, won());
    expect(await reader().readDeal('2')).not.toHaveProperty('isMerged');
  });

  it('without a history of its stage is won, nobody knows when', async () => {
    await put('deals', 1, won({ history: [] }));
    const deal = await reader().readDeal('1');
    expect(deal).toMatchObject({ isWon: true });
    expect(deal).not.toHaveProperty('wonAt');
  });

  it('whose time of the win has no zone is not guessed at', async () => {
    await put('deals', 1, won({ history: [{ ...STAGE, timestamp: '2026-11-23 09:14:02' }] }));
    expect((await failureOf(reader().readDeal('1'))).code).toBe('CrmAnswerUnreadable');
  });

  it('that was deleted is none', async () => {
    await put('deals', 1, won({ archived: true }));
    expect(await reader().readDeal('1')).toBeUndefined();
  });

  it.each(['404404', '../users', '1e3'])('that is not there is none: %s', async (id) => {
    expect(await reader().readDeal(id)).toBeUndefined();
  });

  it('is found by an id beyond 2^53, with its line items and company', async () => {
    const id = '9007199254740993';
    const associations = { line_items: [id], companies: [{ id, primary: true }] };
    await put('deals', id, won({ associations }));
    await put('line_items', id, { properties: { name: 'Right' } });
    await put('line_items', '9007199254740992', { properties: { name: 'Wrong' } });
    await put('companies', id, { properties: { name: 'Acme' } });
    expect(await reader().readDeal(id)).toMatchObject({
      dealId: id,
      isWon: true,
      company: { name: 'Acme' },
      lineItems: [{ name: 'Right' }],
    });
  });

  it('has all its line items, also over several pages and batches', async () => {
    const ids = Array.from({ length: 501 }, (_, index) => String(index + 1));
    await put('deals', 1, won({ associations: { line_items: ids } }));
    for (const id of ids) await put('line_items', id, { properties: { hs_sku: `SKU-${id}` } });
    const { lineItems } = (await reader().readDeal('1'))!;
    expect(lineItems).toEqual(ids.map((id) => ({ sku: `SKU-${id}` })));
    expect((await called()).filter((url) => url.includes('/associations/line_items'))).toHaveLength(2);
    expect((await called()).filter((url) => url.includes('/line_items/batch/read'))).toHaveLength(6);
  });

  const LICENSE = { properties: { hs_sku: 'P-ULT' } };
  const FOR_ACME = { line_items: ['1'], companies: [{ id: 311, primary: true }] };

  it('is read by as few calls as there are answers', async () => {
    await put('deals', 1, won({ history: [STAGE], associations: FOR_ACME }));
    await put('line_items', 1, LICENSE);
    await put('companies', 311, { properties: { name: 'Acme' } });
    await reader().readDeal('1');
    const paths = (await called()).map((url) => url.split('?')[0]);
    expect(paths.slice(0, 3).sort()).toEqual([
      '/crm/v3/objects/deals/1',
      '/crm/v4/objects/deals/1/associations/companies',
      '/crm/v4/objects/deals/1/associations/line_items',
    ]);
    expect(paths.slice(3).sort()).toEqual([
      '/crm/v3/objects/companies/311',
      '/crm/v3/objects/line_items/batch/read',
    ]);
  });

  it('is read with all that it was won with, though that came while it was read', async () => {
    await put('deals', 1, won({ properties: { hs_is_closed_won: 'false' }, history: [OPEN] }));
    await control('POST', 'faults', { kind: 'latency', ms: 2_000, path: '/v3/objects/deals/1' });
    const reading = reader().readDeal('1');
    // Asked at once, while the deal itself is not there yet.
    for (const to of ['line_items', 'companies']) {
      await until(to, async () => (await called()).some((url) => url.includes(`/associations/${to}`)));
    }
    await put('line_items', 1, LICENSE);
    await put('companies', 311, { properties: { name: 'Acme' } });
    const history = [{ value: 'closedwon', timestamp: new Date().toISOString() }, OPEN];
    await put('deals', 1, won({ history, associations: FOR_ACME }));
    expect(await reading).toMatchObject({
      isWon: true,
      company: { name: 'Acme' },
      lineItems: [{ sku: 'P-ULT' }],
    });
  });

  it.each<[string, object]>([
    ['without a history of its stage', { history: [] }],
    ['whose history is behind its stage', { history: [OPEN] }],
  ])('%s is asked once more for what belongs to it: it may have been won just now', async (_what, deal) => {
    await put('deals', 1, won({ ...deal, associations: FOR_ACME }));
    await put('line_items', 1, LICENSE);
    await reader().readDeal('1');
    expect((await called()).filter((url) => url.includes('/associations/line_items'))).toHaveLength(2);
  });

  it('is not read without one of its line items', async () => {
    await put('deals', 1, won({ associations: { line_items: ['1', '2'] } }));
    await put('line_items', 1, { properties: { hs_sku: 'P-ULT' } });
    expect((await failureOf(reader().readDeal('1'))).code).toBe('CrmAnswerUnreadable');
  });

  it.each<[string, unknown[], object]>([
    ['no company', [], {}],
    ['one company that is not the primary one', [{ id: 310 }], { name: 'Acme' }],
    ['several companies, none of them the primary one', [{ id: 310 }, { id: 311 }], {}],
    ['a primary company that is gone', [{ id: 312, primary: true }, { id: 310 }], {}],
  ])('with %s', async (_what, companies, company) => {
    await put('deals', 1, won({ associations: { companies } }));
    await put('companies', 310, { properties: { name: 'Acme' } });
    await put('companies', 311, { properties: { name: 'Reseller' } });
    expect((await reader().readDeal('1'))?.company).toEqual(company);
  });

  it('of whose company nothing is named is read without', async () => {
    await put('deals', 1, won({ associations: { companies: [{ id: 310, primary: true }] } }));
    await reader({ deal: [], company: [] }).readDeal('1');
    expect((await called()).filter((url) => url.includes('companies'))).toEqual([]);
  });
});

describe('a sweep', () => {
  const changedAt = (ms: number, record = won()) => ({
    ...record,
    properties: { ...record.properties, hs_lastmodifieddate: new Date(ms).toISOString() },
  });
  const SINCE = Date.parse('2026-11-23T09:14:02.500Z');

  it('finds the deals won and changed since, on all pages', async () => {
    const ids = Array.from({ length: 201 }, (_, index) => String(index + 1));
    // Ten of each instant.
    for (const id of ids) await put('deals', id, changedAt(SINCE + Math.floor(Number(id) / 10)));
    await put('deals', 601, changedAt(SINCE - 1));
    await put('deals', 602, changedAt(SINCE, won({ properties: { hs_is_closed_won: 'false' } })));
    await put('deals', 603, changedAt(SINCE, won({ archived: true })));
    await put('deals', 604, changedAt(SINCE + 1000, won({ history: [] })));

    const swept = await reader().wonSince(new Date(SINCE));
    expect(swept.map(({ dealId }) => dealId).sort()).toEqual([...ids, '604'].sort());
    expect(swept).toContainEqual({ dealId: '1', wonAt: '2026-11-23T09:14:02.120Z' });
    expect(swept).toContainEqual({ dealId: '604' });
    // Fifty with their history at a time.
    expect((await called()).filter((url) => url.includes('batch/read'))).toHaveLength(5);
  });

  it('finds more deals of one instant than a page has', async () => {
    for (let id = 1; id <= 250; id++) await put('deals', id, changedAt(SINCE));
    await put('deals', 251, changedAt(SINCE + 1));
    expect(await reader().wonSince(new Date(SINCE))).toHaveLength(251);
  });

  it('finds nothing where nothing was won', async () => {
    expect(await reader().wonSince(new Date())).toEqual([]);
  });

  it('finds nothing that is not won any more, whatever the index says', async () => {
    const found = { id: '1', properties: { hs_lastmodifieddate: '2026-11-23T10:00:00Z' } };
    const deal = { id: '1', properties: { hs_is_closed_won: 'false' } };
    const behind = await Receiver.start((call) => json({ results: [call === 1 ? found : deal] }));
    try {
      const source = hubspotSource({ api: behind.url });
      expect(await new HubspotReader(source, FIELDS).wonSince(new Date(0))).toEqual([]);
      expect(behind.calls).toHaveLength(2);
    } finally {
      await behind.stop();
    }
  });

  it('of more deals of one instant than a search gives ends with an error, not in a circle', async () => {
    const found = { id: '1', properties: { hs_lastmodifieddate: '1970-01-01T00:00:00Z' } };
    const endless = await Receiver.start(() => json({ results: [found], paging: { next: { after: '1' } } }));
    try {
      const source = hubspotSource({ api: endless.url });
      const error = await failureOf(new HubspotReader(source, FIELDS).wonSince(new Date(0)));
      expect(error.code).toBe('CrmAnswerUnreadable');
      expect(endless.calls).toHaveLength(100);
    } finally {
      await endless.stop();
    }
  });
});

function json(body: unknown) {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

describe('a CRM that', () => {
  it.each([
    ['is broken', { kind: 'server-error' }, 'CrmUnreachable'],
    ['cuts the connection', { kind: 'cut' }, 'CrmUnreachable'],
    ['asks to slow down', { kind: 'rate-limit', retryAfterSeconds: 7 }, 'CrmRateLimited'],
    ['takes no token', { kind: 'unauthorised' }, 'CrmUnauthorised'],
    ['answers with half of its JSON', { kind: 'broken-json' }, 'CrmAnswerUnreadable'],
  ])('%s is asked once, and the next time it works', async (_what, fault, code) => {
    await put('deals', 1, won());
    await control('POST', 'faults', fault);
    const error = await failureOf(reader().readDeal('1'));
    expect(error.code).toBe(code);
    expect(error.retryAfterMs).toBe(code === 'CrmRateLimited' ? 7000 : undefined);
    const paths = (await called()).map((url) => url.split('?')[0]);
    expect(paths).toHaveLength(new Set(paths).size);
    await expect(reader().readDeal('1')).resolves.toMatchObject({ isWon: true });
  });

  it('fails at the deal says so, whatever it says of what belongs to it', async () => {
    await put('deals', 1, won());
    await control('POST', 'faults', { kind: 'server-error', path: '/associations/', times: null });
    await control('POST', 'faults', {
      kind: 'rate-limit',
      retryAfterSeconds: 7,
      path: '/v3/objects/deals/1',
    });
    expect(await failureOf(reader().readDeal('1'))).toMatchObject({
      code: 'CrmRateLimited',
      retryAfterMs: 7000,
    });
  });

  it('has no such deal says so, whatever it says of what belongs to it', async () => {
    await control('POST', 'faults', { kind: 'server-error', path: '/associations/', times: null });
    expect(await reader().readDeal('1')).toBeUndefined();
  });

  it.each(['/associations/line_items', '/associations/companies', '/line_items/batch', '/companies/'])(
    'fails at %s gives no half of a deal',
    async (path) => {
      const associations = { line_items: ['1'], companies: [{ id: 311, primary: true }] };
      await put('deals', 1, won({ associations }));
      await put('line_items', 1, { properties: {} });
      await control('POST', 'faults', { kind: 'server-error', path });
      expect((await failureOf(reader().readDeal('1'))).code).toBe('CrmUnreachable');
    },
  );

  it('hangs is given up', async () => {
    await control('POST', 'faults', { kind: 'hang' });
    const impatient = new HubspotReader(hubspotSource({ api: crm.url }), FIELDS, 200);
    const error = await failureOf(impatient.readDeal('1'));
    expect(error.code).toBe('CrmUnreachable');
    expect(error.message).toContain('no answer within 0.2 s');
  });

  it('is not there at all is unreachable', async () => {
    const gone = new HubspotReader(hubspotSource({ api: 'http://127.0.0.1:1' }), FIELDS);
    const error = await failureOf(gone.wonSince(new Date()));
    expect(error.code).toBe('CrmUnreachable');
    expect(error.message).toContain('ECONNREFUSED');
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('hubspot-token');
  });

  it('gets a wrong token keeps it to itself', async () => {
    const error = await failureOf(reader(FIELDS, 'wrong-token-of-mine').readDeal('1'));
    expect(error.code).toBe('CrmUnauthorised');
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('wrong-token-of-mine');
  });
});

describe('an answer of somebody else', () => {
  let other: Receiver;
  afterEach(() => other.stop());

  const answering = async (status: number, body: string) => {
    const headers = { 'content-type': 'application/json', location: '/elsewhere' };
    other = await Receiver.start(() => ({ status, headers, body }));
    return new HubspotReader(hubspotSource({ api: other.url }), FIELDS);
  };

  it.each([
    // A wrong address must not look like a deal that is gone.
    [404, '<h1>Not Found</h1>'],
    [404, '{"message":"Route not found"}'],
    [404, '{"status":"error","message":"No such route","correlationId":"a"}'],
    [400, '{"status":"error","message":"Invalid input","correlationId":"a","category":"VALIDATION_ERROR"}'],
    [204, ''],
    [302, ''],
    [200, '<h1>Sign in</h1>'],
    [200, '[]'],
    [200, '{"id":"1"}'],
    [200, '{"id":"1","properties":{}}'],
  ])('is no deal: %s %s', async (status, body) => {
    const elsewhere = await answering(status, body);
    const error = await failureOf(elsewhere.readDeal('1'));
    expect(error.code).toBe('CrmAnswerUnreadable');
    expect(error.message).toContain('at deals/{id} ');
    expect(error.message).not.toContain('Route');
  });

  it('of another deal is none: HubSpot answers so when a deal was merged into another', async () => {
    const merged = await answering(200, '{"id":"2","properties":{"hs_is_closed_won":"true"}}');
    expect(await merged.readDeal('1')).toBeUndefined();
  });

  it.each([
    '{"status":"error","message":"resource not found","correlationId":"a"}',
    '{"status":"error","message":"Object not found.","correlationId":"a","category":"OBJECT_NOT_FOUND"}',
  ])("is HubSpot's own word that there is no such deal: %s", async (body) => {
    expect(await (await answering(404, body)).readDeal('1')).toBeUndefined();
  });

  it.each([423, 477, 503, 521])('%i asks to come again', async (status) => {
    expect((await failureOf((await answering(status, '')).readDeal('1'))).code).toBe('CrmUnreachable');
  });

  it.each([
    '{}',
    '{"results":{}}',
    '{"results":[7]}',
    '{"results":[{"properties":{}}]}',
    '{"results":[{"id":"1","properties":{}}],"paging":{"next":{"after":"1"}}}',
  ])('is no list: %s', async (body) => {
    const elsewhere = await answering(200, body);
    expect((await failureOf(elsewhere.wonSince(new Date(0)))).code).toBe('CrmAnswerUnreadable');
  });
});

describe('the sender', () => {
  async function delivered(answer: (call: number) => { status: number }, state: string, change = {}) {
    const receiver = await Receiver.start(answer);
    try {
      await control('POST', 'deliveries', {
        to: receiver.webhook,
        timeScale: 0.000_000_1,
        secret: hubspotSource().secrets[0],
        events: [
          { portalId: 62515, objectId: '9007199254740993', propertyName: 'dealstage', propertyValue: 'won' },
        ],
        ...change,
      });
      await until(`the delivery is ${state}`, async () => {
        const [delivery] = (await control('GET', 'deliveries')) as { state: string }[];
        return delivery?.state === state;
      });
    } finally {
      await receiver.stop();
    }
    return receiver;
  }

  it('tries again after 503, counting its attempts, and each is signed anew', async () => {
    const publicUrl = 'https://hooks.example.com/webhooks/sales?for=a%3Ab%20c';
    const { calls } = await delivered((call) => ({ status: call < 3 ? 503 : 200 }), 'delivered', {
      publicUrl,
    });
    const events = calls.map(
      ({ body }) => (JSON.parse(body.toString()) as { eventId: number; attemptNumber: number }[])[0]!,
    );
    expect(events.map(({ attemptNumber }) => attemptNumber)).toEqual([0, 1, 2]);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(1);
    const times = calls.map(({ headers }) => Number(headers['x-hubspot-request-timestamp']));
    expect(new Set(times).size).toBe(3);
    const account = hubspotReceiver(hubspotSource(), publicUrl);
    for (const call of calls) {
      expect(call.headers['x-hubspot-signature-version']).toBe('v1');
      const received = account.receive({ ...call, receivedAt: new Date() });
      expect(received.events).toEqual([{ dealId: '9007199254740993', kind: 'won' }]);
    }
  });

  it('signs the address that it calls where no other is given', async () => {
    const { calls, webhook } = await delivered(() => ({ status: 200 }), 'delivered');
    const account = hubspotReceiver(hubspotSource(), webhook);
    expect(account.receive({ ...calls[0]!, receivedAt: new Date() }).events).toHaveLength(1);
  });

  it('gives up after ten more attempts, also where it is refused', async () => {
    const { calls } = await delivered(() => ({ status: 401 }), 'given-up');
    expect(calls).toHaveLength(11);
  });
});

describe('a deal whose texts bring along what nobody can see', () => {
  it('is read without it, and an empty property is absent', async () => {
    const properties = { hs_is_closed_won: 'true\u200b', dealname: 'Pump\u00a0upgrade', amount: '\u200b' };
    await put('deals', 1, won({ properties, associations: { line_items: ['1'] } }));
    await put('line_items', 1, { properties: { hs_sku: '\u200eP-\u00adULT', quantity: '100\u200b' } });
    expect(await reader().readDeal('1')).toMatchObject({
      ...{ isWon: true, fields: { dealname: 'Pump upgrade' } },
      lineItems: [{ sku: 'P-ULT', quantity: '100' }],
    });
  });

  it.each(['2026-11-23T09:14:02.120+0000', '2026-11-23 09:14:02.12z', '2026-11-23T10:14:02.120+01'])(
    'is won since the moment that is written as %s',
    async (timestamp) => {
      await put('deals', 1, won({ history: [{ ...STAGE, timestamp }, OPEN] }));
      expect(await reader().readDeal('1')).toMatchObject({ wonAt: '2026-11-23T09:14:02.120Z' });
    },
  );
});
