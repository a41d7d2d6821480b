import pg from 'pg';
import { eventRecord, hashOf, type EventRow } from '../../ledger/hash-chain';
import { Ledger } from '../../ledger/ledger';
import { BOUGHT, DEAL, falsify, LEFT, OTHER, SOURCE, WAITING, writeBook } from './book-to-falsify';
import { freshPostgres, type DatabaseForTests } from './databases';

let original: DatabaseForTests;
let copy: DatabaseForTests;
let ledger: Ledger;

beforeAll(async () => {
  original = await freshPostgres();
  await writeBook(original.url);
});
afterAll(() => original.drop());
beforeEach(async () => {
  copy = await freshPostgres(original);
  ledger = await Ledger.open(copy.url, { migrate: false });
});
afterEach(async () => {
  await ledger.close();
  await copy.drop();
});

/** What is found, a line each: what is broken, the event or link at which it is, and why. */
async function found(): Promise<string[]> {
  const { broken, deals, sweeps, chain } = await ledger.verifyAll();
  return [
    ...broken.map(({ requestId, seq, problem }) => `${requestId} ${seq}: ${problem}`),
    ...deals.broken.map(({ deal, seq, problem }) => `${deal} ${seq}: ${problem}`),
    ...sweeps.broken.map(({ source, seq, problem }) => `sweeps of ${source} ${seq}: ${problem}`),
    ...chain.broken.map(({ seq, problem }) => `link ${seq}: ${problem}`),
  ];
}

it('a book that nobody falsified holds', async () => {
  expect(await ledger.verifyAll()).toMatchObject({
    checked: 3,
    broken: [],
    deals: { checked: 2, broken: [] },
    sweeps: { checked: 1, broken: [] },
    chain: { links: 24, broken: [] },
  });
});

const PURCHASE = `request_id = '${BOUGHT}'`;
const OF_DEAL = `deal = '${DEAL}'`;

/** With the triggers on: they let Wonce itself do as much. */
it.each<[change: string, told: string]>([
  [
    `update purchases set status = 'refused' where ${PURCHASE}`,
    'status is "refused", the events say "ordered"',
  ],
  [
    `update purchases set order_no = 'ZC9' where ${PURCHASE}`,
    `order_no is "ZC9", the events say "ZC-${BOUGHT}"`,
  ],
  [`update purchases set product_no = null where ${PURCHASE}`, 'product_no is null, the events say "362"'],
  [
    `update purchases set transaction_no = '1' where ${PURCHASE}`,
    'transaction_no is "1", the events say null',
  ],
  [
    `update purchases set order_status = 'x' where ${PURCHASE}`,
    'order_status is "x", the events say "succeed"',
  ],
  [`update purchases set instance_id = 'x' where ${PURCHASE}`, 'instance_id is "x", the events say null'],
  [`update purchases set attempts = 1 where ${PURCHASE}`, 'attempts is 1, the events say 2'],
  [
    `update purchases set workflow_id = 'x' where ${PURCHASE}`,
    `workflow_id is "x", the events say "purchase:${BOUGHT}"`,
  ],
  [`update purchases set reason_code = 'x' where ${PURCHASE}`, 'reason_code is "x", the events say null'],
  [
    `update purchases set cancellation_requested = true where ${PURCHASE}`,
    'cancellation_requested is true, the events say false',
  ],
  [
    `update purchases set activation_code = 'x' where ${PURCHASE}`,
    'activation_code is not what the events say',
  ],
  [
    `update purchases set reason_message = 'x' where ${PURCHASE}`,
    'reason_message is not what the events say',
  ],
  [`update purchases set evidence = '{}' where ${PURCHASE}`, 'evidence is not what the events say'],
  [`update purchases set question = '{}' where ${PURCHASE}`, 'question is not what the events say'],
  [
    `update purchases set created_at = '2020-01-01Z' where ${PURCHASE}`,
    'created_at is "2020-01-01T00:00:00.000Z", the events say "',
  ],
  [
    `update purchases set updated_at = 'infinity' where ${PURCHASE}`,
    'updated_at is "infinity", the events say "',
  ],
])('a purchase whose row was changed is found, with the column: %s', async (change, told) => {
  await falsify(copy.url, change);
  const problems = await found();
  expect(problems).toEqual([expect.stringContaining(`${BOUGHT} 6: `)]);
  expect(problems[0]).toContain(told);
});

