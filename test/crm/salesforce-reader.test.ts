import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { salesforceReceiver } from '../../crm/salesforce/receiver';
import { SalesforceReader } from '../../crm/salesforce/reader';
import type { NamedFields } from '../../crm/license-rules';
import type { ReadingSalesforce } from '../../crm/source';
import { salesforce } from '../../dev/fake-crms/salesforce';
import { startFakeCrms, type FakeCrms } from '../../dev/fake-crms/server';
import { until } from '../support/until';
import { Receiver } from './receiver';
import { salesforceSource } from './salesforce-source';
import { failureOf, switchesOf } from './switches';

const DEAL = '006AA00000xyzABYAY';
const ACCOUNT = '001AA00000xyzABYAY';
const FIELDS: NamedFields = {
  deal: ['Name', 'Amount', 'Serial__c', 'IsPrivate', 'owner.email', 'isWon', 'NextStep'],
  company: ['Name', 'Parent.Name', 'BillingCity'],
};
const NO_FIELDS: NamedFields = { deal: [], company: [] };
const WON = { StageName: 'Closed Won', IsWon: true, LastModifiedDate: '2026-11-23T10:00:00.000+0000' };

let crm: FakeCrms;
beforeEach(async () => {
  crm = await startFakeCrms([salesforce], { port: 0 });
});
afterEach(() => crm.close());

const reader = (fields = NO_FIELDS, change: Partial<ReadingSalesforce> = {}, deadlineMs?: number) =>
  new SalesforceReader(salesforceSource({ api: crm.url, ...change }), fields, deadlineMs);

const { control, put, called: calledAt } = switchesOf('salesforce', () => crm.url);

/** Ids of one object, in order. */
const id = (prefix: string, n: number) => `${prefix}AA0000000${String(n).padStart(3, '0')}`;

async function putHistory(entries: [stage: string, at: string][], deal = DEAL, first = 0): Promise<void> {
  for (const [n, [StageName, CreatedDate]] of entries.entries()) {
    await put('OpportunityHistory', id('008', first + n), { OpportunityId: deal, StageName, CreatedDate });
  }
}

/** The paths of the API that were called. */
async function called(): Promise<string[]> {
  return (await calledAt()).map((url) => url.split('?')[0]!);
}

const tokensAsked = async () => (await called()).filter((path) => path.endsWith('/oauth2/token')).length;

