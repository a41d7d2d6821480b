import { DEFAULT_MIGRATION_LOCK_TABLE, DEFAULT_MIGRATION_TABLE, sql, type Kysely } from 'kysely';
import { noRole, notTheOwner, roleOwnsTables } from './errors';
import type { LedgerTables } from './schema';

/** What Wonce itself does with each table, and no more. */
export const RIGHTS: Record<keyof LedgerTables, string> = {
  purchases: 'select, insert, update',
  order_attempts: 'select, insert, update',
  events: 'select, insert',
  deals: 'select, insert, update',
  deal_wins: 'select, insert',
  deal_events: 'select, insert',
  sweeps: 'select, insert, update',
  swept_deals: 'select, insert, delete',
  vendor_lists: 'select, insert, update, delete',
  ledger_chain: 'select, insert',
  ledger_head: 'select, update',
  notices: 'select, insert, update',
  personal_values: 'select, insert, update',
  book_differences: 'select, insert, update',
  book_comparisons: 'select, insert',
};

/**
 * Lets a role that owns nothing do all that Wonce does with the ledger. It cannot change the tables, their triggers and
 * rights, nor what was written and is kept. To be run by the owner of the tables, after each change of them.
 *
 * @throws LedgerError LedgerRights: whoever runs this does not own the tables, or the role does, or there is no such role
 */
export async function grantToApplication(db: Kysely<LedgerTables>, role: string): Promise<void> {
  const rights = Object.entries(RIGHTS);
  // A worker looks there whether the tables are up to date.
  for (const table of [DEFAULT_MIGRATION_TABLE, DEFAULT_MIGRATION_LOCK_TABLE]) rights.push([table, 'select']);
  await refuseWrongRoles(db, role);
  for (const [table, allowed] of rights) {
    await sql`revoke all on ${sql.table(table)} from ${sql.id(role)}`.execute(db);
    await sql`grant ${sql.raw(allowed)} on ${sql.table(table)} to ${sql.id(role)}`.execute(db);
  }
}

/** Postgres only warns whoever grants what they do not own, and lets an owner take their own rights away. */
async function refuseWrongRoles(db: Kysely<LedgerTables>, role: string): Promise<void> {
  const { rows } = await sql<{ owner: string; mayGrant: boolean; isOwner: boolean | null }>`
    select owner.rolname as owner, pg_has_role(t.relowner, 'usage') as "mayGrant",
      (select pg_has_role(r.oid, t.relowner, 'member') from pg_roles r where r.rolname = ${role}) as "isOwner"
    from pg_class t join pg_roles owner on owner.oid = t.relowner
    where t.oid = 'purchases'::regclass`.execute(db);
  const [{ owner, mayGrant, isOwner } = { owner: '', mayGrant: false, isOwner: null }] = rows;
  if (isOwner === null) throw noRole(role);
  if (isOwner) throw roleOwnsTables(role);
  if (!mayGrant) throw notTheOwner(owner);
}
