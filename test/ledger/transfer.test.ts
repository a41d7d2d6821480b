import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { Ledger } from '../../ledger/ledger';
import { exportLedger, importLedger } from '../../ledger/transfer';
import { fingerprintOf } from '../../validation/fingerprint';
import { tutorialRequest } from '../support/requests';
import { DATABASES, freshPostgres, type DatabaseForTests } from './databases';

const DEAL = 'hubspot:4711:1';

/** A ledger with something in every table that the record is made of, personal values included. */
async function fill(url: string, purchases: number): Promise<void> {
  const ledger = await Ledger.open(url);
  for (let n = 0; n < purchases; n++) {
    const request = { ...tutorialRequest(`moved-${n}`), activationMailTo: { email: `ann${n}@example.org` } };
    const { requestId } = request;
    const fingerprint = fingerprintOf(request);
    const workflowId = purchaseWorkflowIdOf(requestId);
    await ledger.accept({ request, fingerprint, workflowId, actor: 'test' });
    // More digits than a number of JavaScript holds.
    const body = '{"billingId":3197218168379846218,"amount":100.00}';
    await ledger.openAttempt({ requestId, fingerprint, body, actor: 'test' });
    const outcome = { outcome: 'unknown', code: 'Cut', message: 'cut ü\n"', evidence: {} } as const;
    await ledger.recordOutcome({ requestId, attempt: 1, outcome, status: 'settling', actor: 'test' });
  }
  await ledger.deals.recordNotification({ source: 'crm', deal: DEAL, by: 'person' }, 'test');
  await ledger.deals.record({
    deal: DEAL,
    kind: 'decision',
    actor: 'Ann',
    data: { fill: { plan: 'Ultimate' } },
  });
  await ledger.deals.addWin({
    deal: DEAL,
    kind: 'requested',
    actor: 'test',
    status: 'requested',
    requestId: 'r',
    after: 0,
  });
  await ledger.close();
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function tables(database: DatabaseForTests): Promise<DatabaseForTests> {
  await (await Ledger.open(database.url)).close();
  return database;
}

const newFile = () => join(mkdtempSync(join(tmpdir(), 'wonce-transfer-')), 'ledger.jsonl');
const [postgres, pglite] = DATABASES.map(([, fresh]) => fresh);

it.each([
  ['from PGlite to Postgres', pglite!, postgres!],
  ['from Postgres to PGlite', postgres!, pglite!],
])('a ledger is moved %s with every digit, and verifies there', async (_, from, to) => {
  const [source, target] = await Promise.all([from().then(tables), to().then(tables)]);
  await fill(source.url, 7);
  // Digits that a number of JavaScript would lose; no part of the record.
  const notice = `insert into notices (id, key, type, address, data, found_at)
    values ('n', 'k', 'waiting', 'a', '{"n": 12345678901234567890.10}', '2026-11-28 01:02:03.456+00')`;
  await query(source.url, notice);
  const [first, second] = [newFile(), newFile()];
  const exported = await exportLedger(source.url, first);
  expect(exported.rows).toMatchObject({
    purchases: 7,
    order_attempts: 7,
    deals: 1,
    deal_wins: 1,
    notices: 1,
  });
  expect(exported.rows.personal_values).toBeGreaterThan(0);
  expect(statSync(first).mode & 0o777).toBe(0o600);

  expect(await importLedger(target.url, first)).toEqual(exported);
  await exportLedger(target.url, second);
  expect(readFileSync(second, 'utf8')).toBe(readFileSync(first, 'utf8'));
  expect(readFileSync(first, 'utf8')).toContain('12345678901234567890.10');

  // It goes on there: the next event follows the last one.
  const ledger = await Ledger.open(target.url);
  await ledger.recordStatus({ requestId: 'moved-0', kind: 'settling', actor: 'test', status: 'settling' });
  expect(await ledger.verifyAll()).toMatchObject({ checked: 7, broken: [], chain: { broken: [] } });
  expect(await ledger.find('moved-3')).toMatchObject({
    request: { activationMailTo: { email: 'ann3@example.org' } },
  });
  expect((await ledger.inspect()).unguarded).toEqual([]);
  await ledger.close();
  await Promise.all([source.drop(), target.drop()]);
});

it('a role that owns nothing imports as well', async () => {
  const [source, target] = await Promise.all([freshPostgres().then(tables), freshPostgres().then(tables)]);
  await fill(source.url, 2);
  const file = newFile();
  await exportLedger(source.url, file);
  await query(target.url, 'create role wonce_importer login');
  const ledger = await Ledger.open(target.url);
  await ledger.grantTo('wonce_importer');
  const url = new URL(target.url);
  url.username = 'wonce_importer';
  await importLedger(url.href, file);
  expect(await ledger.verifyAll()).toMatchObject({ checked: 2, broken: [], chain: { broken: [] } });
  await ledger.close();
  await query(target.url, 'drop owned by wonce_importer; drop role wonce_importer');
  await Promise.all([source.drop(), target.drop()]);
});

describe('of what is not right, nothing is written', () => {
  let source: DatabaseForTests;
  let target: DatabaseForTests;
  let text: string;

  beforeAll(async () => {
    [source, target] = await Promise.all([freshPostgres().then(tables), freshPostgres().then(tables)]);
    await fill(source.url, 3);
    const file = newFile();
    await exportLedger(source.url, file);
    text = readFileSync(file, 'utf8');
  });
  afterEach(async () => {
    const [counts] = await query(
      target.url,
      'select (select count(*) from purchases) as purchases, (select seq from ledger_head) as seq',
    );
    expect(counts).toEqual({ purchases: '0', seq: '0' });
  });
  afterAll(() => Promise.all([source.drop(), target.drop()]));

  const imported = (content: string) => {
    const file = newFile();
    writeFileSync(file, content);
    return importLedger(target.url, file);
  };

  it.each([
    ['a file that was changed', (all: string) => all.replace('moved-1', 'moved-9'), 'LedgerFileBroken'],
    ['a file that is cut off', (all: string) => all.slice(0, all.lastIndexOf('["end"')), 'LedgerFileBroken'],
    ['another file', () => 'hello\n', 'LedgerFileBroken'],
    [
      'a file of other tables',
      (all: string) => all.replace('2026-11-29-personal', '2027-01-01-x'),
      'LedgerVersionDiffers',
    ],
  ])('%s', async (_, change, code) => {
    await expect(imported(change(text))).rejects.toMatchObject({ code });
  });

  it('a ledger that is not whole, though its file is', async () => {
    const broken = await freshPostgres(source);
    await query(
      broken.url,
      `alter table events disable trigger all; update events set actor = 'Mallory' where seq = 1`,
    );
    const file = newFile();
    await exportLedger(broken.url, file);
    await expect(importLedger(target.url, file)).rejects.toMatchObject({
      code: 'LedgerImportRefused',
      message: expect.stringContaining('moved-0') as string,
    });
    await broken.drop();
  });

  it('into a ledger that has something', async () => {
    const file = newFile();
    await exportLedger(source.url, file);
    await expect(importLedger(source.url, file)).rejects.toMatchObject({ code: 'LedgerNotEmpty' });
    const ledger = await Ledger.open(source.url);
    expect(await ledger.verifyAll()).toMatchObject({ checked: 3, broken: [] });
    await ledger.close();
  });

  it('a file that is there is not written over', async () => {
    const file = newFile();
    writeFileSync(file, 'mine');
    await expect(exportLedger(source.url, file)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});

it('what is written while it is exported is in the file as a whole, or not at all', async () => {
  const source = await freshPostgres().then(tables);
  const target = await freshPostgres().then(tables);
  await fill(source.url, 5);
  const file = newFile();
  const writer = await Ledger.open(source.url);
  let writes = 0;
  const isOver = { yes: false };
  const writing = (async () => {
    while (!isOver.yes) {
      await writer.recordStatus({
        requestId: 'moved-0',
        kind: 'choice-asked',
        actor: 'test',
        data: { n: writes++ },
      });
    }
  })();
  await exportLedger(source.url, file, () => undefined);
  isOver.yes = true;
  await writing;
  await importLedger(target.url, file);
  expect(writes).toBeGreaterThan(0);
  await writer.close();
  await Promise.all([source.drop(), target.drop()]);
});