describe('a deal', () => {
  it('is read with its named fields, company and positions', async () => {
    await put('Account', ACCOUNT, {
      Name: 'Acme',
      ParentId: id('001', 2),
      BillingCity: null,
      Tax__c: 'private',
    });
    await put('Account', id('001', 2), { Name: 'Acme Holding' });
    await put('User', id('005', 1), { Email: 'kim@acme.example' });
    await put('Opportunity', DEAL, {
      ...WON,
      Name: 'Pump upgrade',
      Amount: 14250.5,
      Serial__c: ' 3651E1292455 ',
      IsPrivate: false,
      AccountId: ACCOUNT,
      OwnerId: id('005', 1),
      Secret__c: 'of the house',
    });
    await put('Product2', id('01t', 1), { Name: 'Ultimate Plan' });
    await put('OpportunityLineItem', id('00k', 1), {
      OpportunityId: DEAL,
      Product2Id: id('01t', 1),
      ProductCode: 'P-ULT',
      Quantity: 100,
    });
    await put('OpportunityLineItem', id('00k', 2), { OpportunityId: DEAL, Quantity: 1.5 });
    await put('OpportunityLineItem', id('00k', 3), { OpportunityId: id('006', 9), ProductCode: 'P-OTHER' });
    await putHistory([['Closed Won', '2026-11-23T09:14:02.000+0000']]);

    expect(await reader(FIELDS).readDeal(DEAL)).toEqual({
      dealId: DEAL,
      isWon: true,
      wonAt: '2026-11-23T09:14:02.000Z',
      fields: {
        Name: 'Pump upgrade',
        Amount: '14250.5',
        Serial__c: '3651E1292455',
        IsPrivate: 'false',
        'owner.email': 'kim@acme.example',
        isWon: 'true',
      },
      company: { Name: 'Acme', 'Parent.Name': 'Acme Holding' },
      lineItems: [{ sku: 'P-ULT', name: 'Ultimate Plan', quantity: '100' }, { quantity: '1.5' }],
    });
    expect(await called()).toEqual(['/services/oauth2/token', '/services/data/v60.0/query']);
  });

  it('tells its type, its record type and the type of its account, by which rules know its operation', async () => {
    const RecordTypeId = id('012', 1);
    await put('RecordType', RecordTypeId, { Name: 'A renewal', DeveloperName: 'Renewal' });
    await put('Account', ACCOUNT, { Type: 'Customer - Direct' });
    const Type = 'Existing Customer - Upgrade';
    await put('Opportunity', DEAL, { ...WON, AccountId: ACCOUNT, Type, RecordTypeId });
    const named = { deal: ['Type', 'RecordType.DeveloperName'], company: ['Type'] };
    expect(await reader(named).readDeal(DEAL)).toMatchObject({
      fields: { Type, 'RecordType.DeveloperName': 'Renewal' },
      company: { Type: 'Customer - Direct' },
    });
  });

  it('has its numbers in digits, however Salesforce writes them; text stays as it is', async () => {
    const numbers = {
      PO__c: 7781,
      Serial__c: 3651120292455,
      Share__c: 12.5,
      Limit__c: 12345678.5,
      Years__c: 2,
    };
    await put('Opportunity', DEAL, { ...WON, ...numbers, Ref__c: '7781.0', Big__c: '1.23456789E8' });
    const deal = ['PO__c', 'Serial__c', 'Share__c', 'Limit__c', 'Years__c', 'Ref__c', 'Big__c'];
    expect((await reader({ deal, company: [] }).readDeal(DEAL))?.fields).toEqual({
      PO__c: '7781',
      Serial__c: '3651120292455',
      Share__c: '12.5',
      Limit__c: '12345678.5',
      Years__c: '2',
      Ref__c: '7781.0',
      Big__c: '1.23456789E8',
    });
  });

  it('is read by the short form of its id, too', async () => {
    await put('Opportunity', DEAL, WON);
    expect((await reader().readDeal(DEAL.slice(0, 15)))?.isWon).toBe(true);
  });

  it('without company and positions has none', async () => {
    await put('sobjects', 'Opportunity', { fields: ['Serial__c', 'IsPrivate'] });
    await put('Opportunity', DEAL, { ...WON, Name: 'Pump' });
    expect(await reader(FIELDS).readDeal(DEAL)).toEqual({
      dealId: DEAL,
      isWon: true,
      wonAt: '2026-11-23T10:00:00.000Z',
      fields: { Name: 'Pump', isWon: 'true' },
      company: {},
      lineItems: [],
    });
  });

  it('that is not won says so, whatever its stage is called', async () => {
    await put('Opportunity', DEAL, { StageName: 'Closed Won', IsWon: false });
    await putHistory([['Closed Won', '2026-11-23T09:14:02.000+0000']]);
    expect(await reader().readDeal(DEAL)).toEqual({
      dealId: DEAL,
      isWon: false,
      fields: {},
      company: {},
      lineItems: [],
    });
  });

  it('that is not there, or in the recycle bin, is none', async () => {
    await put('Opportunity', DEAL, { ...WON, IsDeleted: true });
    expect(await reader().readDeal(DEAL)).toBeUndefined();
    expect(await reader().readDeal(id('006', 7))).toBeUndefined();
  });

  it.each(["006' OR Id != '", '006', '', `${DEAL}1`, '006AA00000xyzAB\n', '006AA00000xyzABY'])(
    'is not asked for with an id like %p',
    async (dealId) => {
      expect(await reader().readDeal(dealId)).toBeUndefined();
      expect(await called()).toEqual([]);
    },
  );

  it('has its positions of all pages', async () => {
    await put('Opportunity', DEAL, WON);
    const codes = Array.from({ length: 60 }, (_, n) => `P-${n}`);
    for (const [n, ProductCode] of codes.entries()) {
      await put('OpportunityLineItem', id('00k', n), { OpportunityId: DEAL, ProductCode, Quantity: n });
    }
    const deal = await reader().readDeal(DEAL);
    expect(deal?.lineItems.map(({ sku }) => sku)).toEqual(codes);
    expect(await called()).toHaveLength(4);
  });
});