it.each<[change: string, told: string]>([
  [
    `update deals set status = 'requested' where ${OF_DEAL}`,
    'status is "requested", the events say "dismissed"',
  ],
  [`update deals set source = 'x' where ${OF_DEAL}`, 'source is "x", the events say "hubspot"'],
  [
    `update deals set notified_by = 'person' where ${OF_DEAL}`,
    'notified_by is "person", the events say "webhook"',
  ],
  [`update deals set won_at = null where ${OF_DEAL}`, 'won_at is null, the events say "2026-11-25'],
  [`update deals set request_id = 'x' where ${OF_DEAL}`, `request_id is "x", the events say "${DEAL}:1"`],
  [`update deals set reason_code = 'x' where ${OF_DEAL}`, 'reason_code is "x", the events say null'],
  [`update deals set request = '{}' where ${OF_DEAL}`, 'request is not what the events say'],
  [`update deals set missing = '[]' where ${OF_DEAL}`, 'missing is not what the events say'],
  [`update deals set created_at = '2020-01-01Z' where ${OF_DEAL}`, 'created_at is "2020-'],
  [`update deals set updated_at = '2020-01-01Z' where ${OF_DEAL}`, 'updated_at is "2020-'],
  [`insert into deal_wins values ('${DEAL}', 3, null, 'x', now())`, 'no event tells of win 3'],
])('a deal whose rows were changed is found, with the column: %s', async (change, told) => {
  await falsify(copy.url, change);
  const problems = await found();
  expect(problems).toEqual([expect.stringContaining(`${DEAL} 4: `)]);
  expect(problems[0]).toContain(told);
});

it.each<[change: string, told: string]>([
  [
    `update order_attempts set result = '{}' where request_id = '${WAITING}'`,
    'attempt 1: result is not what the events say',
  ],
  [
    `update order_attempts set ended_at = null where request_id = '${WAITING}'`,
    'attempt 1: ended_at is null, the events say "',
  ],
  [
    `update order_attempts set outcome = 'not-created' where request_id = '${WAITING}'`,
    'attempt 1: outcome is "not-created", the events say "unknown"',
  ],
  [
    `insert into order_attempts (request_id, attempt, body, started_at, outcome) values ('${WAITING}', 2, '', now(), 'not-created')`,
    'no event tells of attempt 2',
  ],
])('an attempt that was changed or put in is found: %s', async (change, told) => {
  await falsify(copy.url, change);
  expect(await found()).toEqual([expect.stringContaining(`${WAITING} 4: ${told}`)]);
});

it.each<[change: string, told: string]>([
  [`update order_attempts set body = '{"x":1}' where ${PURCHASE} and attempt = 2`, 'attempt 2: body is not'],
  [
    `update order_attempts set order_no = 'x' where ${PURCHASE} and attempt = 2`,
    'attempt 2: order_no is "x"',
  ],
  [
    `update order_attempts set started_at = '2020-01-01Z' where ${PURCHASE} and attempt = 1`,
    'attempt 1: started_at is',
  ],
  [
    `update order_attempts set attempt = 3 where ${PURCHASE} and attempt = 2`,
    'attempt 2 is missing; no event tells of attempt 3',
  ],
  [
    `alter table order_attempts drop constraint order_attempts_pkey;
     insert into order_attempts select * from order_attempts where ${PURCHASE} and attempt = 1`,
    'attempt 1 is there twice',
  ],
  [`delete from order_attempts where ${PURCHASE} and attempt = 1`, 'attempt 1 is missing'],
  [
    `update order_attempts set request_id = '${WAITING}', attempt = 2 where ${PURCHASE} and attempt = 1`,
    'attempt 1 is missing',
  ],
  [`update purchases set request = '{}' where ${PURCHASE}`, 'request is not what the events say'],
  [`update purchases set fingerprint = 'x' where ${PURCHASE}`, 'fingerprint is "x"'],
  [`update deal_wins set request_id = 'x' where ${OF_DEAL} and win_number = 1`, 'win 1: request_id is "x"'],
  [`update deal_wins set won_at = null where ${OF_DEAL} and win_number = 1`, 'win 1: won_at is null'],
  [`update deal_wins set at = '2020-01-01Z' where ${OF_DEAL} and win_number = 1`, 'win 1: at is "2020-'],
  [`delete from deal_wins where ${OF_DEAL} and win_number = 2`, 'win 2 is missing'],
  [`update events set at = '2020-01-01Z' where ${PURCHASE} and seq = 2`, 'was changed after it was written'],
  [`update events set changed = '{}' where ${PURCHASE} and seq = 2`, 'was changed after it was written'],
  [`update events set event_id = 'x' where ${PURCHASE} and seq = 2`, 'was changed after it was written'],
  [`update deal_events set event_id = null where ${OF_DEAL} and seq = 1`, 'was changed after it was written'],
  [
    `update events set seq = 9 where ${PURCHASE} and seq = 2; update events set seq = 2 where ${PURCHASE} and seq = 3;
     update events set seq = 3 where ${PURCHASE} and seq = 9`,
    'does not follow the event before',
  ],
  [`delete from events where ${PURCHASE} and seq = 2`, 'expected event 2, found 3'],
])('past the triggers, what was changed, moved or deleted is found: %s', async (change, told) => {
  await falsify(copy.url, change, 'triggers');
  expect((await found()).join('\n')).toContain(told);
});

