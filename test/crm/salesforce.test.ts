import { MessageRefused, type RawMessage } from '../../crm/deal-receiver';
import { ACKNOWLEDGEMENT } from '../../crm/salesforce/outbound-message';
import { salesforceReceiver } from '../../crm/salesforce/receiver';
import { isSameId, longIdOf } from '../../domain/salesforce-id';
import { salesforceSource } from './salesforce-source';

const account = salesforceReceiver(salesforceSource());

const ORGANISATION = '00DAA0000001abc2AA';
const DEAL = '006AA00000xyzABYAY';

interface Sent {
  type?: string;
  authorization?: string | undefined;
  pathToken?: string;
}

function raw(text: string, { type = 'text/xml; charset=UTF-8', pathToken, ...sent }: Sent = {}): RawMessage {
  const authorization = 'authorization' in sent ? sent.authorization : 'Bearer new-secret';
  return {
    headers: { 'content-type': type, authorization, soapaction: '""' },
    body: Buffer.from(text),
    receivedAt: new Date(),
    ...(pathToken !== undefined && { pathToken }),
  };
}

const sObject = (fields: string, type = ' xsi:type="sf:Opportunity"') =>
  `<Notification><Id>04lAA00000zzzzzAAA</Id><sObject${type} xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${fields}</sObject></Notification>`;
const won = (id = DEAL) => sObject(`<sf:Id>${id}</sf:Id><sf:IsWon>true</sf:IsWon>`);

const outbound = (notifications = won(), organisation = ORGANISATION) =>
  `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>${organisation}</OrganizationId><SessionId/>${notifications}</notifications></soapenv:Body></soapenv:Envelope>`;

const callout = (change: object = {}) =>
  JSON.stringify({
    event_id: '4a1c',
    type: 'opportunity.won',
    org_id: ORGANISATION,
    opportunity_id: DEAL,
    occurred_at: '2026-11-23T09:14:02Z',
    ...change,
  });

const receive = (text: string, sent?: Sent) => account.receive(raw(text, sent));
const JSON_TYPE = { type: 'application/json' };

