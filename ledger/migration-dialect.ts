import {
  CompiledQuery,
  PostgresAdapter,
  PostgresDialect,
  PostgresDriver,
  type DatabaseConnection,
  type PostgresDialectConfig,
  type TransactionSettings,
} from 'kysely';

/** Kysely's own: migrators of versions before, which lock by it too, are waited for, and wait. */
const LOCK_ID = '3853314791062309107';

/**
 * For migrations alone. Kysely's lock is its session's; behind a pooler each statement may come to another session, where the
 * lock would be nobody's to open. Here a transaction begins with the lock, and its end opens it.
 */
export class MigrationDialect extends PostgresDialect {
  constructor(private readonly config: PostgresDialectConfig) {
    super(config);
  }

  override createDriver(): PostgresDriver {
    return new LockingDriver(this.config);
  }

  override createAdapter(): PostgresAdapter {
    return new AdapterWithoutLock();
  }
}

class LockingDriver extends PostgresDriver {
  override async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    await super.beginTransaction(connection, settings);
    await connection.executeQuery(CompiledQuery.raw(`select pg_advisory_xact_lock(${LOCK_ID})`));
  }
}

class AdapterWithoutLock extends PostgresAdapter {
  override acquireMigrationLock(): Promise<void> {
    return Promise.resolve();
  }

  override releaseMigrationLock(): Promise<void> {
    return Promise.resolve();
  }
}