it.each([
  [
    'purchase',
    'purchases',
    'events',
    PURCHASE,
    `${BOUGHT} 6: is missing: the chain of the ledger has it as link 6`,
  ],
  [
    'deal',
    'deals',
    'deal_events',
    OF_DEAL,
    `${DEAL} 4: is missing: the chain of the ledger has it as link 20`,
  ],
])(
  'a %s whose last event was deleted, and its head moved back, is found',
  async (_, rows, events, where, told) => {
    await falsify(
      copy.url,
      `update ${rows} set event_count = event_count - 1,
       head_hash = (select previous_hash from ${events} where ${where} order by seq desc limit 1) where ${where};
     delete from ${events} where ${where} and seq = (select max(seq) from ${events} where ${where})`,
      'triggers',
    );
    expect(await found()).toEqual([told]);
  },
);

it.each([
  [
    'purchase',
    ['events', 'order_attempts', 'purchases'],
    PURCHASE,
    `${BOUGHT} 1: the purchase is gone: 6 events`,
  ],
  ['deal', ['deal_events', 'deal_wins', 'deals'], OF_DEAL, `${DEAL} 1: the deal is gone: 4 events`],
  [
    'last deal',
    ['deal_events', 'deal_wins', 'deals'],
    `deal = '${LEFT}'`,
    `${LEFT} 1: the deal is gone: 2 events`,
  ],
  ['row of sweeps', ['sweeps'], `source = '${SOURCE}'`, `sweeps of ${SOURCE} 2: the row of sweeps is gone`],
])('a whole %s that was deleted with all its events is found', async (_, tables, where, told) => {
  await falsify(copy.url, tables.map((table) => `delete from ${table} where ${where}`).join(';'), 'triggers');
  expect(await found()).toEqual([expect.stringContaining(told)]);
});

it('events, attempts and wins whose row alone was deleted are found', async () => {
  await falsify(
    copy.url,
    `delete from purchases where ${PURCHASE}; delete from deals where ${OF_DEAL}`,
    'triggers',
  );
  expect(await found()).toEqual([
    expect.stringContaining('6 of them are still there'),
    expect.stringContaining('4 of them are still there'),
  ]);
});

it('two purchases that changed their names with each other are found', async () => {
  const swap = ['purchases', 'order_attempts', 'events']
    .map(
      (table) => `update ${table} set request_id = 'swapping' where request_id = '${BOUGHT}';
        update ${table} set request_id = '${BOUGHT}' where request_id = '${OTHER}';
        update ${table} set request_id = '${OTHER}' where request_id = 'swapping'`,
    )
    .join(';');
  await falsify(copy.url, swap, 'triggers');
  expect(await found()).toEqual([
    `${BOUGHT} 1: was changed after it was written`,
    `${OTHER} 1: was changed after it was written`,
  ]);
});

it.each([
  [
    'purchase',
    `insert into purchases (request_id, workflow_id, fingerprint, request, status, event_count, head_hash, created_at, updated_at)
     select 'put-in', workflow_id, fingerprint, request, status, 0, repeat('0', 64), created_at, updated_at
     from purchases where ${PURCHASE}`,
    'put-in 1: ',
  ],
  [
    'deal',
    `insert into deals select 'put-in', source, status, notified_by, won_at, missing, request, reason_code, reason_message,
     request_id, 0, repeat('0', 64), created_at, updated_at from deals where ${OF_DEAL}`,
    'put-in 1: ',
  ],
  ['sweep', `insert into sweeps values ('put-in', now(), now(), 0, 0)`, 'sweeps of put-in 1: '],
])('a %s that was put in without events is found', async (_, change, told) => {
  await falsify(copy.url, change);
  expect(await found()).toEqual([expect.stringContaining(told)]);
});

it.each([
  "update sweeps set asked_until = asked_until + interval '1 day'",
  'update sweeps set found = found + 1',
  'update sweeps set seq = seq - 1',
])('how far a sweep came is not moved without being found: %s', async (change) => {
  await falsify(copy.url, change);
  expect(await found()).toEqual([
    `sweeps of ${SOURCE} 2: the row of sweeps is not what the chain of the ledger has of its last sweep`,
  ]);
});

