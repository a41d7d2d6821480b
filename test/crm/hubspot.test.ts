import { Signature } from '@hubspot/api-client';
import { MessageRefused, type RawMessage } from '../../crm/deal-receiver';
import { hubspotReceiver } from '../../crm/hubspot/receiver';
import { hubspotSource } from './hubspot-source';

const PUBLIC_URL = 'https://hooks.example.com/crm/hubspot';
const [SECRET = '', OLD_SECRET = ''] = hubspotSource().secrets;
const account = hubspotReceiver(hubspotSource(), PUBLIC_URL);

/** At which the messages here come. */
const NOW = 1_795_392_000_000;

interface Signing {
  secret?: string;
  url?: string;
  method?: string;
  at?: number;
}

/** Signed by the official library. */
function signed(
  body: unknown,
  { secret = SECRET, url = PUBLIC_URL, method = 'POST', at = NOW }: Signing = {},
): RawMessage {
  const requestBody = typeof body === 'string' ? body : JSON.stringify(body);
  const options = { signature: '', clientSecret: secret, requestBody, url, timestamp: at };
  return {
    headers: {
      'x-hubspot-signature-version': 'v1',
      'x-hubspot-signature-v3': Signature.getSignature(method, 'v3', options),
      'x-hubspot-request-timestamp': String(at),
    },
    body: Buffer.from(requestBody),
    receivedAt: new Date(NOW),
  };
}

const EVENT = {
  eventId: 700100200,
  subscriptionId: 411022,
  portalId: 62515,
  appId: 880055,
  occurredAt: 1795427551123,
  subscriptionType: 'deal.propertyChange',
  attemptNumber: 0,
  objectId: 123,
  propertyName: 'dealstage',
  propertyValue: 'closedwon',
  changeSource: 'CRM_UI',
};

const won = (dealId: string) => ({ dealId, kind: 'won' });
const changed = (dealId: string) => ({ dealId, kind: 'changed' });

