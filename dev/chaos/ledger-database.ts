import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database of the round's own on a Postgres server that is there. */
export class LedgerDatabase {
  private constructor(
    private readonly serverUrl: string,
    private readonly name: string,
  ) {}

  /** @param serverUrl of a user who may create databases */
  static async create(serverUrl: string): Promise<LedgerDatabase> {
    const name = `wonce_chaos_${randomBytes(6).toString('hex')}`;
    await ask(serverUrl, `create database ${name}`);
    return new LedgerDatabase(serverUrl, name);
  }

  get url(): string {
    const url = new URL(this.serverUrl);
    url.pathname = `/${this.name}`;
    return url.href;
  }

  /** Ends all its connections, whatever they are in the middle of. */
  async cutOff(): Promise<void> {
    await ask(
      this.serverUrl,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${this.name}'`,
    );
  }

  drop(): Promise<void> {
    return ask(this.serverUrl, `drop database ${this.name} with (force)`);
  }
}

async function ask(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
