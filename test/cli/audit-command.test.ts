import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { widthOf } from '../../cli/wrap';
import type { PurchaseRequest } from '../../domain/request';
import { fingerprintOf } from '../../validation/fingerprint';
import { tutorialRequest } from '../support/requests';
import { BOUGHT, DEAL, falsify, WAITING, writeBook } from '../ledger/book-to-falsify';
import { Ledger } from '../../ledger/ledger';
import { freshPostgres, type DatabaseForTests } from '../ledger/databases';
import { requestFile, testFolder, wonceWith } from '../support/npm-start';
import { required } from '../support/required';

let original: DatabaseForTests;
let copy: DatabaseForTests;

beforeAll(async () => {
  original = await freshPostgres();
  await writeBook(original.url);
});
afterAll(() => original.drop());
beforeEach(async () => {
  copy = await freshPostgres(original);
});
afterEach(() => copy.drop());

const audit = (...args: string[]) =>
  wonceWith(
    { DATABASE_URL: copy.url, TEMPORAL_ADDRESS: required('WONCE_TEST_TEMPORAL_ADDRESS') },
    'audit',
    ...args,
  );

const PURCHASE = `request_id = '${BOUGHT}'`;

it('a book that nobody falsified is verified, by words and as JSON', async () => {
  expect(await audit('--verify')).toMatchObject({
    code: 0,
    stdout: '3 purchases and 2 deals checked, 0 broken.\n',
  });
  const { code, stdout } = await audit('--verify', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ checked: 3, broken: [], chain: { links: 24, broken: [] } });
});

it.each([
  [
    'a row that was changed',
    `update purchases set status = 'refused' where ${PURCHASE}`,
    undefined,
    `${BOUGHT}, event 6: status is "refused", the events say "ordered"`,
  ],
  [
    'a last event that was deleted, with the head moved back',
    `update purchases set event_count = 5,
       head_hash = (select hash from events where ${PURCHASE} and seq = 5) where ${PURCHASE};
     delete from events where ${PURCHASE} and seq = 6`,
    'triggers',
    `${BOUGHT}, event 6: is missing: the chain of the ledger has it as link 6`,
  ],
  [
    'a purchase that was deleted with all its events',
    `delete from events where ${PURCHASE}; delete from order_attempts where ${PURCHASE};
     delete from purchases where ${PURCHASE}`,
    'triggers',
    `${BOUGHT}, event 1: the purchase is gone: 6 events of it are in the chain of the ledger, the first as link 1, 0 of them are still there`,
  ],
] as const)('%s is told by `wonce audit --verify`, exit 1', async (_name, change, past, told) => {
  await falsify(copy.url, change, past);
  const { code, stdout } = await audit('--verify');
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: `3 purchases and 2 deals checked, 1 broken.\n${told}\n`,
  });
  const asJson = await audit('--verify', '--json');
  expect(asJson.code).toBe(1);
  expect((JSON.parse(asJson.stdout) as { broken: unknown }).broken).toMatchObject([{ requestId: BOUGHT }]);
  const verdict = told.replace(`${BOUGHT}, event `, 'THE CHAIN IS BROKEN at event ');
  const ofOne = await audit(BOUGHT);
  expect(ofOne.code).toBe(1);
  expect(ofOne.stdout.replace(/\s+/g, ' ')).toContain(verdict);
});

