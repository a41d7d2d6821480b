import { Webhook } from 'standardwebhooks';
import { MessageRefused, type RawMessage } from '../../crm/deal-receiver';
import type { StandardWebhooksSource, WebhookSecrets } from '../../crm/source';
import { standardWebhooksReceiver } from '../../crm/standard-webhooks/receiver';
import { startFakeCrms } from '../../dev/fake-crms/server';
import { standardWebhooks } from '../../dev/fake-crms/standard-webhooks';
import { until } from '../support/until';
import { Receiver } from './receiver';

/** Of the specification's test vector. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OLD_SECRET = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const ELSES_SECRET = 'whsec_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=';

const source: StandardWebhooksSource & WebhookSecrets = {
  name: 'shop',
  crm: 'standard-webhooks',
  account: 'main',
  secrets: [SECRET, OLD_SECRET],
  since: new Date('2026-01-01T00:00:00Z'),
  wonAgain: 'ask',
  license: { plan: { skus: { 'P-ULT': 'Ultimate' } }, years: { from: 'rule', value: '1' } },
};
const FIELDS = { deal: ['serialNumber', 'term'], company: ['name'] };
const account = standardWebhooksReceiver(source, FIELDS);

const WON = {
  type: 'deal.won',
  timestamp: '2026-11-23T09:14:03Z',
  data: { dealId: 'A-8123', wonAt: '2026-11-23T11:14:02+02:00' },
};

interface Signing {
  secrets?: readonly string[];
  id?: string;
  at?: number;
}

/** Signed by the published library. */
function signed(
  body: unknown,
  { secrets = [SECRET], id = 'msg_1', at = Date.now() }: Signing = {},
): RawMessage {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, new Date(at), text));
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': signatures.join(' '),
  };
  return { headers, body: Buffer.from(text), receivedAt: new Date() };
}