describe('when it was won', () => {
  const wonAt = async (entries: [string, string][]) => {
    await put('Opportunity', DEAL, WON);
    await putHistory(entries);
    return (await reader().readDeal(DEAL))?.wonAt;
  };

  it('is not moved by later edits in that stage', async () => {
    expect(
      await wonAt([
        ['Closed Won', '2026-11-23T11:00:00.000+0000'],
        ['Negotiation', '2026-11-20T09:00:00.000+0000'],
        ['Closed Won', '2026-11-23T09:14:02.000+0000'],
        ['Closed Won', '2026-11-23T10:00:00.000+0000'],
      ]),
    ).toBe('2026-11-23T09:14:02.000Z');
  });

  it('is the last time when it was won again', async () => {
    expect(
      await wonAt([
        ['Closed Won', '2026-11-01T09:00:00.000+0000'],
        ['Negotiation', '2026-11-10T09:00:00.000+0000'],
        ['Closed Won', '2026-11-20T09:00:00.000+0000'],
      ]),
    ).toBe('2026-11-20T09:00:00.000Z');
  });

  it('is found on a later page of a long history', async () => {
    const edits = Array.from({ length: 40 }, (_, n): [string, string] => [
      'Closed Won',
      new Date(Date.UTC(2026, 10, 23, 9, n)).toISOString().replace('Z', '+0000'),
    ]);
    expect(await wonAt([['Negotiation', '2026-11-01T09:00:00.000+0000'], ...edits])).toBe(
      '2026-11-23T09:00:00.000Z',
    );
  });

  it.each([
    ['first', ['Closed Won', 'Negotiation']],
    ['last', ['Negotiation', 'Closed Won']],
  ])('is told when another stage was left in the same second, and comes %s', async (_place, stages) => {
    const second = '2026-11-23T09:14:02.000+0000';
    expect(await wonAt(stages.map((stage) => [stage, second]))).toBe('2026-11-23T09:14:02.000Z');
  });

  const WON_STAGE = { IsWon: true, IsClosed: true };
  const timesOf = async (entries: [string, string][], stage = 'Delivered') => {
    await put('OpportunityStage', '01J000000000101AAA', {
      ApiName: 'Delivered',
      MasterLabel: 'Geliefert',
      ...WON_STAGE,
    });
    await put('OpportunityStage', '01J000000000102AAA', {
      ApiName: 'Won_EU',
      MasterLabel: 'Won (EU)',
      ...WON_STAGE,
      IsActive: false,
    });
    await put('OpportunityStage', '01J000000000103AAA', { ApiName: 'A', MasterLabel: 'Twice', ...WON_STAGE });
    await put('OpportunityStage', '01J000000000104AAA', { ApiName: 'B', MasterLabel: 'Twice', IsWon: false });
    await put('Opportunity', DEAL, { ...WON, StageName: stage });
    await putHistory(entries.map(([name, day]) => [name, `2026-11-${day}T09:00:00.000+0000`]));
    const [swept] = await reader().wonSince(new Date(0));
    const { wonAt, wonFrom } = (await reader().readDeal(DEAL))!;
    // A sweep goes by the same time.
    expect(swept?.wonAt).toBe(wonAt);
    return { wonAt, wonFrom };
  };
  const day = (n: number) => `2026-11-${n}T09:00:00.000Z`;

  it.each<[string, [string, string][]]>([
    [
      'from one to another',
      [
        ['Prospecting', '10'],
        ['Closed Won', '20'],
        ['Delivered', '24'],
      ],
    ],
    [
      'from one that is not in use any more',
      [
        ['Prospecting', '10'],
        ['Won_EU', '20'],
        ['Delivered', '24'],
      ],
    ],
    [
      'from one that its history knows by its label',
      [
        ['Prospecting', '10'],
        ['Won (EU)', '20'],
        ['Delivered', '24'],
      ],
    ],
    [
      'back and forth',
      [
        ['Closed Lost', '10'],
        ['Delivered', '20'],
        ['Closed Won', '22'],
        ['Delivered', '24'],
      ],
    ],
    [
      'and was created in one',
      [
        ['Closed Won', '20'],
        ['Delivered', '24'],
      ],
    ],
  ])('is when the first of its won stages was entered: it moved %s', async (_what, entries) => {
    expect(await timesOf(entries)).toEqual({ wonAt: day(20), wonFrom: undefined });
  });

  it('is the last time when it was lost between two won stages', async () => {
    const entries: [string, string][] = [
      ['Closed Won', '20'],
      ['Closed Lost', '22'],
      ['Delivered', '24'],
    ];
    expect(await timesOf(entries)).toEqual({ wonAt: day(24), wonFrom: undefined });
  });

  it.each(['Deleted stage', 'Twice'])(
    'is in doubt when nobody can tell whether "%s" is a won stage',
    async (stage) => {
      const entries: [string, string][] = [
        ['Prospecting', '10'],
        ['Closed Won', '20'],
        [stage, '22'],
        ['Delivered', '24'],
      ];
      expect(await timesOf(entries)).toEqual({ wonAt: day(24), wonFrom: day(20) });
    },
  );

  it('is in doubt when a stage was changed since the deal left it', async () => {
    const entries: [string, string][] = [
      ['Closed Won', '20'],
      ['Recalled', '22'],
      ['Delivered', '24'],
    ];
    const recalled = { ApiName: 'Recalled', MasterLabel: 'Recalled', IsWon: false };
    const changed = (LastModifiedDate: string) =>
      put('OpportunityStage', '01J000000000105AAA', { ...recalled, LastModifiedDate });
    await changed('2026-11-24T08:00:00.000+0000');
    expect(await timesOf(entries)).toEqual({ wonAt: day(24), wonFrom: undefined });
    await changed('2026-11-24T10:00:00.000+0000');
    expect(await timesOf(entries)).toEqual({ wonAt: day(24), wonFrom: day(20) });
  });

  it('is not told by the history of another stage', async () => {
    expect(await wonAt([['Won (partner)', '2026-11-23T09:14:02.000+0000']])).toBeUndefined();
  });
});

