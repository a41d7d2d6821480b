import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { once } from 'node:events';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { asLedgerError, fileBroken, importRefused, notEmpty, versionDiffers } from './errors';
import { FIRST_PREVIOUS_HASH } from './hash-chain';
import { verifyLedgerChain } from './ledger-chain';
import { migrationsRun } from './migrations';
import type { LedgerTables } from './schema';
import { verifyRecords } from './verify-ledger';

/** Every table of the ledger, each after those that it points to, and what its rows are sorted by. */
const TABLES: Record<keyof LedgerTables, string> = {
  purchases: 'request_id',
  order_attempts: 'request_id, attempt',
  events: 'request_id, seq',
  deals: 'deal',
  deal_wins: 'deal, win_number',
  deal_events: 'deal, seq',
  sweeps: 'source',
  swept_deals: 'source, asked_at, deal',
  vendor_lists: 'list, name',
  ledger_chain: 'seq',
  ledger_head: 'one',
  notices: 'id',
  personal_values: 'commitment',
  book_differences: 'kind, order_no',
  book_comparisons: 'id',
};
type Table = keyof LedgerTables;
const NAMES = Object.keys(TABLES) as Table[];

/** How many rows each table has. */
export type RowCounts = Record<Table, number>;

/** What goes before the rows in the file. */
interface Header {
  format: 'wonce ledger 1';
  /** Those that have run, in their order: rows go only into tables that are alike. */
  migrations: string[];
}

/** What goes after the rows: how many there are, and the SHA-256 (hex) of all before it. */
interface End {
  rows: RowCounts;
  sha256: string;
}

const FORMAT: Header['format'] = 'wonce ledger 1';
const ROWS_AT_ONCE = 500;
const CHARACTERS_AT_ONCE = 4_000_000;

/** Told after each batch of rows. */
type OnProgress = (table: string, rows: number) => void;

/**
 * Writes the whole ledger into a new file, as it is at one moment: a header, the rows of each table as the database
 * itself writes them in JSON, a line each, and a last line with their counts and hash. Nobody else can read the file: it
 * has all that is personal, too.
 *
 * @throws LedgerError LedgerUnavailable; an Error of the file system, also when the file is there already
 */
export async function exportLedger(
  databaseUrl: string,
  file: string,
  onProgress: OnProgress = () => undefined,
): Promise<End> {
  const stream = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true });
  await once(stream, 'open');
  try {
    const end = await withDatabase(databaseUrl, (db) =>
      db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute((trx) => writeRows(trx, stream, onProgress)),
    );
    stream.end();
    await finished(stream);
    return end;
  } catch (error) {
    stream.destroy();
    await rm(file, { force: true });
    throw error;
  }
}

async function writeRows(
  trx: Transaction<LedgerTables>,
  stream: NodeJS.WritableStream,
  onProgress: OnProgress,
): Promise<End> {
  const hash = createHash('sha256');
  const write = async (text: string) => {
    hash.update(text);
    if (!stream.write(text)) await once(stream, 'drain');
  };
  const header: Header = { format: FORMAT, migrations: await migrationsRun(trx) };
  await write(`${JSON.stringify(header)}\n`);
  const rows = emptyCounts();
  for (const table of NAMES) {
    await write(`${JSON.stringify([table])}\n`);
    for await (const lines of linesOf(trx, table)) {
      rows[table] += lines.length;
      await write(`${lines.join('\n')}\n`);
      onProgress(table, rows[table]);
    }
  }
  const end = { rows, sha256: hash.digest('hex') };
  stream.write(`${JSON.stringify(['end', end])}\n`);
  return end;
}

