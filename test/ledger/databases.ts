import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { cleanEnvironment, ROOT, RunningProcess } from '../support/processes';
import { searchBeforeItGoes } from '../support/left-behind';
import { startPgBouncer } from '../support/pgbouncer';
import { required } from '../support/required';

/** A database for one suite: fresh, and gone afterwards. */
export interface DatabaseForTests {
  url: string;
  drop(): Promise<void>;
}

/** The ledger is tested on all: the server of production, what `npm start` brings along, and what may be in between. */
export const DATABASES: [string, () => Promise<DatabaseForTests>][] = [
  ['Postgres', () => freshPostgres()],
  ['PGlite', freshPGlite],
  ['Postgres behind PgBouncer', behindPgBouncer],
];

/** @param original a database that nobody is connected to, to be copied */
export async function freshPostgres(original?: DatabaseForTests): Promise<DatabaseForTests> {
  const admin = required('WONCE_TEST_POSTGRES_URL');
  const name = `wonce_${randomUUID().replaceAll('-', '')}`;
  const template = original === undefined ? 'template1' : new URL(original.url).pathname.slice(1);
  await statement(admin, `create database ${name} template ${template}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => statement(admin, `drop database ${name} with (force)`) };
}

/** In transaction mode: of one connection, each transaction may come to another session. */
async function behindPgBouncer(): Promise<DatabaseForTests> {
  const [database, bouncer] = await Promise.all([freshPostgres(), startPgBouncer('transaction')]);
  return {
    url: bouncer.urlOf(database.url),
    async drop() {
      await bouncer.stop();
      await database.drop();
    },
  };
}

/** With its owner's rights, which the ledger of `npm start` gives to nobody: tests change what must not be changed. */
const SERVE_ITS_OWNER = `
  const { PGlite } = require('@electric-sql/pglite');
  const { servePGlite } = require('./dist/dev/stack/serve-pglite');
  const { ledgerUrl, socketPath } = require('./dist/dev/stack/ledger-address');
  const [folder] = process.argv.slice(1);
  (async () => {
    await servePGlite(await PGlite.create(folder + '/data'), socketPath(folder, 5432), console.error);
    console.log('listening on ' + ledgerUrl(folder, 'postgres', 5432));
  })();`;

async function freshPGlite(): Promise<DatabaseForTests> {
  const folder = mkdtempSync(join(tmpdir(), 'wonce-pglite-'));
  const server = new RunningProcess(
    spawn(process.execPath, ['-e', SERVE_ITS_OWNER, folder], { cwd: ROOT, env: cleanEnvironment() }),
  );
  const [, url] = await server.saw(/listening on (\S+)/);
  return {
    url: url!,
    async drop() {
      await server.stop();
      searchBeforeItGoes(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function statement(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