it.each([
  [
    'an attempt',
    `delete from order_attempts where ${PURCHASE} and attempt = 1`,
    [`${BOUGHT}, event 6: attempt 1 is missing`],
  ],
  [
    'an event',
    `delete from events where ${PURCHASE} and seq = 2`,
    [`${BOUGHT}, event 2: expected event 2, found 3`],
  ],
  [
    'a deal with all its events',
    `delete from deal_events where deal = '${DEAL}'; delete from deal_wins where deal = '${DEAL}';
     delete from deals where deal = '${DEAL}'`,
    [
      `deal ${DEAL}, event 1: the deal is gone: 4 events of it are in the chain of the ledger, the first as link 17, 0 of them are still there`,
    ],
  ],
  [
    'a purchase with all its events and links',
    `delete from events where ${PURCHASE}; delete from order_attempts where ${PURCHASE};
     delete from purchases where ${PURCHASE}; delete from ledger_chain where id = '${BOUGHT}'`,
    ['the chain of the ledger, first broken link 7: links 1 to 6 are missing'],
  ],
])('by whoever owns the tables removed, %s is named, exit 1', async (_name, change, told) => {
  await falsify(copy.url, change, 'triggers');
  const { code, stdout } = await audit('--verify');
  expect(code).toBe(1);
  expect(stdout.trimEnd().split('\n').slice(1)).toEqual(told);
});

it('a checkpoint that was kept elsewhere tells of a book that was cut without a trace', async () => {
  const { code, stdout: line } = await audit('--checkpoint');
  expect(code).toBe(0);
  expect(line).toMatch(/^24 [0-9a-f]{64} \d{4}-\d\d-\d\dT[\d:.]+Z\n$/);
  const file = requestFile('checkpoints.txt', `# kept with the books\n${line}${line}`);
  for (const [given, checked] of [
    [file, 2],
    [line, 1],
  ] as const) {
    expect(await audit('--verify', '--against', given)).toMatchObject({
      code: 0,
      stdout: `3 purchases and 2 deals checked, 0 broken.\n${checked} checkpoints compared.\n`,
    });
  }
  await falsify(
    copy.url,
    `delete from sweeps; delete from ledger_chain where seq > 22;
     update ledger_head set (seq, previous_hash, hash) =
       (select seq, previous_hash, hash from ledger_chain where seq = 22)`,
    'triggers',
  );
  expect((await audit('--verify')).code).toBe(0);
  const against = await audit('--verify', '--against', file);
  expect(against.code).toBe(1);
  expect(against.stdout).toContain('a checkpoint, link 24: is not there any more: it was there at 20');
});

it.each([
  [[]],
  [['--checkpoint', '--verify']],
  [[DEAL, '--verify']],
  [['--against', 'checkpoints.txt']],
  [['--verify', '--against', 'no-such-file.txt']],
  [['--verify', '--public-key', 'audit.pub']],
  [['--verify', '--key', 'audit.pem']],
  [['--checkpoint', '--key', 'no-such-file.pem']],
  [['--checkpoint', '--jsonl']],
  [['--checkpoint', '--csv']],
  [[BOUGHT, '--bom']],
  [[BOUGHT, '--json', '--jsonl']],
  [['--export', '2026-11-01']],
  [['--export', '2026-11-31..2026-12-01']],
  [['--export', '2026-11-01..2026-11-30', '--json', '--csv']],
])('is used wrongly, and says so: %j', async (args) => {
  expect(await audit(...args)).toMatchObject({ code: 2, stdout: '' });
});

it('a line that is no checkpoint is shown, with what would be one', async () => {
  const file = requestFile('checkpoints.txt', 'sha256:abc\n');
  const { code, stderr } = await audit('--verify', '--against', file);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^WrongUse: .*line 1 is no checkpoint: expected number, hash and time .*"sha256:abc"/m,
  );
});

it('a purchase is told in 80 columns, as one object of JSON, or as JSON Lines with the verdict last', async () => {
  const { code, stdout } = await audit(BOUGHT);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Purchase bought\nTimes of \S+, UTC[+-]\d\d:\d\d\n/);
  expect(stdout).toMatch(
    /ordered, attempt 2: ZC-bought, pending \(test\)[^]*\nThe chain of 6 events holds\.\n$/,
  );
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  const asJson = JSON.parse((await audit(BOUGHT, '--json')).stdout) as { events: object[] };
  expect(asJson).toMatchObject({ verification: { ok: true, events: 6 } });
  const lines = (await audit(BOUGHT, '--jsonl')).stdout.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    ...asJson.events,
    { verification: { ok: true, events: 6 } },
  ]);
});

