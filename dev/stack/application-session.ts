import type { PGlite } from '@electric-sql/pglite';
import { APPLICATION, OWNER } from './ledger-address';

/** Functions of Postgres itself that PGlite exports, and of which its types say nothing. */
interface PostgresFunctions {
  _SetUserIdAndSecContext(userId: number, context: number): void;
}

/** SECURITY_LOCAL_USERID_CHANGE of Postgres: until it is taken back, neither role nor session user can be set. */
const NO_CHANGE_OF_USER = 1;

/** Makes the role of all clients, unless it is there. Nobody gets tables that would hide the ledger's. */
export async function makeApplicationRole(db: PGlite): Promise<void> {
  const { rows } = await db.query('select 1 from pg_roles where rolname = $1', [APPLICATION]);
  if (rows.length === 0) await db.exec(`create role ${APPLICATION} login`);
  await db.exec('revoke temporary on database postgres from public');
}

/**
 * Makes PGlite's one session that of the application, for good. PGlite's user is a superuser, whom Postgres lets return
 * with SET SESSION AUTHORIZATION; so Postgres is told to refuse any change of user, as it does in functions that run
 * with their owner's rights.
 *
 * @throws Error when it does not hold: nobody must be served then
 */
export async function becomeApplication(db: PGlite): Promise<void> {
  const { rows } = await db.query<{ oid: number }>('select $1::regrole::oid::int as oid', [APPLICATION]);
  await db.exec(`set session authorization ${APPLICATION}`);
  const postgres = db.Module as unknown as PostgresFunctions;
  postgres._SetUserIdAndSecContext(rows[0]!.oid, NO_CHANGE_OF_USER);
  const refusal = await db.exec(`set session authorization ${OWNER}`).catch((error: unknown) => error);
  if ((refusal as { code?: string }).code !== '42501')
    throw new Error(`PGlite lets its session become ${OWNER} again. Expected that it is refused.`);
}
