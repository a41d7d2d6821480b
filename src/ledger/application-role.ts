import { DEFAULT_MIGRATION_LOCK_TABLE, DEFAULT_MIGRATION_TABLE, sql, type Kysely } from 'kysely';
import type { LedgerTables } from './schema';

/** What Wonce itself does with each table, and no more. */
const RIGHTS: Record<keyof LedgerTables, string> = {
  purchases: 'select, insert, update',
  order_attempts: 'select, insert, update',
  events: 'select, insert',
  deals: 'select, insert, update',
  deal_wins: 'select, insert',
  deal_events: 'select, insert',
  sweeps: 'select, insert, update',
  swept_deals: 'select, insert, delete',
  ledger_chain: 'select, insert',
  ledger_head: 'select, update',
};

/**
 * Lets a role that owns nothing do all that Wonce does with the ledger. It cannot change the tables, their triggers and
 * rights, nor what was written and is kept. To be run by the owner of the tables, after each change of them.
 */
export async function grantToApplication(db: Kysely<LedgerTables>, role: string): Promise<void> {
  const rights = Object.entries(RIGHTS);
  // A worker looks there whether the tables are up to date.
  for (const table of [DEFAULT_MIGRATION_TABLE, DEFAULT_MIGRATION_LOCK_TABLE]) rights.push([table, 'select']);
  for (const [table, allowed] of rights) {
    await sql`revoke all on ${sql.table(table)} from ${sql.id(role)}`.execute(db);
    await sql`grant ${sql.raw(allowed)} on ${sql.table(table)} to ${sql.id(role)}`.execute(db);
  }
}