/** Writes the history of a purchase anew, with every hash made to fit. */
async function rewrite(): Promise<void> {
  const client = new pg.Client({ connectionString: copy.url });
  await client.connect();
  const { rows } = await client.query<EventRow>(`select * from events where ${PURCHASE} order by seq`);
  const events = rows.map((row) => eventRecord('purchase', BOUGHT, row));
  await client.query('set session_replication_role = replica');
  let previousHash = events[0]!.previousHash;
  for (const event of events) {
    const forged = { ...event, actor: 'nobody', previousHash };
    previousHash = hashOf(forged);
    await client.query(
      `update events set actor = 'nobody', previous_hash = $1, hash = $2 where ${PURCHASE} and seq = $3`,
      [forged.previousHash, previousHash, event.seq],
    );
  }
  await client.query(`update purchases set head_hash = $1 where ${PURCHASE}`, [previousHash]);
  await client.end();
}

it('a purchase whose events were all written anew, with hashes that fit, is found', async () => {
  await rewrite();
  expect(await found()).toEqual([`${BOUGHT} 1: is not what the chain of the ledger has as link 1`]);
});

it('an event that was added with a hash that fits is found: it has no link', async () => {
  const purchase = (await ledger.find(BOUGHT))!;
  const event = {
    record: 'purchase' as const,
    id: BOUGHT,
    seq: purchase.eventCount + 1,
    at: new Date(),
    actor: 'nobody',
    kind: 'decision',
    data: {},
    changed: {},
    eventId: null,
    previousHash: purchase.headHash,
  };
  const [at, hash] = [event.at.toISOString(), hashOf(event)];
  await falsify(
    copy.url,
    `insert into events (request_id, seq, at, actor, kind, data, changed, previous_hash, hash)
       values ('${BOUGHT}', 7, '${at}', 'nobody', 'decision', '{}', '{}', '${purchase.headHash}', '${hash}');
     update purchases set event_count = 7, head_hash = '${hash}', updated_at = '${at}' where ${PURCHASE}`,
  );
  expect(await found()).toEqual([`${BOUGHT} 7: is not in the chain of the ledger`]);
});

it.each<[change: string, told: string[]]>([
  [
    'delete from ledger_chain where seq = 5',
    [`${BOUGHT} 5: is not what the chain of the ledger has as link 6`, 'link 6: link 5 is missing'],
  ],
  [
    'delete from ledger_chain where seq = 24',
    [`sweeps of ${SOURCE} 1: `, 'link 24: the chain ends with link 23, and ledger_head says with link 24'],
  ],
  [
    "update ledger_chain set event_hash = 'x' where seq = 24",
    [`sweeps of ${SOURCE} 2: `, 'link 24: was changed after it was written'],
  ],
  [
    "update ledger_chain set hash = 'x' where seq = 3",
    ['link 3: was changed after it was written', 'link 4: does not follow the link before'],
  ],
  [
    'update ledger_head set seq = 19',
    ['link 25: the chain ends with link 24, and ledger_head says with link 19'],
  ],
  ["update ledger_head set hash = 'x'", ['link 25: the chain ends with link 24']],
  ['delete from ledger_head', ['link 25: ledger_head, which says where the chain ends, is gone']],
])('what was done to the chain itself is found: %s', async (change, told) => {
  await falsify(copy.url, change, 'triggers');
  expect(await found()).toEqual(told.map((words) => expect.stringContaining(words) as string));
});

it('what may be personal is not shown', async () => {
  await falsify(
    copy.url,
    `update purchases set reason_message = 'ann@example.com' where ${PURCHASE};
     update deals set request = '{"billing": "ann@example.com"}' where ${OF_DEAL}`,
  );
  const problems = await found();
  expect(problems).toHaveLength(2);
  expect(problems.join()).not.toContain('ann@');
});

it('a ledger that was rewritten from end to end, or cut, does not have the checkpoints that were kept elsewhere', async () => {
  const early = { seq: 0, hash: '0'.repeat(64), at: '2026-11-24T00:00:00.000Z' };
  const kept = await ledger.checkpoint();
  const held = { checked: 2, broken: [] };
  expect((await ledger.verifyAll([early, kept])).checkpoints).toEqual(held);
  await ledger.deals.record({ deal: LEFT, kind: 'later', actor: 'test', data: {} });
  expect((await ledger.verifyAll([early, kept])).checkpoints).toEqual(held);
  // All that came last, taken away without a trace in the ledger itself.
  await falsify(
    copy.url,
    `delete from deal_events where deal = '${LEFT}'; delete from deals where deal = '${LEFT}';
     delete from sweeps; delete from ledger_chain where seq > 20;
     update ledger_head set (seq, previous_hash, hash) = (select seq, previous_hash, hash from ledger_chain where seq = 20)`,
    'triggers',
  );
  expect(await found()).toEqual([]);
  const problem = `is not there any more: it was there at ${kept.at}, with the hash ${kept.hash}`;
  const { checkpoints } = await ledger.verifyAll([early, kept]);
  expect(checkpoints).toEqual({ checked: 2, broken: [{ seq: 24, problem }] });
});
