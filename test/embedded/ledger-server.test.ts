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

it('transactions and failures of others change no answer and take no acknowledged row along', async () => {
  const server = start();
  const clients = await Promise.all(Array.from({ length: 9 }, () => connect(server)));
  await clients[0]!.query('create table rows (v text primary key)');
  const rounds = Array.from({ length: 60 }, (_, round) => round);
  const written: string[] = [];
  await Promise.all(
    clients.map(async (client, index) => {
      for (const round of rounds) {
        const v = `${round}-${index}`;
        if (index % 3 === 0) {
          await client.query('begin');
          await client.query('select $1::int', [round]);
          await client.query('commit');
        } else if (index % 3 === 1) {
          await expect(client.query('select 1 / $1::int', [0])).rejects.toMatchObject({ code: '22012' });
        } else {
          const { rows } = await client.query('insert into rows values ($1) returning v', [v]);
          expect(rows).toEqual([{ v }]);
          written.push(v);
        }
      }
    }),
  );
  const { rows } = await clients[0]!.query<{ v: string }>('select v from rows');
  expect(rows.map((row) => row.v).sort()).toEqual(written.sort());
  await Promise.all(clients.map((client) => client.end()));
});

it('a client that dies in a transaction leaves nothing behind and holds nobody up', async () => {
  const server = start();
  const [dying, other] = [await connect(server), await connect(server)];
  await other.query('create table rows (n integer)');
  await dying.query('begin');
  await dying.query('insert into rows values (1)');
  const waiting = other.query('select n from rows');
  (dying as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  expect((await waiting).rows).toEqual([]);
  await other.end();
});

it('a clean stop lets the next one open the folder', async () => {
  const server = start();
  const client = await connect(server);
  await client.query('create table rows (n integer)');
  expect(await server.stop()).toBe(0);
  const again = await connect(start());
  expect((await again.query('select n from rows')).rows).toEqual([]);
  await again.end();
});

it('a port that is taken ends the server with a message', async () => {
  const first = start();
  const [, port] = await first.saw(/:(\d+)\/postgres/);
  const other = mkdtempSync(join(tmpdir(), 'wonce-ledger-'));
  const second = spawnProcess('embedded/ledger-server.js', { LEDGER_DIR: other, LEDGER_PORT: port! });
  servers.push(second);
  expect(await second.ended()).toBe(1);
  expect(second.output).toContain('EADDRINUSE');
  rmSync(other, { recursive: true, force: true });
});
