import pg from 'pg';
import { Ledger } from '../../ledger/ledger';
import { freshPostgres } from '../ledger/databases';
import { startPostgres, startStandby } from '../support/postgres';
import { spawnProcess } from '../support/processes';
import { TestStack } from '../support/stack';
import { callAt, serve } from './running-server';

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

/** What a test has opened, to be closed however it ends. */
const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function readyz(databaseUrl: string) {
  const server = await serve(stack, { databaseUrl });
  opened.push(() => server.close());
  return server.call('GET', '/readyz');
}

/** A ledger with its tables, in a database that can be changed as its owner can. */
async function ledgerOfItsOwn() {
  const database = await freshPostgres();
  opened.push(() => database.drop());
  await (await Ledger.open(database.url)).close();
  return {
    url: database.url,
    tell: async (statement: string) => {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      await client.query(statement);
      await client.end();
    },
  };
}

describe('a server is not ready, and says why', () => {
  it('while the ledger lacks a migration of this version', async () => {
    const { url, tell } = await ledgerOfItsOwn();
    expect((await readyz(url)).status).toBe(200);
    await tell('delete from kysely_migration where name = (select max(name) from kysely_migration)');
    expect(await readyz(url)).toMatchObject({
      status: 503,
      json: {
        code: 'NotReady',
        ledger: 'behind',
        temporal: 'answers',
        detail: expect.stringMatching(/tables/) as string,
      },
    });
  });

  it('while the ledger takes no writes', async () => {
    const { url, tell } = await ledgerOfItsOwn();
    await tell(`alter database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = on`);
    expect(await readyz(url)).toMatchObject({ status: 503, json: { ledger: 'read-only' } });
  });

  it('while DATABASE_URL leads to a standby', async () => {
    const primary = await startPostgres();
    opened.push(() => primary.stop());
    await (await Ledger.open(primary.url)).close();
    const standby = await startStandby(primary.url);
    opened.push(() => standby.stop());
    expect((await readyz(primary.url)).status).toBe(200);
    expect(await readyz(standby.url)).toMatchObject({
      status: 503,
      json: { ledger: 'read-only', detail: expect.stringMatching(/standby/) as string },
    });
  });

  it('while it stops; what comes to it meanwhile is answered as ever', async () => {
    const env = { ...stack.env(), WONCE_PORT: '0', WONCE_DRAIN: '3s' };
    const server = spawnProcess('server/main.js', env);
    opened.push(() => server.kill());
    const [, url = ''] = await server.saw(/server listening on (http:\/\/[^\s"]+)/);
    expect((await callAt(url, 'GET', '/readyz')).status).toBe(200);
    server.child.kill('SIGTERM');
    await server.saw(/server stopping/);
    expect(await callAt(url, 'GET', '/readyz')).toMatchObject({
      status: 503,
      json: { process: 'stopping', detail: expect.stringMatching(/stopping/) as string },
    });
    expect((await callAt(url, 'GET', '/purchases')).status).toBe(200);
    await server.endedWith(0);
  });
});