/** The database writes each row itself: of what has passed through numbers of JavaScript, digits may be missing. */
async function* linesOf(trx: Transaction<LedgerTables>, table: Table): AsyncGenerator<string[]> {
  await sql`declare rows_of_table no scroll cursor for
    select row_to_json(t)::text as line from ${sql.table(table)} t order by ${sql.raw(TABLES[table])}`.execute(
    trx,
  );
  for (;;) {
    const { rows } = await sql<{
      line: string;
    }>`fetch ${sql.raw(String(ROWS_AT_ONCE))} from rows_of_table`.execute(trx);
    if (rows.length === 0) break;
    yield rows.map(({ line }) => line);
  }
  await sql`close rows_of_table`.execute(trx);
}

/**
 * Fills an empty ledger from such a file, all of it or nothing: then every record and the whole chain are verified.
 *
 * @throws LedgerError LedgerNotEmpty, LedgerVersionDiffers, LedgerFileBroken, LedgerImportRefused (what came in does not
 *   verify), LedgerUnavailable: nothing was written
 */
export async function importLedger(
  databaseUrl: string,
  file: string,
  onProgress: OnProgress = () => undefined,
): Promise<End> {
  return withDatabase(databaseUrl, (db) =>
    db.transaction().execute(async (trx) => {
      await refuseOtherThanEmpty(trx);
      const end = await readRows(trx, file, onProgress);
      await verifyImported(trx, onProgress);
      return end;
    }),
  );
}

/** Whoever writes to the ledger writes to its head: until the import is over, nobody does. */
async function refuseOtherThanEmpty(trx: Transaction<LedgerTables>): Promise<void> {
  await trx.selectFrom('ledger_head').select('seq').forUpdate().execute();
  const counts = await countsIn(trx);
  const filled = NAMES.filter((table) => table !== 'ledger_head' && counts[table] > 0);
  const head = await trx.selectFrom('ledger_head').select('hash').executeTakeFirst();
  if (filled.length > 0 || head?.hash !== FIRST_PREVIOUS_HASH) throw notEmpty(filled);
}

async function readRows(trx: Transaction<LedgerTables>, file: string, onProgress: OnProgress): Promise<End> {
  const hash = createHash('sha256');
  const rows = emptyCounts();
  let table: Table | undefined;
  let hasHeader = false;
  let batch: string[] = [];
  let characters = 0;
  const flush = async () => {
    if (table === undefined || batch.length === 0) return;
    await insertRows(trx, table, batch);
    rows[table] += batch.length;
    onProgress(table, rows[table]);
    batch = [];
    characters = 0;
  };
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (!hasHeader) {
      await refuseOtherVersion(trx, line);
      hasHeader = true;
    } else if (line.startsWith('["end",')) {
      await flush();
      const [, end] = parsed(line) as [string, End];
      if (hash.digest('hex') !== end.sha256)
        throw fileBroken('its content does not have the hash in its last line');
      await refuseOtherCounts(trx, end);
      return end;
    } else if (line.startsWith('[')) {
      await flush();
      const [name] = parsed(line) as [string];
      table = NAMES.find((known) => known === name);
      if (table === undefined) throw fileBroken(`the ledger has no table "${name}"`);
    } else {
      characters += line.length;
      if (batch.push(line) >= ROWS_AT_ONCE || characters >= CHARACTERS_AT_ONCE) await flush();
    }
    hash.update(`${line}\n`);
  }
  throw fileBroken('it has no last line: the export was broken off, or the file is not whole');
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw fileBroken('a line of it is no JSON');
  }
}

async function refuseOtherVersion(trx: Transaction<LedgerTables>, line: string): Promise<void> {
  const header = parsed(line) as Partial<Header> | null;
  if (header?.format !== FORMAT || !Array.isArray(header.migrations)) {
    throw fileBroken('its first line is not that of an exported ledger');
  }
  const here = await migrationsRun(trx);
  if (header.migrations.join() !== here.join()) throw versionDiffers(header.migrations, here);
}

