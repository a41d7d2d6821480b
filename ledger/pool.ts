import pg from 'pg';

/** No statement of the ledger takes so long; one that does is stuck. In ms. */
const STATEMENT_TIMEOUT_MS = 10_000;

/** One pool of connections to a database, made when it is first asked for: until then the database may be away. */
export class LazyPool {
  private pool: Promise<pg.Pool> | undefined;

  /** @param databaseUrl as `pg` reads it: `sslmode`, `sslrootcert`, `sslcert` and `sslkey` are for TLS */
  constructor(
    private readonly databaseUrl: string,
    private readonly maxConnections: number,
  ) {}

  readonly open = (): Promise<pg.Pool> =>
    (this.pool ??= openPool(this.databaseUrl, this.maxConnections).catch((error: unknown) => {
      this.pool = undefined;
      throw error;
    }));

  /** Closes the connections. Whoever was given the pool may have done so already. */
  async end(): Promise<void> {
    const pool = await this.pool?.catch(() => undefined);
    if (pool !== undefined && !pool.ending) await pool.end();
  }
}

async function openPool(databaseUrl: string, max: number): Promise<pg.Pool> {
  const limit = (await takesLimit(databaseUrl)) ? { statement_timeout: STATEMENT_TIMEOUT_MS } : {};
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    ...limit,
    query_timeout: 15_000,
    // A database that went without a word (a failover, a cut network) answers nothing on its old connections, and the
    // pool would go on with them, a question each, until the system gives them up: a quarter of an hour.
    maxLifetimeSeconds: 30,
    application_name: 'wonce',
  });
  // A lost connection is replaced at the next use; unheard, it would end the process. The pool listens to idle ones
  // alone: of one in use the question that is under way fails, which is enough.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Whether the limit of a statement can be told when a connection begins. PgBouncer refuses whoever tells one, unless its
 * `ignore_startup_parameters` has it, and later it would stay with a connection that others get: there the role has to have
 * it (docs/connections.md), and the client's own limit holds.
 */
async function takesLimit(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'wonce',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (/unsupported startup parameter.*statement_timeout/.test((error as Error).message)) return false;
    throw error;
  } finally {
    void client.end().catch(() => undefined);
  }
}
