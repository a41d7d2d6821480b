import { MessageRefused, type RawMessage } from '../../crm/deal-receiver';
import { pipedriveReceiver } from '../../crm/pipedrive/receiver';
import { pipedriveSource } from './pipedrive-source';

const account = pipedriveReceiver(pipedriveSource());

const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;

const META = {
  action: 'change',
  entity: 'deal',
  entity_id: '8123',
  company_id: '7700001',
  version: '2.0',
  attempt: 1,
};

function message(body: unknown, authorization: string | undefined = basic('wonce:new-password')): RawMessage {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { headers: { authorization }, body: Buffer.from(text), receivedAt: new Date() };
}

/** A payload of 2.0. */
function payload(meta: object, data: unknown, previous: unknown = null) {
  return { meta: { ...META, ...meta }, data, previous };
}

const won = payload({}, { id: 8123, status: 'won' }, { status: 'open', won_time: null });

function refusalOf(one: RawMessage): MessageRefused {
  try {
    account.receive(one);
  } catch (error) {
    if (error instanceof MessageRefused) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

describe('HTTP Basic', () => {
  it.each(['new-password', 'old-password'])('takes the %s while one is being changed', (password) => {
    expect(account.receive(message(won, basic(`wonce:${password}`))).events).toHaveLength(1);
  });

  it.each([
    ['none', ''],
    ['another scheme', 'Bearer new-password'],
    ['another password', basic('wonce:guessed')],
    ['the right password of another user', basic('else:new-password')],
    ['a user without password', basic('wonce:')],
    ['a password without user', basic(':new-password')],
    ['no colon', basic('wonce')],
    ['one password with the other behind it', basic('wonce:new-passwordold-password')],
    ['no base64', 'Basic %%%'],
  ])('refuses %s, and tells nothing of it', (_what, authorization) => {
    const refusal = refusalOf(message(won, authorization));
    expect(refusal.code).toBe('NotAuthentic');
    expect(refusal.message).not.toMatch(/password:|new-|guessed|wonce/);
  });

  it('refuses a message without the header', () => {
    const one = { ...message(won), headers: {} };
    expect(refusalOf(one).code).toBe('NotAuthentic');
  });

  it('is asked for before anything is read', () => {
    expect(refusalOf(message('no JSON', basic('wonce:guessed'))).code).toBe('NotAuthentic');
  });
});

describe('what a message says', () => {
  it.each<[string, unknown, unknown]>([
    ['a deal that became won', won, [{ dealId: '8123', kind: 'won' }]],
    [
      'a deal that was created already won',
      payload({ action: 'create' }, { id: 8123, status: 'won' }),
      [{ dealId: '8123', kind: 'won' }],
    ],
    [
      'a later edit of a won deal',
      payload({}, { id: 8123, status: 'won' }, { title: 'Pump' }),
      [{ dealId: '8123', kind: 'changed' }],
    ],
    [
      'a deal that was lost',
      payload({}, { id: 8123, status: 'lost' }, { status: 'won' }),
      [{ dealId: '8123', kind: 'changed' }],
    ],
    [
      'a deal that was created open',
      payload({ action: 'create' }, { id: 8123, status: 'open' }),
      [{ dealId: '8123', kind: 'changed' }],
    ],
    [
      'a deal that was deleted',
      payload({ action: 'delete' }, null, { id: 8123, status: 'won' }),
      [{ dealId: '8123', kind: 'changed' }],
    ],
    [
      'a deal that was merged into another, which may be won',
      payload({ action: 'delete', merged_to_id: '9000' }, null, { id: 8123, status: 'won' }),
      [
        { dealId: '8123', kind: 'changed' },
        { dealId: '9000', kind: 'won' },
      ],
    ],
    [
      'the deal that another was merged into',
      payload({ merged_from_id: '9000' }, { id: 8123, status: 'won' }, { title: 'Pump' }),
      [{ dealId: '8123', kind: 'changed' }],
    ],
    [
      'a product that was added to a deal',
      payload({ entity: 'deal_product', action: 'create', entity_id: '5' }, { id: 5, deal_id: 8123 }),
      [{ dealId: '8123', kind: 'changed' }],
    ],
    [
      'a product that was taken from a deal',
      payload({ entity: 'deal_product', action: 'delete', entity_id: '5' }, null, { id: 5, deal_id: 8123 }),
      [{ dealId: '8123', kind: 'changed' }],
    ],
  ])('%s', (_what, body, events) => {
    expect(account.receive(message(body))).toEqual({ events, irrelevant: 0, unreadable: [] });
  });

  it.each([
    ['a person', payload({ entity: 'person', entity_id: '902' }, { id: 902 })],
    ['a note of no deal', payload({ entity: 'note', entity_id: '4' }, { id: 4, deal_id: null })],
    [
      'a deal of another company',
      payload({ company_id: '7700002' }, { id: 8123, status: 'won' }, { status: 'open' }),
    ],
  ])('%s is of no interest', (_what, body) => {
    expect(account.receive(message(body))).toEqual({ events: [], irrelevant: 1, unreadable: [] });
  });

  it('keeps ids beyond 2^53 digit for digit, in meta and in data', () => {
    const id = '9007199254740993';
    const inMeta = `{"meta":${JSON.stringify({ ...META, entity_id: id })},"data":{"id":${id},"status":"won"},"previous":{"status":"open"}}`;
    const inData = `{"meta":${JSON.stringify({ ...META, entity: 'deal_product' })},"data":{"id":1,"deal_id":${id}}}`;
    const bare = inMeta.replace(`"entity_id":"${id}"`, `"entity_id":${id}`);
    for (const body of [inMeta, inData, bare]) {
      expect(account.receive(message(body)).events).toMatchObject([{ dealId: id }]);
    }
  });

  it('the same message twice says the same twice: taking it once is for the run of the deal', () => {
    expect(account.receive(message(won))).toEqual(account.receive(message(won)));
  });
});

describe('a message that cannot be read', () => {
  const v1 = {
    v: 1,
    meta: { v: 1, action: 'updated', object: 'deal', id: 8123, company_id: 7700001 },
    current: { id: 8123, status: 'won' },
    previous: { status: 'open' },
  };

  it.each<[string, unknown, string]>([
    ['payload of version 1', v1, 'version 2.0'],
    ['payload of a version to come', payload({ version: '3.0' }, { id: 8123 }), 'version 2.0'],
    ['no JSON', '{"meta":', 'meta'],
    ['nothing', '', 'meta'],
    ['JSON without meta', { data: {} }, 'meta'],
    ['a list', '[]', 'meta'],
    ['bottomless JSON', '['.repeat(200_000), 'meta'],
    ['a deal without id', payload({ entity_id: null }, { status: 'won' }), 'entity_id'],
    ['a deal whose id is none', payload({ entity_id: '../users' }, { status: 'won' }), 'entity_id'],
  ])('%s is refused with what was expected', (_what, body, expected) => {
    const refusal = refusalOf(message(body));
    expect(refusal.code).toBe('MessageUnreadable');
    expect(refusal.message).toContain(expected);
  });
});

it('a message may begin with a byte order mark', () => {
  expect(account.receive(message(`\uFEFF${JSON.stringify(won)}`)).events).toHaveLength(1);
});

it('a message with a key that stands twice cannot be read, and the key is named', () => {
  const twice = JSON.stringify(won).replace('"entity_id"', '"entity_id":"1","entity_id"');
  const refusal = refusalOf(message(twice));
  expect(refusal.code).toBe('MessageUnreadable');
  expect(refusal.message).toContain('"entity_id" twice');
});