function refusalOf(one: RawMessage, by = account): MessageRefused {
  try {
    by.receive(one);
  } catch (error) {
    if (error instanceof MessageRefused) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

function withHeaders(message: RawMessage, headers: RawMessage['headers']): RawMessage {
  return { ...message, headers: { ...message.headers, ...headers } };
}

describe('signature v3', () => {
  const VECTOR: RawMessage = {
    headers: {
      'x-hubspot-signature-version': 'v1',
      'x-hubspot-signature': '2ab73054a1cebc7ecffe2589029d7f3e25babb0d55d2b25a921b8283bed72706',
      'x-hubspot-signature-v3': 'TtSWsEAcUajPTqpnzVJ562rXkaRxFakBDoU1UVB2kI4=',
      'x-hubspot-request-timestamp': '1795392000000',
    },
    body: Buffer.from(
      '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"deal.propertyChange","attemptNumber":0,"objectId":123,"propertyName":"dealstage","propertyValue":"closedwon","changeSource":"CRM_UI","appId":54321}]',
    ),
    receivedAt: new Date(NOW),
  };

  it('of the test vector is taken', () => {
    expect(account.receive(VECTOR).events).toEqual([won('123')]);
  });

  it('of the official library is taken', () => {
    expect(account.receive(signed([EVENT])).events).toEqual([won('123')]);
  });

  it.each([SECRET, OLD_SECRET])('is taken with either secret while one is being changed', (secret) => {
    expect(account.receive(signed([EVENT], { secret })).events).toHaveLength(1);
  });

  it.each([-300_000, 300_000])('is taken when the clocks differ by %i ms', (ms) => {
    expect(account.receive(signed([EVENT], { at: NOW + ms })).events).toHaveLength(1);
  });

  it('is over bytes, of any script', () => {
    expect(account.receive(signed([{ ...EVENT, propertyValue: 'gewonnen 🎉 Ω' }])).events).toHaveLength(1);
  });

  it('is over the address with its percent codes decoded, as far as HubSpot does', () => {
    const publicUrl = 'https://hooks.example.com/crm%2fhubspot?for=a%3Ab%2Cc%20d%3Dé%25';
    const decoded = 'https://hooks.example.com/crm/hubspot?for=a:b,c%20d%3Dé%25';
    const encoded = hubspotReceiver(hubspotSource(), publicUrl);
    expect(encoded.receive(signed([EVENT], { url: decoded })).events).toHaveLength(1);
    expect(refusalOf(signed([EVENT], { url: publicUrl }), encoded).code).toBe('NotAuthentic');
  });

  it('is over the public address, whatever the headers say of the host', () => {
    const forwarded = { host: 'evil.example.com', 'x-forwarded-host': 'evil.example.com' };
    const url = 'https://evil.example.com/crm/hubspot';
    expect(account.receive(withHeaders(signed([EVENT]), forwarded)).events).toHaveLength(1);
    expect(refusalOf(withHeaders(signed([EVENT], { url }), forwarded)).code).toBe('NotAuthentic');
  });

  const good = signed([EVENT]);
  it.each<[string, RawMessage]>([
    ['is wrong', withHeaders(good, { 'x-hubspot-signature-v3': 'AAAA' + 'A'.repeat(39) + '=' })],
    ['is missing', withHeaders(good, { 'x-hubspot-signature-v3': undefined })],
    ['is empty', withHeaders(good, { 'x-hubspot-signature-v3': '' })],
    [
      'has something behind it',
      withHeaders(
        good,
        signatureOf(good, (one) => `${one} `),
      ),
    ],
    ['is of another account', signed([EVENT], { secret: 'secret-of-another-app' })],
    ['is of another address', signed([EVENT], { url: 'https://hooks.example.com/crm/other' })],
    ['is of http', signed([EVENT], { url: PUBLIC_URL.replace('https', 'http') })],
    ['is of another method', signed([EVENT], { method: 'PUT' })],
    ['is of a body that was changed since', { ...good, body: Buffer.from(`${good.body.toString()} `) }],
    ['is stale', signed([EVENT], { at: NOW - 300_001 })],
    ['is of the future', signed([EVENT], { at: NOW + 300_001 })],
    ['is of another time', withHeaders(good, { 'x-hubspot-request-timestamp': String(NOW + 1) })],
    ['has no time', withHeaders(good, { 'x-hubspot-request-timestamp': undefined })],
    ['has a time that is none', signed([EVENT], { at: NaN })],
    ['has a time in seconds', signed([EVENT], { at: NOW / 1000 })],
    ['is only v1', { ...VECTOR, headers: { ...VECTOR.headers, 'x-hubspot-signature-v3': undefined } }],
  ])('that %s is refused, and nothing is told of it', (_what, message) => {
    const refusal = refusalOf(message);
    expect(refusal.code).toBe('NotAuthentic');
    expect(refusal.message).not.toMatch(/yyyy|old-secret|closedwon|[A-Za-z0-9+/]{43}=/);
  });

  it('is asked for before anything is read', () => {
    expect(refusalOf(signed('no JSON', { secret: 'guessed' })).code).toBe('NotAuthentic');
  });
});

function signatureOf({ headers }: RawMessage, change: (signature: string) => string) {
  return { 'x-hubspot-signature-v3': change(headers['x-hubspot-signature-v3'] ?? '') };
}

describe('an event', () => {
  const { subscriptionType: _renamed, ...nameless } = EVENT;
  const association = { ...EVENT, subscriptionType: 'deal.associationChange', objectId: undefined };
  const merge = { ...EVENT, subscriptionType: 'deal.merge', objectId: 200 };

  it.each<[string, object, unknown[]]>([
    ['a change of stage', EVENT, [won('123')]],
    ['of the older field name', { ...nameless, eventType: 'deal.propertyChange' }, [won('123')]],
    [
      'won by the property',
      { ...EVENT, propertyName: 'hs_is_closed_won', propertyValue: 'true' },
      [won('123')],
    ],
    [
      'no longer won by the property',
      { ...EVENT, propertyName: 'hs_is_closed_won', propertyValue: 'false' },
      [changed('123')],
    ],
    ['another property', { ...EVENT, propertyName: 'amount', propertyValue: '7' }, [changed('123')]],
    ['a creation', { ...EVENT, subscriptionType: 'deal.creation' }, [won('123')]],
    ['back from the bin', { ...EVENT, subscriptionType: 'deal.restore' }, [won('123')]],
    ['a deletion', { ...EVENT, subscriptionType: 'deal.deletion' }, [changed('123')]],
    [
      'of the new format',
      { ...EVENT, subscriptionType: 'object.propertyChange', objectTypeId: '0-3' },
      [won('123')],
    ],
    [
      'new, of the new format',
      { ...EVENT, subscriptionType: 'object.creation', objectTypeId: '0-3' },
      [won('123')],
    ],
    [
      'a line item that was added',
      { ...association, associationType: 'DEAL_TO_LINE_ITEM', fromObjectId: 123, toObjectId: 9 },
      [changed('123')],
    ],
    [
      'the other half of the pair',
      {
        ...association,
        subscriptionType: 'line_item.associationChange',
        associationType: 'LINE_ITEM_TO_DEAL',
        fromObjectId: 9,
        toObjectId: 123,
      },
      [changed('123')],
    ],
    [
      'a merge',
      { ...merge, primaryObjectId: 200, mergedObjectIds: [201, 202], newObjectId: 300 },
      [changed('201'), changed('202'), won('200'), won('300')],
    ],
    [
      'a merge without a new id',
      { ...merge, primaryObjectId: 200, mergedObjectIds: [201] },
      [changed('201'), won('200')],
    ],
  ])('%s', (_what, event, events) => {
    expect(account.receive(signed([event]))).toEqual({ events, irrelevant: 0, unreadable: [] });
  });

  it.each<[string, object]>([
    ['a contact', { ...EVENT, subscriptionType: 'contact.propertyChange' }],
    ['a company, in the new format', { ...EVENT, subscriptionType: 'object.creation', objectTypeId: '0-2' }],
    [
      'an association of no deal',
      { ...EVENT, subscriptionType: 'contact.associationChange', associationType: 'CONTACT_TO_COMPANY' },
    ],
    ['something to come', { ...EVENT, subscriptionType: 'deal.somethingElse' }],
    ['a deal of another portal', { ...EVENT, portalId: 62516 }],
  ])('of %s is of no interest', (_what, event) => {
    expect(account.receive(signed([event]))).toEqual({ events: [], irrelevant: 1, unreadable: [] });
  });

  it.each([
    ['closedwon', 'won'],
    ['4711', 'won'],
    ['appointmentscheduled', 'changed'],
  ])('of the stage %s, where won stages are named: %s', (propertyValue, kind) => {
    const source = hubspotSource({ wonStages: ['closedwon', '4711'] });
    const named = hubspotReceiver(source, PUBLIC_URL);
    expect(named.receive(signed([{ ...EVENT, propertyValue }])).events).toEqual([{ dealId: '123', kind }]);
  });
});

describe('a batch', () => {
  it('names each deal once, won before changed', () => {
    const amount = { ...EVENT, propertyName: 'amount' };
    const batch = [amount, EVENT, amount, EVENT, { ...amount, objectId: 124 }];
    expect(account.receive(signed(batch)).events).toEqual([won('123'), changed('124')]);
  });

  it('of a hundred events, one of them bad, gives the other 99', () => {
    const batch: unknown[] = Array.from({ length: 100 }, (_, index) => ({
      ...EVENT,
      objectId: 1000 + index,
    }));
    batch[41] = { ...EVENT, objectId: null, propertyValue: 'erika@example.com' };
    const { events, irrelevant, unreadable } = account.receive(signed(batch));
    expect(events).toHaveLength(99);
    expect(irrelevant).toBe(0);
    expect(unreadable).toEqual(['Event 42 of 100: expected the id of a deal in `objectId`.']);
  });

  it.each<[unknown]>([
    [7],
    [null],
    [[]],
    ['deal'],
    [{}],
    [{ ...EVENT, portalId: undefined }],
    [{ ...EVENT, subscriptionType: undefined }],
    [{ ...EVENT, objectId: '../users' }],
    [{ ...EVENT, objectId: -1 }],
    [{ ...EVENT, objectId: 1.5 }],
    [{ ...EVENT, objectId: { id: 1 } }],
    [{ ...EVENT, subscriptionType: 'deal.merge' }],
    [{ ...EVENT, subscriptionType: 'deal.associationChange', objectId: undefined }],
  ])('takes what can be read beside %j', (bad) => {
    const { events, unreadable } = account.receive(signed([bad, { ...EVENT, objectId: 124 }]));
    expect(events).toEqual([won('124')]);
    expect(unreadable).toHaveLength(1);
  });

  it('keeps ids beyond 2^53 digit for digit', () => {
    const id = '9007199254740993';
    const body = JSON.stringify([EVENT]).replace('"objectId":123', `"objectId":${id}`);
    expect(account.receive(signed(body)).events).toEqual([won(id)]);
  });

  it.each(['123.0', '1.23E2', '12300e-2'])('has the id %s in digits', (id) => {
    const body = JSON.stringify([EVENT]).replace('"objectId":123', `"objectId":${id}`);
    expect(account.receive(signed(body)).events).toEqual([won('123')]);
  });

  it('that is empty says nothing', () => {
    expect(account.receive(signed([]))).toEqual({ events: [], irrelevant: 0, unreadable: [] });
  });

  it('that comes twice says the same twice: taking it once is for the run of the deal', () => {
    expect(account.receive(signed([EVENT]))).toEqual(account.receive(signed([EVENT])));
  });

  it.each([
    ['no JSON', '[{"eventId":1'],
    ['nothing', ''],
    ["the object that a workflow's webhook sends", { objectId: 123, properties: {} }],
    ['bottomless JSON', '['.repeat(200_000)],
  ])('that is %s is refused with what was expected', (_what, body) => {
    const refusal = refusalOf(signed(body));
    expect(refusal.code).toBe('MessageUnreadable');
    expect(refusal.message).toContain('JSON array');
  });
});

describe('a batch', () => {
  it('may begin with a byte order mark, which is signed along', () => {
    expect(account.receive(signed(`\uFEFF${JSON.stringify([EVENT])}`)).events).toEqual([won('123')]);
  });

  it('with a key that stands twice cannot be read, and the key is named', () => {
    const twice = JSON.stringify([EVENT]).replace('"objectId"', '"objectId":321,"objectId"');
    const refusal = refusalOf(signed(twice));
    expect(refusal.code).toBe('MessageUnreadable');
    expect(refusal.message).toContain('"objectId" twice');
  });

  it('may say that a deal is won as true, in quotes or not', () => {
    const event = { ...EVENT, propertyName: 'hs_is_closed_won' };
    for (const propertyValue of [true, 'true', 'true\u200b']) {
      expect(account.receive(signed([{ ...event, propertyValue }])).events).toEqual([won('123')]);
    }
    for (const propertyValue of [false, null, '', undefined]) {
      expect(account.receive(signed([{ ...event, propertyValue }])).events).toEqual([changed('123')]);
    }
  });
});