describe('a sweep', () => {
  it('finds the deals won and changed since, on all pages', async () => {
    const deals = Array.from({ length: 60 }, (_, n) => `006AA0000000${String(n).padStart(3, '0')}YAA`);
    for (const deal of deals) await put('Opportunity', deal, WON);
    await putHistory([['Closed Won', '2026-11-23T09:14:02.000+0000']], deals[0]);
    const early = { ...WON, LastModifiedDate: '2026-11-22T10:00:00.000+0000' };
    await put('Opportunity', id('006', 901), early);
    await put('Opportunity', id('006', 902), { ...WON, IsWon: false });
    await put('Opportunity', id('006', 903), { ...WON, IsDeleted: true });

    const swept = await reader().wonSince(new Date('2026-11-23T10:00:00.000Z'));
    expect(swept.map(({ dealId }) => dealId)).toEqual(deals);
    expect(swept.slice(0, 2)).toEqual([
      { dealId: deals[0], wonAt: '2026-11-23T09:14:02.000Z' },
      { dealId: deals[1], wonAt: '2026-11-23T10:00:00.000Z' },
    ]);
    expect(await called()).toHaveLength(4);
  });

  it('finds nothing where nothing was won', async () => {
    expect(await reader().wonSince(new Date())).toEqual([]);
  });

  it('takes no deal whose id does not fit its last three characters: it may be another one', async () => {
    await put('Opportunity', DEAL.toLowerCase(), WON);
    const failure = await failureOf(reader().wonSince(new Date(0)));
    expect(failure.code).toBe('CrmAnswerUnreadable');
  });

  it('takes the time to the millisecond', async () => {
    await put('Opportunity', DEAL, WON);
    expect(await reader().wonSince(new Date('2026-11-23T10:00:00.001Z'))).toEqual([]);
  });
});