it('JSON stays JSON, whatever a text turns or hides', async () => {
  const ledger = await Ledger.open(copy.url, { migrate: false });
  const reason = { code: 'X', message: '\u202eevil\u009b31m\u200b' };
  await ledger.recordStatus({ requestId: WAITING, kind: 'settling', actor: 'test', reason });
  await ledger.close();
  const { stdout } = await audit(WAITING, '--json');
  expect(JSON.parse(stdout)).toMatchObject({ events: { 4: { data: { reason } } } });
  expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

it('a pair of keys is made for its owner alone, and never in place of another one', async () => {
  const file = join(testFolder(), 'audit.pem');
  expect((await audit('--new-key', file)).code).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const before = readFileSync(file, 'utf8');
  expect(await audit('--new-key', file)).toMatchObject({ code: 2, stdout: '' });
  rmSync(`${file}.pub`);
  expect(await audit('--new-key', file)).toMatchObject({ code: 2, stdout: '' });
  expect(readFileSync(file, 'utf8')).toBe(before);
  writeFileSync(`${file}.2.pub`, 'kept');
  expect(await audit('--new-key', `${file}.2`)).toMatchObject({ code: 2, stdout: '' });
  expect(existsSync(`${file}.2`)).toBe(false);
});

it('a signed checkpoint holds with its public key; one without a signature, or with a wrong one, is named', async () => {
  const [key, other] = [join(testFolder(), 'audit.pem'), join(testFolder(), 'other.pem')];
  await audit('--new-key', key);
  await audit('--new-key', other);
  const { code, stdout: line } = await audit('--checkpoint', '--key', key);
  expect(code).toBe(0);
  expect(line).toMatch(/^24 [0-9a-f]{64} \S+Z ed25519:[0-9a-f]{128}\n$/);
  const verified = (...lines: string[]) =>
    audit('--verify', '--against', requestFile('c.txt', lines.join('')), '--public-key', `${key}.pub`);
  const checked = '3 purchases and 2 deals checked';
  expect(await verified(line, line)).toMatchObject({
    code: 0,
    stdout: `${checked}, 0 broken.\n2 checkpoints compared, each with its signature.\n`,
  });
  const bySomebodyElse = (await audit('--checkpoint', '--key', other)).stdout;
  const against = await verified(
    line,
    line.replace(/ ed25519:.*/, ''),
    line.replace('24 ', '23 '),
    bySomebodyElse,
  );
  expect(against.code).toBe(1);
  expect(against.stdout.replace(/of 2\S+ /g, '')).toBe(
    `${checked}, 3 broken.\n4 checkpoints compared, each with its signature.\n` +
      'a checkpoint, link 24: the one has no signature\n' +
      'a checkpoint, link 23: the one has a wrong signature: it was changed, or another key has signed it\n' +
      'a checkpoint, link 24: the one has a wrong signature: it was changed, or another key has signed it\n',
  );
  const unchecked = await audit('--verify', '--against', line);
  expect(unchecked).toMatchObject({ code: 0 });
  expect(unchecked.stdout).toContain('Their signatures were not checked: give --public-key.');
});

it('the first broken link of the chain is named, and each record whose event it sealed', async () => {
  await falsify(
    copy.url,
    `update ledger_chain set event_hash = repeat('0', 64) where seq in (4, 9)`,
    'triggers',
  );
  const { code, stdout } = await audit('--verify');
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout:
      '3 purchases and 2 deals checked, 4 broken.\n' +
      `${BOUGHT}, event 4: is not what the chain of the ledger has as link 4\n` +
      'other, event 3: is not what the chain of the ledger has as link 9\n' +
      'the chain of the ledger, first broken link 4: was changed after it was written\n' +
      'the chain of the ledger, link 9: was changed after it was written\n',
  });
});