function refusalOf(text: string, sent?: Sent): MessageRefused {
  try {
    receive(text, sent);
  } catch (error) {
    if (error instanceof MessageRefused) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

/** What systems in between that do not tell large letters from small ones make of it. */
const CHANGED = [DEAL.toLowerCase(), DEAL.toUpperCase(), '006aA00000xyzABYAY', '006AA00000xyzABYAy'];

describe.each([
  ['an Outbound Message', outbound(), 'text/xml'],
  ['a callout', callout(), 'application/json'],
])('%s is taken', (_what, text, type) => {
  it.each<[string, Sent]>([
    ['with the new secret as bearer token', { authorization: 'Bearer new-secret' }],
    ['with the old one while it is being changed', { authorization: 'bearer old-secret' }],
    ['with a secret in its address', { authorization: undefined, pathToken: 'new-secret' }],
    ['with the old one in its address', { authorization: undefined, pathToken: 'old-secret' }],
    [
      'with a secret in its address and something else as authorization',
      {
        authorization: 'Basic Og==',
        pathToken: 'new-secret',
      },
    ],
  ])('%s', (_how, sent) => {
    expect(receive(text, { type, ...sent }).events).toEqual([{ dealId: DEAL, kind: 'won' }]);
  });
});

describe.each([
  ['an Outbound Message', outbound(), 'text/xml'],
  ['a callout', callout(), 'application/json'],
])('%s is refused', (_what, text, type) => {
  it.each<[string, Sent]>([
    ['without anything', { authorization: undefined }],
    ['with nothing as bearer token', { authorization: 'Bearer ' }],
    ['with another bearer token', { authorization: 'Bearer guessed' }],
    ['with both secrets in one', { authorization: 'Bearer new-secretold-secret' }],
    ['with the secret by another scheme', { authorization: 'Basic new-secret' }],
    ['with the secret alone', { authorization: 'new-secret' }],
    ['with another token in its address', { authorization: undefined, pathToken: 'guessed' }],
    ['with an empty token in its address', { authorization: undefined, pathToken: '' }],
    ['with the secret in another case', { authorization: 'Bearer NEW-SECRET' }],
  ])('%s', (_how, sent) => {
    const refusal = refusalOf(text, { type, ...sent });
    expect(refusal.code).toBe('NotAuthentic');
    expect(refusal.message).not.toMatch(/new-|old-|guessed/);
  });
});

describe('the organisation', () => {
  const others = [
    ...['00DAA0000001xyz2AA', '00DAA0000001ABC2AH', '00DAA0000001ab', '', '00DAA0000001abc0'],
    // Its letters were changed: the last three tell.
    ...['00DAA0000001ABC2AA', '00daa0000001abc2aa', '00DAA0000001abcMAA'],
  ];

  it.each([ORGANISATION, '00DAA0000001abc'])('is known as %s', (id) => {
    expect(receive(outbound(won(), id)).events).toHaveLength(1);
    expect(receive(callout({ org_id: id }), JSON_TYPE).events).toHaveLength(1);
  });

  it('may be configured with 15 characters', () => {
    const short = salesforceReceiver(salesforceSource({ account: '00DAA0000001abc' }));
    expect(short.receive(raw(outbound())).events).toHaveLength(1);
  });

  it.each(others)('"%s" is another', (id) => {
    expect(refusalOf(outbound(won(), id)).code).toBe('NotAuthentic');
    expect(refusalOf(callout({ org_id: id }), JSON_TYPE).code).toBe('NotAuthentic');
  });

  it('has to be told', () => {
    expect(refusalOf(outbound().replace(/<OrganizationId>.*<\/OrganizationId>/, '')).code).toBe(
      'NotAuthentic',
    );
    expect(refusalOf(callout({ org_id: undefined }), JSON_TYPE).code).toBe('NotAuthentic');
  });
});

describe('an Outbound Message', () => {
  it('is answered with the acknowledgement, whatever it holds', () => {
    for (const notifications of [
      won(),
      sObject('<sf:Id>003</sf:Id>', ' xsi:type="sf:Contact"'),
      sObject(''),
    ]) {
      expect(receive(outbound(notifications)).answer).toEqual(ACKNOWLEDGEMENT);
    }
  });

  it('may come as application/xml, and with a byte order mark', () => {
    expect(receive(`\uFEFF${outbound()}`, { type: 'Application/XML' }).events).toHaveLength(1);
  });

  it('of a deal that is not won any more is a change; without IsWon it may be won', () => {
    const kinds = [
      '<sf:IsWon>false</sf:IsWon>',
      '<sf:IsWon>0</sf:IsWon>',
      '<sf:IsWon xsi:nil="true"/>',
      '',
    ].map((isWon) => receive(outbound(sObject(`<sf:Id>${DEAL}</sf:Id>${isWon}`))).events[0]?.kind);
    expect(kinds).toEqual(['changed', 'changed', 'won', 'won']);
  });

  it('of other records is of no interest', () => {
    const contact = sObject('<sf:Id>003AA00000xyzABYAY</sf:Id>', ' xsi:type="sf:Contact"');
    expect(receive(outbound(contact + won() + contact))).toMatchObject({
      events: [{ dealId: DEAL, kind: 'won' }],
      irrelevant: 2,
      unreadable: [],
    });
  });

  it('loses no other notification by one that is bad', () => {
    const ids = Array.from({ length: 99 }, (_, n) => `006AA0000000${String(n).padStart(3, '0')}YAA`);
    const notifications = ids.map((id) => won(id));
    notifications.splice(41, 0, sObject('<sf:StageName>secret of the house</sf:StageName>'));
    const { events, unreadable, answer } = receive(outbound(notifications.join('')));
    expect(events.map(({ dealId }) => dealId)).toEqual(ids);
    expect(unreadable).toHaveLength(1);
    expect(unreadable[0]).toContain('Notification 42');
    expect(unreadable[0]).not.toContain('house');
    expect(answer).toEqual(ACKNOWLEDGEMENT);
  });

  it.each(['<sf:Id>006</sf:Id>', "<sf:Id>006AA00000x' OR 1</sf:Id>", '<sf:Id><sf:x/></sf:Id>'])(
    'with %s says no deal',
    (fields) => {
      expect(receive(outbound(sObject(fields)))).toMatchObject({
        events: [],
        unreadable: [expect.any(String)],
      });
    },
  );

  it.each(CHANGED)('with an id whose letters were changed, %s, says no deal, and the others count', (id) => {
    expect(receive(outbound(won(id) + won()))).toMatchObject({
      events: [{ dealId: DEAL, kind: 'won' }],
      unreadable: [expect.stringContaining('Notification 1')],
    });
  });

  it('names each deal once, its two forms of id being one, and won if any says so', () => {
    const lost = sObject(`<sf:Id>${DEAL}</sf:Id><sf:IsWon>false</sf:IsWon>`);
    const message = outbound(lost + won(DEAL.slice(0, 15)) + lost);
    expect(receive(message).events).toEqual([{ dealId: DEAL, kind: 'won' }]);
  });
});

describe('a callout', () => {
  it.each([
    ['opportunity.won', 'won'],
    ['opportunity.changed', 'changed'],
    ['opportunity.lost', 'changed'],
  ])('of type %s is %s', (type, kind) => {
    const received = receive(callout({ type, extra: { of: 'the admin' } }), {
      type: 'application/json;charset=UTF-8',
    });
    expect(received).toEqual({ events: [{ dealId: DEAL, kind }], irrelevant: 0, unreadable: [] });
  });

  it.each(['account.changed', 'toString'])('of type "%s" is of no interest', (type) => {
    expect(receive(callout({ type }), JSON_TYPE)).toEqual({ events: [], irrelevant: 1, unreadable: [] });
  });

  it('has its two forms of id as one', () => {
    const [short, long] = [DEAL.slice(0, 15), DEAL].map((id) =>
      receive(callout({ opportunity_id: id }), JSON_TYPE),
    );
    expect(short).toEqual(long);
  });

  it.each([undefined, null, '', 6, '006', "006AA00000xyz' --", ['006AA00000xyzABYAY'], ...CHANGED])(
    'with opportunity_id %p cannot be read',
    (opportunity_id) => {
      const refusal = refusalOf(callout({ opportunity_id }), JSON_TYPE);
      expect(refusal.code).toBe('MessageUnreadable');
      expect(refusal.message).toContain('opportunity_id');
    },
  );

  it.each(['{"type":', '', '[]', 'null', '['.repeat(200_000)])('that is %.20s cannot be read', (text) => {
    expect(refusalOf(text, JSON_TYPE).code).toBe('MessageUnreadable');
  });

  it.each([undefined, null, '', ' \u200b'])('without type (%j) cannot be read', (type) => {
    expect(refusalOf(callout({ type }), JSON_TYPE).message).toContain('`type`');
  });

  it('may begin with a byte order mark, and bring along what nobody can see', () => {
    const pasted = callout({ org_id: `\u200b${ORGANISATION}`, opportunity_id: ` ${DEAL}\u200e` });
    expect(receive(`\uFEFF${pasted}`, JSON_TYPE).events).toEqual([{ dealId: DEAL, kind: 'won' }]);
  });

  it('with a key that stands twice cannot be read, and the key is named', () => {
    const twice = callout().replace('"type"', '"opportunity_id":"006AA00000abcABYAY","type"');
    const refusal = refusalOf(twice, JSON_TYPE);
    expect(refusal.code).toBe('MessageUnreadable');
    expect(refusal.message).toContain('"opportunity_id" twice');
  });

  it('has null for what is not there', () => {
    expect(receive(callout({ event_id: null, occurred_at: null }), JSON_TYPE).events).toHaveLength(1);
  });
});

describe('a message', () => {
  it.each(['text/plain', 'application/x-www-form-urlencoded', '', 'application/jsonx'])(
    'of content-type "%s" cannot be read',
    (type) => {
      expect(refusalOf(callout(), { type }).code).toBe('MessageUnreadable');
    },
  );

  it('is not read at all before the secret is right', () => {
    for (const type of ['text/xml', 'application/json', 'text/plain']) {
      expect(refusalOf('<!DOCTYPE x>', { type, authorization: 'Bearer guessed' }).code).toBe('NotAuthentic');
    }
  });
});

describe('an id', () => {
  it.each([
    ['0019000000B98de', '0019000000B98deAAB'],
    ['a0D30000001n7Pi', 'a0D30000001n7PiEAI'],
    ['AAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAA555'],
  ])('%s is %s in the long form', (short, long) => {
    expect(longIdOf(short)).toBe(long);
    expect(longIdOf(long)).toBe(long);
    expect(isSameId(short, long)).toBe(true);
  });

  it('in another case is another', () => {
    expect(isSameId('0019000000B98de', '0019000000b98de')).toBe(false);
  });

  it.each(CHANGED)('of 18 characters whose letters were changed, %s, is none', (changed) => {
    expect(longIdOf(changed)).toBeUndefined();
    expect(isSameId(changed, DEAL)).toBe(false);
    expect(isSameId(changed, changed)).toBe(false);
  });
});

it('an Outbound Message may begin with a byte order mark, and bring along what nobody can see', () => {
  const message = outbound(won(`&#8203;${DEAL}\u200e`), `\u200b${ORGANISATION}`);
  expect(receive(`\uFEFF${message}`).events).toEqual([{ dealId: DEAL, kind: 'won' }]);
});