describe('a token', () => {
  it('is got once for calls at the same time, and kept', async () => {
    await put('Opportunity', DEAL, WON);
    const one = reader();
    await Promise.all([one.readDeal(DEAL), one.readDeal(DEAL), one.wonSince(new Date(0))]);
    await one.readDeal(DEAL);
    expect(await tokensAsked()).toBe(1);
  });

  it('that expires between two pages is renewed, and nothing is lost or read twice', async () => {
    await put('Opportunity', DEAL, WON);
    for (let n = 0; n < 60; n++) await put('OpportunityLineItem', id('00k', n), { OpportunityId: DEAL });
    await control('POST', 'faults', { kind: 'unauthorised', path: '/query/' });
    expect((await reader().readDeal(DEAL))?.lineItems).toHaveLength(60);
    expect(await tokensAsked()).toBe(2);
  });

  it('that expires for several calls at once is renewed once', async () => {
    await put('Opportunity', DEAL, WON);
    const one = reader();
    await one.readDeal(DEAL);
    await control('POST', 'faults', { kind: 'unauthorised', path: '/query', times: 3 });
    await Promise.all([one.readDeal(DEAL), one.readDeal(DEAL), one.readDeal(DEAL)]);
    expect(await tokensAsked()).toBe(2);
  });

  it('that is refused when it is new, too, is not renewed for ever', async () => {
    await control('POST', 'faults', { kind: 'unauthorised', path: '/query', times: null });
    expect((await failureOf(reader().readDeal(DEAL))).code).toBe('CrmUnauthorised');
    expect(await tokensAsked()).toBe(2);
  });

  it('that could not be got is asked for the next time', async () => {
    await put('Opportunity', DEAL, WON);
    await control('POST', 'faults', { kind: 'server-error', path: '/token' });
    const one = reader();
    expect((await failureOf(one.readDeal(DEAL))).code).toBe('CrmUnreachable');
    expect((await one.readDeal(DEAL))?.isWon).toBe(true);
  });

  it.each([{ clientId: 'guessed-client' }, { clientSecret: 'guessed-secret' }])(
    'is not given to %p, and the error keeps it to itself',
    async (wrong) => {
      const error = await failureOf(reader(NO_FIELDS, wrong).readDeal(DEAL));
      expect(error.code).toBe('CrmUnauthorised');
      expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(
        /guessed|salesforce-(client|secret)/,
      );
    },
  );
});