it('what stands in the ids of a ledger that somebody has changed begins no line', async () => {
  await falsify(copy.url, `insert into sweeps values (E'x\\n0 broken.\\u001b[2J', now(), now(), 0, 0)`);
  const { code, stdout } = await audit('--verify');
  expect(code).toBe(1);
  expect(stdout.split('\n')).toHaveLength(3);
  expect(stdout).toContain('sweeps of x\\u{a}0 broken.\\u{1b}[2J, sweep 1: ');
});

const TODAY = '2026-01-01..2999-12-31';

it('the orders of some days are exported as CSV, with a byte order mark where it is wanted, and as JSON', async () => {
  const { code, stdout, stderr } = await audit('--export', TODAY);
  expect(code).toBe(0);
  const [header, ...rows] = stdout.split('\r\n');
  expect(header).toMatch(/^date,orderedAt,deal,requestId,operation,/);
  expect(rows).toEqual([
    expect.stringContaining(`,,${BOUGHT},purchase,,,ZC-bought,,`),
    expect.any(String),
    '',
  ]);
  expect(stderr).toMatch(/^Not among them: 1 of which nobody knows yet/);
  expect((await audit('--export', TODAY, '--bom')).stdout).toBe(`\uFEFF${stdout}`);
  const { orders } = JSON.parse((await audit('--export', TODAY, '--json')).stdout) as { orders: object[] };
  expect(orders).toMatchObject([{ requestId: BOUGHT, orderNo: 'ZC-bought' }, { requestId: 'other' }]);
  const none = await audit('--export', '2020-01-01..2020-12-31', '--json');
  expect(none).toEqual({ code: 0, stdout: '{"orders":[]}\n', stderr: '' });
});

it('hostile texts in every field that a deal or a vendor can fill: told as text, and exported as text', async () => {
  const hostile = '\u001b[2J\r\n=HYPERLINK("http://x")\u202e\u200b\u3164<b>;=1,שלום'.repeat(20);
  const ledger = await Ledger.open(copy.url, { migrate: false });
  const request = {
    ...tutorialRequest('hostile'),
    ...{ plan: hostile, services: [hostile], poNumber: hostile, billingContact: { company: hostile } },
    license: { kind: 'new', partner: { company: hostile } },
  } as PurchaseRequest;
  const fingerprint = fingerprintOf(request);
  const actor = 'wonce:workflow';
  await ledger.accept({ request, fingerprint, workflowId: 'x', actor, via: hostile });
  await ledger.openAttempt({ requestId: 'hostile', fingerprint, body: hostile, actor });
  const order = { orderNo: hostile, orderStatus: hostile, transactionNo: hostile, productNo: hostile };
  const outcome = { outcome: 'created', order, evidence: { vendorMessage: hostile } } as const;
  await ledger.recordOutcome({ requestId: 'hostile', attempt: 1, outcome, status: 'ordered', actor });
  const data = { verb: 'choose', id: hostile, why: hostile };
  await ledger.recordStatus({ requestId: 'hostile', kind: 'decision', actor: `=${hostile}`, data });
  await ledger.close();

  const told = await audit('hostile');
  expect(told.code).toBe(0);
  const lines = told.stdout.split('\n');
  expect(lines.filter((line) => widthOf(line) > 80)).toEqual([]);
  expect(lines.filter((line) => /^\d\d:\d\d:\d\d {2}/.test(line))).toHaveLength(4);
  const { stdout } = await audit('--export', TODAY);
  const rows = stdout.split('\r\n');
  expect(rows).toHaveLength(5);
  for (const part of rows.flatMap((row) => row.split(/[,;]/))) {
    expect(part.replace(/^"/, '').trimStart()).not.toMatch(/^[=+\-@＝]/);
  }
  for (const text of [...lines, ...rows]) {
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u);
  }
  expect((await audit('--verify')).code).toBe(0);
});
