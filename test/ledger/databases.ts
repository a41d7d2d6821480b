import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { spawnProcess } from '../support/processes';
import { required } from '../support/required';

/** A database for one suite: fresh, and gone afterwards. */
export interface DatabaseForTests {
  url: string;
  drop(): Promise<void>;
}

/** The ledger is tested on both: the server of production, and what `npm start` brings along. */
export const DATABASES: [string, () => Promise<DatabaseForTests>][] = [
  ['Postgres', freshPostgres],
  ['PGlite', freshPGlite],
];

export async function freshPostgres(): Promise<DatabaseForTests> {
  const admin = required('WONCE_TEST_POSTGRES_URL');
  const name = `wonce_${randomUUID().replaceAll('-', '')}`;
  await statement(admin, `create database ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => statement(admin, `drop database ${name} with (force)`) };
}

async function freshPGlite(): Promise<DatabaseForTests> {
  const folder = mkdtempSync(join(tmpdir(), 'wonce-pglite-'));
  const server = spawnProcess('embedded/ledger-server.js', { LEDGER_DIR: folder });
  const [, url] = await server.saw(/ledger listening on (\S+)/);
  return {
    url: url!,
    async drop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function statement(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text);
  await client.end();
}