describe('a CRM that', () => {
  it.each([
    ['is broken', { kind: 'server-error' }, 'CrmUnreachable'],
    ['cuts the connection', { kind: 'cut' }, 'CrmUnreachable'],
    ['asks to slow down', { kind: 'rate-limit', retryAfterSeconds: 7 }, 'CrmRateLimited'],
    ['answers with half of its JSON', { kind: 'broken-json' }, 'CrmAnswerUnreadable'],
  ])('%s is asked once, at either address, and the next time it works', async (_what, fault, code) => {
    await put('Opportunity', DEAL, WON);
    const one = reader();
    for (const [calls, path] of [
      [1, '/token'],
      [3, '/query'],
    ] as const) {
      await control('POST', 'faults', { ...fault, path });
      const error = await failureOf(one.readDeal(DEAL));
      expect(error.code).toBe(code);
      expect(error.retryAfterMs).toBe(code === 'CrmRateLimited' ? 7000 : undefined);
      expect(await called()).toHaveLength(calls);
    }
    await expect(one.readDeal(DEAL)).resolves.toMatchObject({ isWon: true });
  });

  it('fails on a later page gives no half of a deal', async () => {
    await put('Opportunity', DEAL, WON);
    for (let n = 0; n < 30; n++) await put('OpportunityLineItem', id('00k', n), { OpportunityId: DEAL });
    await control('POST', 'faults', { kind: 'server-error', path: '/query/' });
    expect((await failureOf(reader().readDeal(DEAL))).code).toBe('CrmUnreachable');
  });

  it.each(['/token', '/query'])('hangs at %s is given up at the deadline', async (path) => {
    await control('POST', 'faults', { kind: 'hang', path });
    const error = await failureOf(reader(NO_FIELDS, {}, 300).readDeal(DEAL));
    expect(error.code).toBe('CrmUnreachable');
    expect(error.message).toContain('no answer within 0.3 s');
  });

  it('stops in the middle of its answer is given up at the deadline, too', async () => {
    const server = http.createServer((_request, response) =>
      response.writeHead(200).write('{"access_token":'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const error = await failureOf(reader(NO_FIELDS, { api }, 300).readDeal(DEAL));
      expect([error.code, error.message]).toEqual(['CrmUnreachable', expect.stringContaining('0.3 s')]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('is not there at all is unreachable, and the error does not tell the secret', async () => {
    const error = await failureOf(reader(NO_FIELDS, { api: 'http://127.0.0.1:1' }).readDeal(DEAL));
    expect(error.code).toBe('CrmUnreachable');
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/salesforce-(client|secret)/);
  });

  it.each([
    ['deal', { deal: ['Serial__c'], company: [] }, 'Serial__c'],
    ['company', { deal: [], company: ['Tier__c'] }, 'Tier__c'],
    ['related record', { deal: ['Partner__r.Name'], company: [] }, 'Partner__r'],
  ])('does not know a field of the %s is named with it', async (_what, fields, name) => {
    const error = await failureOf(reader(fields).readDeal(DEAL));
    expect(error.code).toBe('CrmAnswerUnreadable');
    expect(error.message).toContain(name);
    expect(error.message).not.toContain('SELECT');
  });
});

describe('field names', () => {
  it.each(['Id FROM User --', 'Name, Secret__c', 'a.b.c', '', '1st', 'Näme', 'Name)', "x'"])(
    '%p is none of Salesforce',
    (name) => {
      for (const fields of [
        { deal: [name], company: [] },
        { deal: [], company: [name] },
      ]) {
        expect(() => new SalesforceReader(salesforceSource(), fields)).toThrow(
          expect.objectContaining({ code: 'FieldNameWrong' }) as Error,
        );
      }
    },
  );
});

describe('an answer of somebody else', () => {
  let other: Receiver;
  afterEach(() => other.stop());

  const TOKEN = { status: 200, body: '{"access_token":"token-of-mine"}' };
  const answering = async (status: number, body: string) => {
    const headers = { location: 'http://127.0.0.1:1/' };
    other = await Receiver.start((call) => (call === 1 ? TOKEN : { status, headers, body }));
    return reader(NO_FIELDS, { api: `${other.url}/` });
  };
  const page = (row: object, more: object = { done: true }) => JSON.stringify({ ...more, records: [row] });
  const OPPORTUNITY = {
    Id: DEAL,
    IsWon: true,
    StageName: 'Won',
    OpportunityLineItems: null,
    OpportunityHistories: null,
  };

  it('reads as a deal when it is one', async () => {
    const elsewhere = await answering(200, page(OPPORTUNITY));
    expect((await elsewhere.readDeal(DEAL))?.isWon).toBe(true);
    expect(other.calls[1]?.headers.authorization).toBe('Bearer token-of-mine');
  });

  it.each<[number, string]>([
    // A wrong address must not look like a deal that is gone.
    [404, '<h1>Not Found</h1>'],
    [404, '[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]'],
    [302, ''],
    [204, ''],
    [300, '[]'],
    [400, '[{"errorCode":"MALFORMED_QUERY","message":"unexpected token: secret"}]'],
    [200, '<h1>Sign in</h1>'],
    [200, '[]'],
    [200, '{"done":true}'],
    [200, '{"done":true,"records":null}'],
    [200, '{"done":true,"records":[7]}'],
    [200, '{"done":false,"records":[]}'],
    [200, '{"done":false,"records":[],"nextRecordsUrl":"http://127.0.0.1:1/services/data/v60.0/query/x"}'],
    [200, '{"done":false,"records":[],"nextRecordsUrl":"//127.0.0.1:1/services/data/v60.0/query/x"}'],
    [200, page({ ...OPPORTUNITY, Id: '006AA00000abcABYAY' })],
    [200, page({ ...OPPORTUNITY, IsWon: 'true' })],
    [200, page({ ...OPPORTUNITY, OpportunityLineItems: undefined })],
    [200, page({ ...OPPORTUNITY, OpportunityHistories: { done: true, records: [{ StageName: 'Won' }] } })],
    [
      200,
      page({
        ...OPPORTUNITY,
        OpportunityHistories: {
          done: true,
          records: [{ StageName: 'Won', CreatedDate: '2026-11-23 09:14' }],
        },
      }),
    ],
  ])('is no deal: %s %s', async (status, body) => {
    const elsewhere = await answering(status, body);
    const error = await failureOf(elsewhere.readDeal(DEAL));
    expect(error.code).toBe('CrmAnswerUnreadable');
    expect(error.message).not.toMatch(/token-of-mine|secret/);
    expect(other.calls).toHaveLength(2);
  });

  it('whose pages go round in circles is given up', async () => {
    const next = { done: false, nextRecordsUrl: '/services/data/v60.0/query/round-25' };
    const elsewhere = await answering(200, page(OPPORTUNITY, next));
    expect((await failureOf(elsewhere.wonSince(new Date(0)))).message).toContain('circles');
  });

  it.each<[number, string, string]>([
    [
      403,
      '[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"TotalRequests Limit exceeded."}]',
      'CrmRateLimited',
    ],
    [403, '[{"errorCode":"API_DISABLED_FOR_ORG","message":"of the house"}]', 'CrmUnauthorised'],
    [503, '[{"errorCode":"SERVER_UNAVAILABLE","message":"of the house"}]', 'CrmUnreachable'],
    [502, '<h1>Bad Gateway</h1>', 'CrmUnreachable'],
  ])('%s %s is %s', async (status, body, code) => {
    const elsewhere = await answering(status, body);
    const error = await failureOf(elsewhere.readDeal(DEAL));
    expect([error.code, error.retryAfterMs]).toEqual([code, undefined]);
    expect(error.message).not.toContain('of the house');
  });

  it.each([
    [200, '{}', 'CrmAnswerUnreadable'],
    [200, '<h1>Sign in</h1>', 'CrmAnswerUnreadable'],
    [404, '<h1>Not Found</h1>', 'CrmAnswerUnreadable'],
    [400, '<h1>Bad Request</h1>', 'CrmAnswerUnreadable'],
    [
      400,
      '{"error":"invalid_grant","error_description":"no client credentials user enabled"}',
      'CrmUnauthorised',
    ],
    [401, '{"error":"invalid_client"}', 'CrmUnauthorised'],
  ])('instead of a token, %s %s is %s', async (status, body, code) => {
    other = await Receiver.start(() => ({ status, body }));
    const error = await failureOf(reader(NO_FIELDS, { api: other.url }).readDeal(DEAL));
    expect(error.code).toBe(code);
    expect(other.calls).toHaveLength(1);
  });
});

describe('the fake CRM', () => {
  const ask = async (soql: string) => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'salesforce-client',
      client_secret: 'salesforce-secret',
    });
    const token = await fetch(`${crm.url}/services/oauth2/token`, { method: 'POST', body: form });
    const { access_token } = (await token.json()) as { access_token: string };
    const answer = await fetch(`${crm.url}/services/data/v60.0/query?q=${encodeURIComponent(soql)}`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    return { status: answer.status, text: await answer.text() };
  };

  it.each([
    ['', 'MALFORMED_QUERY'],
    ['SELECT', 'MALFORMED_QUERY'],
    ['SELECT Id FROM Opportunity WHERE', 'MALFORMED_QUERY'],
    ['SELECT Id FROM Opportunity; DROP', 'MALFORMED_QUERY'],
    ['SELECT Id, id FROM Opportunity', 'MALFORMED_QUERY'],
    ["SELECT Id FROM Opportunity WHERE Id = 'x", 'MALFORMED_QUERY'],
    ['SELECT * FROM Opportunity', 'MALFORMED_QUERY'],
    ["SELECT Id FROM Opportunity WHERE Id = '006'", 'INVALID_QUERY_FILTER_OPERATOR'],
    ['SELECT Id FROM Deal', 'INVALID_TYPE'],
    ['SELECT Id, (SELECT Id FROM Contacts) FROM Opportunity', 'INVALID_TYPE'],
    ['SELECT Nmae FROM Opportunity', 'INVALID_FIELD'],
    ['SELECT Id FROM Opportunity ORDER BY Nmae', 'INVALID_FIELD'],
    ['SELECT Company.Name FROM Opportunity', 'INVALID_FIELD'],
  ])('refuses %p as %s, as Salesforce would', async (soql, code) => {
    await put('Opportunity', DEAL, WON);
    const { status, text } = await ask(soql);
    expect([status, text]).toEqual([400, expect.stringContaining(`"errorCode":"${code}"`)]);
  });

  it('shows numbers with their decimal place, names in their own case, and attributes', async () => {
    await put('Opportunity', DEAL, { ...WON, Amount: 100 });
    const { text } = await ask('select AMOUNT, Account.Name from opportunity limit 1');
    expect(text).toContain('"Amount":100.0');
    expect(JSON.parse(text)).toEqual({
      totalSize: 1,
      done: true,
      records: [
        {
          attributes: { type: 'Opportunity', url: `/services/data/v60.0/sobjects/Opportunity/${DEAL}` },
          Amount: 100,
          Account: null,
        },
      ],
    });
  });
});

describe('the sender', () => {
  const source = salesforceSource();
  const account = salesforceReceiver(source);
  const message = { token: source.secrets[0], orgId: source.account, timeScale: 0.000_001 };

  const deliver = (to: string, more: object) => control('POST', 'deliveries', { to, ...message, ...more });
  const endOf = (state: string) =>
    until(`the delivery is ${state}`, async () => {
      const [delivery] = (await control('GET', 'deliveries')) as { state: string; attempts: unknown[] }[];
      return delivery?.state === state && delivery;
    });

  it('sends an Outbound Message until it is acknowledged: neither 200 nor Ack alone will do', async () => {
    let answer: { contentType: string; body: string } | undefined;
    const receiver = await Receiver.start((call) => {
      const { headers, body } = receiver.calls.at(-1)!;
      answer = account.receive({ headers, body, receivedAt: new Date() }).answer;
      const no = answer!.body.replace('true', 'false');
      return [
        { status: 200 },
        { status: 503, body: answer!.body },
        { status: 200, body: no },
        { status: 202, body: answer!.body },
        { status: 200, body: answer!.body },
      ][call - 1]!;
    });
    try {
      const opportunities = [
        { Id: DEAL, StageName: 'Won & "done" <1>', IsWon: true },
        { Id: id('006', 1), IsWon: false },
      ];
      await deliver(receiver.webhook, { kind: 'outbound-message', opportunities, prefix: 'ns1' });
      await endOf('delivered');
    } finally {
      await receiver.stop();
    }
    expect(receiver.calls).toHaveLength(5);
    const [first, ...later] = receiver.calls.map(({ body }) => body.toString());
    expect(first).toContain('xsi:type="ns1:Opportunity"');
    expect(new Set(first!.match(/04l\w+/g)).size).toBe(2);
    // The notification's id is what duplicates are known by.
    for (const one of later) expect(one).toBe(first);
    const { headers, body } = receiver.calls[0]!;
    expect(account.receive({ headers, body, receivedAt: new Date() }).events).toEqual([
      { dealId: DEAL, kind: 'won' },
      { dealId: `${id('006', 1)}YAA`, kind: 'changed' },
    ]);
  });

  it('gives up an Outbound Message after a day', async () => {
    const receiver = await Receiver.start(() => ({ status: 200 }));
    try {
      await deliver(receiver.webhook, { kind: 'outbound-message', opportunities: [{ Id: DEAL }] });
      await endOf('given-up');
    } finally {
      await receiver.stop();
    }
    const { rules } = salesforce.sender;
    const { retryAfterMs } = typeof rules === 'function' ? rules({ kind: 'outbound-message' }) : rules;
    expect(receiver.calls).toHaveLength(1 + retryAfterMs.length);
    const hours = retryAfterMs.map((ms) => ms / 3_600_000);
    expect(Math.max(...hours)).toBe(2);
    expect(hours.reduce((sum, gap) => sum + gap)).toBeGreaterThan(22);
    expect(hours.reduce((sum, gap) => sum + gap)).toBeLessThanOrEqual(24);
  });

  it('runs a callout again after 15, 30, 60 and 120 minutes, until it is answered with 2xx', async () => {
    const receiver = await Receiver.start((call) => ({ status: call < 5 ? 500 : 204 }));
    try {
      await deliver(receiver.webhook, { kind: 'callout', opportunities: [{ Id: DEAL }] });
      await endOf('delivered');
    } finally {
      await receiver.stop();
    }
    expect(receiver.calls).toHaveLength(5);
    for (const { headers, body } of receiver.calls) {
      expect(account.receive({ headers, body, receivedAt: new Date() }).events).toEqual([
        { dealId: DEAL, kind: 'won' },
      ]);
    }
  });
});

it('what nobody can see is no part of a field', async () => {
  await put('Opportunity', DEAL, { ...WON, Name: '\u200bPump\u00a0upgrade', Serial__c: '\u00ad' });
  const fields = { deal: ['Name', 'Serial__c'], company: [] };
  expect((await reader(fields).readDeal(DEAL))!.fields).toEqual({ Name: 'Pump upgrade' });
});
