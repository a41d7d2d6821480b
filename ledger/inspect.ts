import { sql, type Kysely } from 'kysely';
import type { LedgerState } from '../domain/readiness';
import { RIGHTS } from './application-role';
import { GUARDS, MIGRATION_NAMES, migrationsRun, NEVER_CHANGED, NEVER_DELETED } from './migrations';
import type { LedgerTables } from './schema';

/** What can be said of the ledger's database without reading what is in it. */
export interface LedgerFacts {
  /** `15.6` */
  serverVersion: string;
  /** The database's clock, in ms since 1970. */
  now: number;
  /** After so long Postgres ends a statement of this connection, `10s`; `0`: never. */
  statementTimeout: string;
  /** Migrations of this version that have not run; all of them where there are no tables yet. */
  missing: string[];
  /** Migrations that have run and are not known to this version. */
  newer: string[];
  /** What this role needs and may not do, such as `insert on events`. */
  lacking: string[];
  /** What this role may do and Wonce never does, such as `delete on events`. */
  excess: string[];
  /** Triggers that keep the record and are not there, or switched off. */
  unguarded: string[];
}

/** Whether this version can work with the database now. @throws when it does not answer */
export async function stateOfLedger(db: Kysely<LedgerTables>): Promise<Exclude<LedgerState, 'away'>> {
  // Of a standby both are so; the second alone where a database or a role is set to it.
  const { rows } = await sql<{ isReadOnly: boolean }>`
    select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as "isReadOnly"`.execute(
    db,
  );
  if (rows[0]?.isReadOnly !== false) return 'read-only';
  const run = await migrationsRun(db);
  return MIGRATION_NAMES.every((name) => run.includes(name)) ? 'answers' : 'behind';
}

/** Asks the database; changes nothing. In a transaction: a pooler that knows none is of no use. */
export async function inspectLedger(db: Kysely<LedgerTables>): Promise<LedgerFacts> {
  return db.transaction().execute(factsIn);
}

async function factsIn(db: Kysely<LedgerTables>): Promise<LedgerFacts> {
  const run = await migrationsRun(db);
  const missing = MIGRATION_NAMES.filter((name) => !run.includes(name));
  const newer = run.filter((name) => !MIGRATION_NAMES.includes(name));
  const hasTables = missing.length < MIGRATION_NAMES.length;
  return {
    ...(await serverOf(db)),
    missing,
    newer,
    ...(hasTables ? await rightsOf(db) : { lacking: [], excess: [] }),
    unguarded: hasTables ? await unguardedIn(db) : [],
  };
}

async function serverOf(db: Kysely<LedgerTables>) {
  const { rows } = await sql<{ version: string; now: Date; timeout: string }>`
    select current_setting('server_version') as version, clock_timestamp() as now,
      current_setting('statement_timeout') as timeout`.execute(db);
  const [{ version, now, timeout } = { version: '', now: new Date(NaN), timeout: '' }] = rows;
  return {
    serverVersion: version.split(' ')[0] ?? '',
    now: new Date(now).getTime(),
    statementTimeout: timeout,
  };
}

async function rightsOf(db: Kysely<LedgerTables>): Promise<{ lacking: string[]; excess: string[] }> {
  const needed = Object.entries(RIGHTS).flatMap(([table, rights]) =>
    rights.split(', ').map((right) => ({ table, right })),
  );
  const forbidden = [
    ...Object.keys(NEVER_CHANGED).flatMap((table) => ['update', 'delete'].map((right) => ({ table, right }))),
    ...NEVER_DELETED.map((table) => ({ table, right: 'delete' })),
  ];
  const lacking = await those(db, needed, false);
  return { lacking, excess: await those(db, forbidden, true) };
}

/** Those of the rights that this role has, or has not. */
async function those(
  db: Kysely<LedgerTables>,
  rights: readonly { table: string; right: string }[],
  has: boolean,
): Promise<string[]> {
  const found: string[] = [];
  for (const { table, right } of rights) {
    const { rows } = await sql<{ has: boolean }>`
      select has_table_privilege(to_regclass(${table})::oid, ${right}) as has`.execute(db);
    if ((rows[0]?.has === true) === has) found.push(`${right} on ${table}`);
  }
  return found;
}

async function unguardedIn(db: Kysely<LedgerTables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select tgname as name from pg_trigger where not tgisinternal and tgenabled <> 'D'`.execute(db);
  const there = new Set(rows.map(({ name }) => name));
  return GUARDS.filter((name) => !there.has(name));
}