function refusalOf(message: RawMessage): MessageRefused {
  try {
    account.receive(message);
  } catch (error) {
    if (error instanceof MessageRefused) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

const wonWith = (data: object) => ({ ...WON, data: { ...WON.data, ...data } });

describe('a signature', () => {
  it('of the published library is taken', () => {
    expect(account.receive(signed(WON)).events).toHaveLength(1);
  });

  it('of the test vector fits, at its time', () => {
    const vector: RawMessage = {
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
      body: Buffer.from('{"test": 2432232314}'),
      receivedAt: new Date(),
    };
    const clock = jest.spyOn(Date, 'now').mockReturnValue(1_614_265_330_000);
    try {
      // Authentic, and no deal.
      expect(refusalOf(vector).code).toBe('MessageUnreadable');
      const changed = { ...vector, body: Buffer.from('{"test": 2432232315}') };
      expect(refusalOf(changed).code).toBe('NotAuthentic');
    } finally {
      clock.mockRestore();
    }
    expect(refusalOf(vector).code).toBe('NotAuthentic');
  });

  it.each([
    ['the old secret', [OLD_SECRET]],
    ['both secrets', [OLD_SECRET, SECRET]],
    ['a secret not known here yet, and one that is', [ELSES_SECRET, SECRET]],
  ])('by %s is taken while they are being changed', (_what, secrets) => {
    expect(account.receive(signed(WON, { secrets })).events).toHaveLength(1);
  });

  it('is found among those of other kinds', () => {
    const message = signed(WON);
    const signature = `v1a,AAAA v1 ${message.headers['webhook-signature']}`;
    const headers = { ...message.headers, 'webhook-signature': signature };
    expect(account.receive({ ...message, headers }).events).toHaveLength(1);
  });

  it('of a message that came before is taken again: taking it once is for the run of the deal', () => {
    expect(account.receive(signed(WON))).toEqual(account.receive(signed(WON)));
  });

  const fresh = signed(WON);
  const withHeader = (name: string, value: string | undefined): RawMessage => ({
    ...fresh,
    headers: { ...fresh.headers, [name]: value },
  });
  it.each<[string, RawMessage]>([
    ['of another account', signed(WON, { secrets: [ELSES_SECRET] })],
    ['of 301 s ago', signed(WON, { at: Date.now() - 301_000 })],
    ['of a time to come', signed(WON, { at: Date.now() + 360_000 })],
    ['of another body', { ...fresh, body: Buffer.from(JSON.stringify(wonWith({ dealId: 'A-8124' }))) }],
    ['of the same JSON written otherwise', { ...fresh, body: Buffer.from(JSON.stringify(WON, null, 1)) }],
    ['of another message', withHeader('webhook-id', 'msg_2')],
    ['of another time', withHeader('webhook-timestamp', String(Math.floor(Date.now() / 1000) - 5))],
    ['that is wrong', withHeader('webhook-signature', `v1,${'A'.repeat(43)}=`)],
    ['that is empty', withHeader('webhook-signature', '')],
    ['without its value', withHeader('webhook-signature', 'v1')],
    ['of another kind alone', withHeader('webhook-signature', 'v1a,AAAA')],
    ['that is missing', withHeader('webhook-signature', undefined)],
    ['without a time', withHeader('webhook-timestamp', undefined)],
    ['with a time that is none', withHeader('webhook-timestamp', 'today')],
    ['without an id', withHeader('webhook-id', undefined)],
    ['by no header at all', { ...fresh, headers: {} }],
  ])('%s is refused', (_what, message) => {
    const refusal = refusalOf(message);
    expect(refusal.code).toBe('NotAuthentic');
    expect(refusal.message).not.toContain('whsec_');
  });

  it('is asked for before the body is read', () => {
    expect(refusalOf(signed('no JSON', { secrets: [ELSES_SECRET] })).code).toBe('NotAuthentic');
  });
});

describe('a deal', () => {
  it('is taken from the message, of its fields the named ones', () => {
    const body = wonWith({
      fields: { serialNumber: ' 3651E1292455 ', term: 3, contact: 'Jane Doe' },
      company: { name: 'Acme', phone: '555' },
      lineItems: [
        { sku: 'P-ULT', name: 'Ultimate Plan', quantity: '100.0' },
        { sku: 'S-DR', quantity: 1 },
      ],
    });
    expect(account.receive(signed(body))).toEqual({
      events: [
        {
          dealId: 'A-8123',
          kind: 'won',
          content: {
            dealId: 'A-8123',
            isWon: true,
            wonAt: '2026-11-23T09:14:02.000Z',
            toldAt: '2026-11-23T09:14:03.000Z',
            fields: { serialNumber: '3651E1292455', term: '3' },
            company: { name: 'Acme' },
            lineItems: [
              { sku: 'P-ULT', name: 'Ultimate Plan', quantity: '100.0' },
              { sku: 'S-DR', quantity: '1' },
            ],
          },
        },
      ],
      irrelevant: 0,
      unreadable: [],
    });
  });

  it('needs no more than its id', () => {
    const { events } = account.receive(signed({ ...WON, data: { dealId: '7' } }));
    const toldAt = '2026-11-23T09:14:03.000Z';
    const content = { dealId: '7', isWon: true, toldAt, fields: {}, company: {}, lineItems: [] };
    expect(events).toEqual([{ dealId: '7', kind: 'won', content }]);
  });

  it.each([
    ['deal.lost', false],
    ['deal.changed', true],
  ])('of %s was changed, and whether it is won: %s', (type, isWon) => {
    const [event] = account.receive(signed({ ...WON, type })).events;
    expect(event).toMatchObject({ kind: 'changed', content: { isWon } });
    expect('wonAt' in event!.content!).toBe(isWon);
  });

  it('has its whole numbers in digits, however they are written, and text as it is', () => {
    const body = `{"type":"deal.won","timestamp":"2026-11-23T09:14:03Z","data":{"dealId":4.714E3,
      "fields":{"serialNumber":1.23456789E8,"term":"7781.0"},"lineItems":[{"sku":7781.0,"quantity":1E2}]}}`;
    expect(account.receive(signed(body)).events).toMatchObject([
      {
        dealId: '4714',
        content: {
          fields: { serialNumber: '123456789', term: '7781.0' },
          lineItems: [{ sku: '7781', quantity: '100' }],
        },
      },
    ]);
  });

  it('keeps its numbers digit for digit', () => {
    const body = `{"type":"deal.won","timestamp":"2026-11-23T09:14:03Z","data":{"dealId":9007199254740993,
      "fields":{"serialNumber":36511292455000000000001,"term":1.10},"lineItems":[{"sku":90071992547409931,"quantity":2.50}]}}`;
    expect(account.receive(signed(body)).events).toMatchObject([
      {
        dealId: '9007199254740993',
        content: {
          dealId: '9007199254740993',
          fields: { serialNumber: '36511292455000000000001', term: '1.10' },
          lineItems: [{ sku: '90071992547409931', quantity: '2.50' }],
        },
      },
    ]);
  });

  it('leaves out what is empty', () => {
    const body = wonWith({ fields: { term: '  ' }, lineItems: [{ sku: 'P-ULT', name: '', quantity: 1 }] });
    expect(account.receive(signed(body)).events[0]!.content).toMatchObject({
      fields: {},
      lineItems: [{ sku: 'P-ULT', quantity: '1' }],
    });
  });

  it.each(['deal.deleted', 'contact.created'])('is not what a message of type "%s" is about', (type) => {
    const message = signed({ type, anything: [null] });
    expect(account.receive(message)).toEqual({ events: [], irrelevant: 1, unreadable: [] });
  });
});

describe('what is empty in a deal is left out', () => {
  const contentOf = (data: Record<string, unknown>) =>
    account.receive(signed(wonWith(data))).events[0]!.content;
  const lines = [{ sku: 'P-ULT', quantity: '100' }];

  it.each([null, '', '  ', '\u200b\u00a0'])('as %j', (empty) => {
    const bare = contentOf({ wonAt: undefined });
    expect(contentOf({ wonAt: empty, fields: empty, company: empty, lineItems: empty })).toEqual(bare);
    expect(contentOf({ wonAt: empty, fields: { term: empty }, company: { name: empty } })).toEqual(bare);
  });

  it.each([null, undefined, '', ' \u200b'])(
    'a line without %j is left alone, and the others are taken',
    (empty) => {
      const lineItems = [
        ...[
          { sku: empty, name: 'Installation', quantity: 1 },
          { sku: 'X', name: empty, quantity: empty },
        ],
        ...[{ sku: empty, name: empty, quantity: empty }, {}, ...lines],
      ];
      expect(contentOf({ lineItems })!.lineItems).toEqual([
        { name: 'Installation', quantity: '1' },
        ...[{ sku: 'X' }, {}, {}, ...lines],
      ]);
    },
  );

  it('and so is a line that is nothing', () => {
    expect(contentOf({ lineItems: [null, ...lines, ''] })!.lineItems).toEqual(lines);
  });

  it('true and false are text', () => {
    expect(contentOf({ fields: { term: true }, company: { name: false } })).toMatchObject({
      ...{ fields: { term: 'true' }, company: { name: 'false' } },
    });
  });
});

describe('what nobody can see', () => {
  it('is no part of an id, a field, a SKU or a type', () => {
    const data = {
      ...{ dealId: '\u200bA-8123\u200e', fields: { term: '\u00ad3\ufeff' } },
      lineItems: [{ sku: 'P\u200b-ULT', quantity: '100\u200b' }],
    };
    const [event] = account.receive(signed({ ...WON, type: 'deal.won\u200b', data })).events;
    expect(event).toMatchObject({
      ...{ dealId: 'A-8123', kind: 'won' },
      content: { fields: { term: '3' }, lineItems: [{ sku: 'P-ULT', quantity: '100' }] },
    });
  });

  it('a byte order mark before the message is signed along, and no part of it', () => {
    const message = signed(`\uFEFF${JSON.stringify(WON)}`);
    expect(account.receive(message).events).toMatchObject([{ dealId: 'A-8123' }]);
  });
});

it.each([
  '2026-11-23T09:14:02Z',
  '2026-11-23T09:14:02.000+0000',
  '2026-11-23T09:14:02+00',
  '2026-11-23 11:14:02+02:00',
  '2026-11-23t09:14:02z',
])('a time written as %s is that moment', (time) => {
  const message = signed({ ...WON, timestamp: time, data: { dealId: '7', wonAt: time } });
  const utc = '2026-11-23T09:14:02.000Z';
  expect(account.receive(message).events[0]!.content).toMatchObject({ wonAt: utc, toldAt: utc });
});

describe('headers by the names of Svix', () => {
  const renamed = (message: RawMessage, name: (part: string) => string): RawMessage => ({
    ...message,
    headers: Object.fromEntries(
      Object.entries(message.headers).map(([key, value]) => [name(key.replace('webhook-', '')), value]),
    ),
  });
  const svix = (message: RawMessage) => renamed(message, (part) => `svix-${part}`);
  const both = (one: RawMessage, other: RawMessage): RawMessage => ({
    ...one,
    headers: { ...one.headers, ...other.headers },
  });
  const taken = [{ dealId: 'A-8123', kind: 'won' }];

  it('prove a message as well', () => {
    expect(account.receive(svix(signed(WON))).events).toMatchObject(taken);
  });

  it('in letters of any case', () => {
    expect(
      account.receive(renamed(signed(WON), (part) => `Svix-${part.toUpperCase()}`)).events,
    ).toMatchObject(taken);
    expect(account.receive(renamed(signed(WON), (part) => `Webhook-${part}`)).events).toMatchObject(taken);
  });

  it('beside the usual ones: either set proves it, as a whole', () => {
    const wrong = signed(WON, { secrets: [ELSES_SECRET] });
    expect(account.receive(both(signed(WON), svix(wrong))).events).toMatchObject(taken);
    expect(account.receive(both(wrong, svix(signed(WON)))).events).toMatchObject(taken);
    expect(refusalOf(both(wrong, svix(wrong))).code).toBe('NotAuthentic');
  });

  it('are never mixed with the usual ones', () => {
    const right = signed(WON);
    const mixed = {
      'webhook-id': right.headers['webhook-id'],
      'svix-timestamp': right.headers['webhook-timestamp'],
      'webhook-signature': right.headers['webhook-signature'],
    };
    expect(refusalOf({ ...right, headers: mixed }).code).toBe('NotAuthentic');
    const other = svix(signed(WON, { id: 'msg_2' }));
    const crossed = { ...right.headers, ...other.headers, 'webhook-id': 'msg_2', 'svix-id': 'msg_1' };
    expect(refusalOf({ ...right, headers: crossed }).code).toBe('NotAuthentic');
  });
});

describe('a signed message that breaks the contract is refused, naming the field', () => {
  it.each<[string, unknown, string]>([
    ['no JSON', 'deal won!', 'body: expected a JSON object'],
    ['an empty body', '', 'body: expected a JSON object'],
    ['a list', '[]', 'body: expected a JSON object'],
    ['bottomless JSON', '['.repeat(100_000), 'body: expected a JSON object'],
    ['no type', { ...WON, type: undefined }, 'type: expected text'],
    ['an empty type', { ...WON, type: ' ' }, 'type: expected text'],
    ['a type that is null', { ...WON, type: null }, 'type: expected text'],
    ['no time', { ...WON, timestamp: undefined }, 'timestamp: expected a time'],
    ['a time that is null', { ...WON, timestamp: null }, 'timestamp: expected a time'],
    ['an id that is null', wonWith({ dealId: null }), 'data.dealId: expected text of 1 to 60'],
    ['a deal that is null', { ...WON, data: null }, 'data: expected an object'],
    [
      'a key that stands twice',
      '{"type":"deal.won","timestamp":"2026-11-23T09:14:03Z","data":{"dealId":"7","dealId":"8"}}',
      'expected each key once in an object; came "dealId" twice',
    ],
    [
      'a key that stands twice, and would forge the log',
      '{"x\\n{level":1,"x\\n{level":1}',
      'came "x??level" twice',
    ],
    ['a time without zone', { ...WON, timestamp: '2026-11-23T09:14:03' }, 'timestamp: expected a time'],
    ['no deal', { ...WON, data: undefined }, 'data: expected an object'],
    ['no id', wonWith({ dealId: undefined }), 'data.dealId: expected text of 1 to 60'],
    ['an id with a colon', wonWith({ dealId: 'a:b' }), 'data.dealId: expected text of 1 to 60'],
    ['an id that is no whole number', wonWith({ dealId: 1.5 }), 'data.dealId: expected text of 1 to 60'],
    ['a day that is none', wonWith({ wonAt: '2026-02-30T00:00:00Z' }), 'data.wonAt: expected a time'],
    [
      'a field that is a list',
      wonWith({ fields: { term: [1] } }),
      'data.fields.term: expected text, a number, or true or false',
    ],
    ['fields that are a list', wonWith({ fields: [] }), 'data.fields: expected an object'],
    ['line items that are none', wonWith({ lineItems: {} }), 'data.lineItems: expected a list'],
    ['a stranger at the top', { ...WON, tenant: 1 }, 'tenant: there is no such field'],
    ['a stranger in the deal', wonWith({ lineitems: [] }), 'data.lineitems: there is no such field'],
    [
      'a stranger in a line item',
      wonWith({ lineItems: [{ sku: 'P', quantity: 1, price: 5 }] }),
      'data.lineItems.0.price: there is no such field',
    ],
    ['a field that would forge the log', { ...WON, 'x\n{"level":50}': 1 }, 'x???level??50?: there is no'],
  ])('%s', (_what, body, expected) => {
    const refusal = refusalOf(signed(body));
    expect(refusal.code).toBe('MessageUnreadable');
    expect(refusal.message).toContain(expected);
  });

  it('without the values', () => {
    const refusal = refusalOf(signed(wonWith({ fields: { term: ['jane@acme.example'] } })));
    expect(refusal.message).not.toContain('jane');
  });
});

describe('the sender', () => {
  it('signs each attempt anew with both secrets under one id, and every one is taken', async () => {
    const crms = await startFakeCrms([standardWebhooks], { port: 0 });
    const receiver = await Receiver.start((call) => ({ status: call < 2 ? 503 : 204 }));
    try {
      const sent = await fetch(`${crms.url}/_control/standard-webhooks/deliveries`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          to: receiver.webhook,
          // 5 s become 1.1 s: the second attempt is of another second.
          timeScale: 0.22,
          secrets: [ELSES_SECRET, OLD_SECRET],
          body: WON,
        }),
      });
      expect(sent.status).toBe(202);
      await until('both attempts were made', () => receiver.calls.length === 2);
    } finally {
      await receiver.stop();
      await crms.close();
    }
    const of = (name: string) => receiver.calls.map(({ headers }) => headers[name]!);
    expect(new Set(of('webhook-id')).size).toBe(1);
    expect(new Set(of('webhook-timestamp')).size).toBe(2);
    expect(of('webhook-signature').map((list) => list.split(' ').length)).toEqual([2, 2]);
    for (const call of receiver.calls) {
      const { events } = account.receive({ ...call, receivedAt: new Date() });
      expect(events).toMatchObject([{ dealId: 'A-8123', kind: 'won' }]);
    }
  });
});
