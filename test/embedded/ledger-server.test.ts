import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { spawnProcess, type RunningProcess } from '../support/processes';

let folder: string;
const servers: RunningProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-ledger-'));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()));
  rmSync(folder, { recursive: true, force: true });
});

function start(): RunningProcess {
  const server = spawnProcess('embedded/ledger-server.js', { LEDGER_DIR: folder });
  servers.push(server);
  return server;
}

async function connect(server: RunningProcess): Promise<pg.Client> {
  const [, url] = await server.saw(/ledger listening on (\S+)/);
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

it('every row that was acknowledged is there after kill -9', async () => {
  const server = start();
  const client = await connect(server);
  await client.query('create table rows (n integer primary key)');
  let acknowledged = 0;
  const writing = (async () => {
    for (let n = 1; ; n++) {
      await client.query('insert into rows values ($1)', [n]);
      acknowledged = n;
      if (n === 200) void server.kill();
    }
  })();
  await expect(writing).rejects.toThrow();
  const again = await connect(start());
  const { rows } = await again.query<{ n: number }>('select max(n) as n from rows');
  expect(rows[0]!.n).toBeGreaterThanOrEqual(acknowledged);
  await again.end();
});

it('a second process on the same folder is turned away and names the first', async () => {
  const first = start();
  const client = await connect(first);
  const second = start();
  expect(await second.ended()).toBe(1);
  expect(second.output).toContain(`is in use by process ${first.child.pid}`);
  await client.query('select 1');
  await client.end();
});

it('a suspended process keeps its folder', async () => {
  const first = start();
  await (await connect(first)).end();
  first.child.kill('SIGSTOP');
  const second = start();
  expect(await second.ended()).toBe(1);
  first.child.kill('SIGCONT');
});