async function insertRows(trx: Transaction<LedgerTables>, table: Table, lines: string[]): Promise<void> {
  const rows = `[${lines.join(',')}]`;
  if (table === 'ledger_head') return moveHead(trx, rows);
  try {
    await sql`insert into ${sql.table(table)}
      select * from json_populate_recordset(null::${sql.table(table)}, ${rows}::json)`.execute(trx);
  } catch (error) {
    // What the table does not take: no JSON, a wrong value, a row that points to none.
    const { code = '', message } = error as { code?: string; message?: string };
    throw /^2[23]/.test(code) ? fileBroken(`${table} does not take a row of it (${message})`) : error;
  }
}

/**
 * The head goes on link by link, as its guard wants it. Whoever owns the table lets it go to the last one at once: with
 * each step of one transaction, the next one takes longer.
 */
async function moveHead(trx: Transaction<LedgerTables>, rows: string): Promise<void> {
  const { rows: found } = await sql<{ isOwner: boolean }>`
    select pg_has_role(relowner, 'usage') as "isOwner" from pg_class where oid = 'ledger_head'::regclass`.execute(
    trx,
  );
  if (found[0]?.isOwner !== true) return moveHeadStepwise(trx);
  await sql`alter table ledger_head disable trigger ledger_head_goes_on`.execute(trx);
  await sql`update ledger_head h set seq = f.seq, previous_hash = f.previous_hash, hash = f.hash
    from json_populate_recordset(null::ledger_head, ${rows}::json) f`.execute(trx);
  await sql`alter table ledger_head enable trigger ledger_head_goes_on`.execute(trx);
}

async function moveHeadStepwise(trx: Transaction<LedgerTables>): Promise<void> {
  await sql`do $$
    declare link record;
    begin
      for link in select seq, previous_hash, hash from ledger_chain order by seq loop
        update ledger_head set seq = link.seq, previous_hash = link.previous_hash, hash = link.hash;
      end loop;
    end $$`.execute(trx);
}

async function refuseOtherCounts(trx: Transaction<LedgerTables>, { rows }: End): Promise<void> {
  const there = await countsIn(trx);
  const wrong = NAMES.filter((table) => there[table] !== rows[table]);
  if (wrong.length === 0) return;
  const shown = wrong.map((table) => `${table}: ${there[table]} instead of ${rows[table]} rows`);
  throw importRefused(shown.join('; '));
}

async function verifyImported(trx: Transaction<LedgerTables>, onProgress: OnProgress): Promise<void> {
  const broken: string[] = [];
  for (const record of ['purchase', 'deal', 'sweep'] as const) {
    const found = await verifyRecords(trx, record, (done) => onProgress(`verified: ${record}`, done));
    broken.push(...found.broken.map(({ id, seq, problem }) => `${record} ${id}, event ${seq}: ${problem}`));
  }
  const chain = await verifyLedgerChain(trx, (done) => onProgress('verified: link', done));
  broken.push(...chain.broken.map(({ seq, problem }) => `link ${seq}: ${problem}`));
  if (broken.length > 0) throw importRefused(broken.slice(0, 10).join('; '));
}

async function countsIn(trx: Transaction<LedgerTables>): Promise<RowCounts> {
  const counts = emptyCounts();
  for (const table of NAMES) {
    const { rows } = await sql<{ rows: string }>`select count(*) as rows from ${sql.table(table)}`.execute(
      trx,
    );
    counts[table] = Number(rows[0]?.rows);
  }
  return counts;
}

function emptyCounts(): RowCounts {
  return Object.fromEntries(NAMES.map((table) => [table, 0])) as RowCounts;
}

/** A connection of its own, without the time limits of those that serve people: a large ledger takes its time. */
async function withDatabase<Result>(
  databaseUrl: string,
  work: (db: Kysely<LedgerTables>) => Promise<Result>,
): Promise<Result> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 1,
    connectionTimeoutMillis: 10_000,
    application_name: 'wonce ledger',
  });
  pool.on('error', () => undefined);
  const db = new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    return await work(db);
  } catch (error) {
    throw asLedgerError(error, databaseUrl);
  } finally {
    await db.destroy();
  }
}
