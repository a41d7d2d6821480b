import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { Ledger } from '../../../ledger/ledger';
import { fingerprintOf } from '../../../validation/fingerprint';
import { purchaseWorkflowIdOf } from '../../../domain/workflow-ids';
import { asNobody, CONNECT, openToOthers } from '../../support/nobody';
import { spawnProcess, type RunningProcess } from '../../support/processes';
import { tutorialRequest } from '../../support/requests';

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
  const server = spawnProcess('dev/stack/ledger-server.js', { LEDGER_DIR: folder });
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

/** Into the one table that anybody may write rows of his own to. */
const INSERT = "insert into sweeps values ($1, '2026-11-24', '2026-11-24', $2, 0)";

it('every row that was acknowledged is there after kill -9', async () => {
  const server = start();
  const client = await connect(server);
  let acknowledged = 0;
  const writing = (async () => {
    for (let n = 1; ; n++) {
      await client.query(INSERT, [n, n]);
      acknowledged = n;
      if (n === 200) void server.kill();
    }
  })();
  await expect(writing).rejects.toThrow();
  const again = await connect(start());
  const { rows } = await again.query<{ n: number }>('select max(found) as n from sweeps');
  expect(rows[0]!.n).toBeGreaterThanOrEqual(acknowledged);
  await again.end();
});

it('a second process on the same folder is turned away and names the first', async () => {
  const first = start();
  const client = await connect(first);
  const second = start();
  await second.endedWith(1);
  expect(second.output).toContain(`is in use by process ${first.child.pid}`);
  await client.query('select 1');
  await client.end();
});

it('a suspended process keeps its folder', async () => {
  const first = start();
  await (await connect(first)).end();
  first.child.kill('SIGSTOP');
  const second = start();
  await second.endedWith(1);
  first.child.kill('SIGCONT');
});

it('transactions and failures of others change no answer and take no acknowledged row along', async () => {
  const server = start();
  const clients = await Promise.all(Array.from({ length: 9 }, () => connect(server)));
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
          const { rows } = await client.query(`${INSERT} returning source`, [v, round]);
          expect(rows).toEqual([{ source: v }]);
          written.push(v);
        }
      }
    }),
  );
  const { rows } = await clients[0]!.query<{ source: string }>('select source from sweeps');
  expect(rows.map((row) => row.source).sort()).toEqual(written.sort());
  await Promise.all(clients.map((client) => client.end()));
});

