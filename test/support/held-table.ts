import pg from 'pg';
import { until } from './until';

/** Of pg_locks, which has those of the whole server: other tests have theirs. */
export const OF_THIS_DATABASE = 'database = (select oid from pg_database where datname = current_database())';

/** A table of a ledger that others wait for. */
export interface HeldTable {
  /** Waits until somebody does. */
  whenWaitedFor(): Promise<unknown>;
  release(): Promise<void>;
}

/** Locks a table of a ledger. @param mode as in `lock table … in … mode` */
export async function holdTable(databaseUrl: string, table: string, mode: string): Promise<HeldTable> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`begin; lock table ${table} in ${mode} mode`);
  return {
    whenWaitedFor: () =>
      until(`someone to wait for the ${table}`, async () => {
        const waiting = `select from pg_locks where relation = '${table}'::regclass and not granted and ${OF_THIS_DATABASE}`;
        return (await client.query(waiting)).rowCount !== 0;
      }),
    async release() {
      await client.query('rollback');
      await client.end();
    },
  };
}
