import { BOUGHT, DEAL, falsify, WAITING, writeBook } from '../ledger/book-to-falsify';
import { Ledger } from '../../ledger/ledger';
import { freshPostgres, type DatabaseForTests } from '../ledger/databases';
import { requestFile, wonceWith } from '../support/npm-start';
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