it('a client that dies in a transaction leaves nothing behind and holds nobody up', async () => {
  const server = start();
  const [dying, other] = [await connect(server), await connect(server)];
  await dying.query('begin');
  await dying.query(INSERT, ['dying', 1]);
  const waiting = other.query('select source from sweeps');
  (dying as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  expect((await waiting).rows).toEqual([]);
  await other.end();
});

it('a client that falls silent in a transaction holds nobody up for long', async () => {
  const server = start();
  const [silent, other] = [await connect(server), await connect(server)];
  await silent.query('begin');
  await silent.query(INSERT, ['silent', 1]);
  const gone = new Promise((resolve) => silent.once('end', resolve));
  expect((await other.query('select source from sweeps')).rows).toEqual([]);
  await gone;
  await other.end();
}, 60_000);

it('a clean stop lets the next one open the folder', async () => {
  const server = start();
  const client = await connect(server);
  await client.query(INSERT, ['one', 1]);
  expect(await server.stop()).toBe(0);
  const again = await connect(start());
  expect((await again.query('select source from sweeps')).rows).toEqual([{ source: 'one' }]);
  await again.end();
});

it('a copy that a killed start began is no part of the ledger, which begins with a whole one', async () => {
  const begun = join(folder, 'data.copying');
  mkdirSync(join(begun, 'base'), { recursive: true });
  writeFileSync(join(begun, 'left-over'), '');
  const client = await connect(start());
  await client.query(INSERT, ['copied', 1]);
  expect(existsSync(begun)).toBe(false);
  expect(readdirSync(join(folder, 'data'))).not.toContain('left-over');
  await client.end();
});

it('what was written into one new ledger is in no other', async () => {
  const one = await connect(start());
  await one.query(INSERT, ['written', 1]);
  const server = spawnProcess('dev/stack/ledger-server.js', { LEDGER_DIR: join(folder, 'other') });
  servers.push(server);
  const other = await connect(server);
  expect((await other.query('select source from sweeps')).rows).toEqual([]);
  await Promise.all([one.end(), other.end()]);
});

const onLinux = process.platform === 'linux' ? it : it.skip;

onLinux('it takes a quarter of a gigabyte at most, also when it makes a new ledger', async () => {
  const server = start();
  const client = await connect(server);
  for (let n = 1; n <= 200; n++) await client.query(INSERT, [n, n]);
  const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
  const [, mostKb] = /^VmHWM:\s+(\d+) kB$/m.exec(status)!;
  expect(Number(mostKb) / 1024).toBeLessThan(256);
  await client.end();
});

describe('its clients own nothing', () => {
  it.each([
    "copy (select 1) to program 'true'",
    "copy (select 1) to '/tmp/from-the-ledger'",
    'alter table events disable trigger all',
    'alter table events disable trigger events_are_kept',
    'drop trigger events_are_kept on events',
    'alter table purchases owner to wonce_app',
    'drop table deal_wins cascade',
    'create or replace function refuse_change() returns trigger language plpgsql as $$ begin return new; end $$',
    "update events set actor = 'somebody'",
    'delete from events',
    'delete from purchases',
    'truncate sweeps',
    "update deal_wins set request_id = 'x'",
    'delete from kysely_migration',
    'create table purchases_too (n integer)',
    'create temporary table purchases (n integer)',
    'create role other superuser',
    'alter role wonce_app superuser',
    'grant postgres to wonce_app',
    'set session authorization postgres',
    'set local session authorization postgres',
    'reset session authorization',
    'set role postgres',
    'reset role',
    'discard all',
    "select set_config('session_authorization', 'postgres', false)",
    "select set_config('role', 'postgres', false)",
    "do $$ begin execute 'set session authorization postgres'; end $$",
    "set session authorization postgres; copy (select 1) to program 'true'",
    "select pg_read_file('/etc/passwd')",
    'alter system set fsync = off',
  ])('refused: %s', async (statement) => {
    await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
    await client.query('rollback');
    const { rows } = await client.query('select session_user, current_user, current_setting($1)', [
      'is_superuser',
    ]);
    expect(rows).toEqual([{ session_user: 'wonce_app', current_user: 'wonce_app', current_setting: 'off' }]);
  });

  let client: pg.Client;
  let server: RunningProcess;
  let own: string;
  beforeAll(async () => {
    own = mkdtempSync(join(tmpdir(), 'wonce-ledger-'));
    server = spawnProcess('dev/stack/ledger-server.js', { LEDGER_DIR: own });
    client = await connect(server);
  });
  afterAll(async () => {
    await client.end();
    await server.stop();
    rmSync(own, { recursive: true, force: true });
  });

  it('and buy all the same: a worker finds its tables, and writes what it has to', async () => {
    const [, url] = await server.saw(/ledger listening on (\S+)/);
    const ledger = await Ledger.open(url!);
    const request = tutorialRequest('own-nothing-1');
    const fingerprint = fingerprintOf(request);
    const { requestId } = request;
    await ledger.accept({ request, fingerprint, workflowId: purchaseWorkflowIdOf(requestId), actor: 'test' });
    const { opened } = await ledger.openAttempt({ requestId, fingerprint, body: '{}', actor: 'test' });
    expect(opened).toBe(true);
    await ledger.close();
  });
});

describe('nobody else on the machine', () => {
  it('can read it, write it or connect to it: not even where the folders above are open to all', async () => {
    chmodSync(folder, 0o755);
    const own = join(folder, 'ledger');
    // As an earlier version left it.
    mkdirSync(own, { mode: 0o777 });
    chmodSync(own, 0o777);
    const server = spawnProcess('dev/stack/ledger-server.js', { LEDGER_DIR: own });
    servers.push(server);
    await (await connect(server)).end();
    expect(openToOthers(own)).toEqual([]);
    const tried = `cat '${own}/data/PG_VERSION'; echo x >> '${own}/data/PG_VERSION'; ${CONNECT} '${own}/.s.PGSQL.5432'`;
    expect(await asNobody(tried)).toBe(3);
  });

  it('also where its path is too long for a socket, which then has a folder of its own', async () => {
    const long = join(folder, 'a'.repeat(90));
    const server = spawnProcess('dev/stack/ledger-server.js', { LEDGER_DIR: long, XDG_RUNTIME_DIR: folder });
    servers.push(server);
    const [, socketFolder] = await server.saw(/host=(\S+)&/);
    expect(dirname(socketFolder!)).toBe(folder);
    expect(statSync(socketFolder!).mode & 0o777).toBe(0o700);
    await (await connect(server)).query('select 1');
  });
});
