import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { clearTextWarnings } from '../../config/clear-text';
import { plainTarget } from '../../config/temporal-connection';
import { askPostgres, layOutPostgres } from '../../dev/cluster/postgres-server';
import { freePort } from '../../dev/stack/free-port';
import { checkLedger } from '../../doctor/ledger';
import { Ledger } from '../../ledger/ledger';
import { rowOf } from '../doctor/by-what';
import { freshPostgres, type DatabaseForTests } from '../ledger/databases';
import { Authority, type Certificate } from '../support/certificates';
import { OF_THIS_DATABASE } from '../support/held-table';
import { startPgBouncer, type PgBouncerForTests } from '../support/pgbouncer';
import { required } from '../support/required';
import { until } from '../support/until';

const NOT = 'different, not handled';
const PASSWORD = 'planted-password';

describe('by TLS', () => {
  let folder: string;
  let port: number;
  let authority: Authority;
  let stranger: Authority;
  let client: Certificate;
  let server: ReturnType<typeof spawn>;
  let superuser: pg.Client;

  /** The address as a user of it, by a name that the server's certificate has. */
  const url = (user: string, query: string, password = '', host = 'localhost') =>
    `postgres://${user}${password && `:${password}`}@${host}:${port}/postgres${query}`;
  const full = () => `?sslmode=verify-full&sslrootcert=${authority.cert}`;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wonce-postgres-tls-'));
    chmodSync(folder, 0o755);
    port = await freePort();
    authority = new Authority(join(folder, 'ca'));
    stranger = new Authority(join(folder, 'stranger'));
    client = authority.issue('by_cert', 'DNS:client.example', { owner: 'by_cert' });
    const { command, args } = layOutPostgres(required('WONCE_TEST_POSTGRES_BIN'), join(folder, 'pg'), port);
    const certificates = ofServer(authority.issue('server', 'DNS:localhost'));
    const rules = forServer('pg_hba.conf', [
      'hostssl all by_cert 127.0.0.1/32 cert',
      'hostssl all by_password 127.0.0.1/32 scram-sha-256',
      'hostssl all tls_only 127.0.0.1/32 trust',
      'host all postgres 127.0.0.1/32 trust',
    ]);
    const settings = {
      ...{ ssl: 'on', ssl_cert_file: certificates.cert, ssl_key_file: certificates.key },
      ...{ ssl_ca_file: forServer('clients.pem', authority.cert), hba_file: rules },
    };
    const more = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    server = spawn(command, [...args, ...more], { stdio: 'ignore', cwd: '/' });
    const asSuperuser = `postgres://postgres@127.0.0.1:${port}/postgres`;
    await until('Postgres to answer', () =>
      askPostgres(asSuperuser).then(
        () => true,
        () => false,
      ),
    );
    superuser = new pg.Client({ connectionString: asSuperuser });
    superuser.on('error', () => undefined);
    await superuser.connect();
    await superuser.query(
      `create role by_cert login; create role tls_only login; create role by_password login password '${PASSWORD}'`,
    );
  }, 120_000);
  afterAll(async () => {
    await superuser.end();
    server.kill('SIGQUIT');
    await once(server, 'exit');
    rmSync(folder, { recursive: true });
  });

  /** A file that Postgres, which runs as another user, may read, and nobody else. */
  function forServer(name: string, content: string | string[]): string {
    const file = join(folder, name);
    if (typeof content === 'string') copyFileSync(content, file);
    else writeFileSync(file, content.join('\n'));
    if (userInfo().uid === 0) {
      const [user, group] = ['-u', '-g'].map((of) => Number(execFileSync('id', [of, 'postgres'])));
      chownSync(file, user!, group!);
    }
    chmodSync(file, 0o600);
    return file;
  }

  function ofServer({ key, cert }: Certificate): Certificate {
    return { key: forServer('server.key', key), cert: forServer('server.pem', cert) };
  }

  /** Lets the server show another certificate. */
  async function show(certificate: Certificate): Promise<void> {
    ofServer(certificate);
    await superuser.query('select pg_reload_conf()');
  }

  it.each([
    ['a password', () => url('by_password', full(), PASSWORD)],
    [
      'a certificate of the user',
      () => url('by_cert', `${full()}&sslcert=${client.cert}&sslkey=${client.key}`),
    ],
    [
      'sslmode=require, which checks as much',
      () => url('tls_only', full().replace('verify-full', 'require')),
    ],
  ])('the ledger is reached with an authority of the house and %s', async (_what, address) => {
    const rows = await checkLedger({ DATABASE_URL: address() });
    expect(rowOf(rows, 'database').verdict).toBe('as expected');
    expect(rowOf(rows, 'TLS').seen).toBe('by TLS, and its certificate is checked');
  });

  const FAILURES: [string, () => string, RegExp, RegExp][] = [
    [
      'an authority that is not known',
      () => url('tls_only', `?sslmode=verify-full&sslrootcert=${stranger.cert}`),
      /of an authority that is not known here/,
      /sslrootcert=FILE/,
    ],
    [
      'a certificate of another name',
      () => url('tls_only', full(), '', '127.0.0.1'),
      /certificate is of another name/,
      /a name that is in its certificate/,
    ],
    [
      'no TLS where it is wanted',
      () => url('tls_only', ''),
      /lets nobody in without TLS/,
      /sslmode=verify-full/,
    ],
    [
      'no certificate where one is wanted',
      () => url('by_cert', full()),
      /wants a certificate of this user/,
      /sslcert=FILE and sslkey=FILE/,
    ],
    [
      'a certificate of another user',
      () =>
        url(
          'by_cert',
          `${full()}&sslcert=${join(folder, 'ca', 'server.pem')}&sslkey=${join(folder, 'ca', 'server.key')}`,
        ),
      /wants a certificate of this user/,
      /made for the user/,
    ],
    [
      'a key of another certificate',
      () => url('by_cert', `${full()}&sslcert=${client.cert}&sslkey=${join(folder, 'ca', 'server.key')}`),
      /a certificate or key is none, they do not belong together/,
      /sslcert and sslkey/,
    ],
    [
      'a file that is not there',
      () => url('tls_only', '?sslmode=verify-full&sslrootcert=/nonexistent/planted.pem'),
      /a file that DATABASE_URL names is not there \(ENOENT\)/,
      /sslrootcert/,
    ],
    [
      'a wrong password',
      () => url('by_password', full(), 'planted-wrong'),
      /does not take this user and password/,
      /%40/,
    ],
    [
      'a user who is not let in',
      () => url('somebody', full()),
      /does not let this user in from here/,
      /pg_hba/,
    ],
    [
      'a database that is not there',
      () => url('tls_only', full()).replace('/postgres?', '/planted?'),
      /has no database of that name/,
      /createdb/,
    ],
  ];

  it.each(FAILURES)(
    'the doctor tells %s, without address and password',
    async (_what, address, seen, next) => {
      const rows = await checkLedger({ DATABASE_URL: address() });
      expect(rowOf(rows, 'database')).toMatchObject({
        verdict: NOT,
        seen: expect.stringMatching(seen) as string,
        next: expect.stringMatching(next) as string,
      });
      expect(JSON.stringify(rows)).not.toMatch(/planted|localhost|127\.0\.0\.1|\/tmp/);
    },
  );

  it('what cannot be used is told to whoever starts a worker as well', async () => {
    const opening = Ledger.open(url('by_cert', full()));
    await expect(opening).rejects.toMatchObject({
      code: 'LedgerUnavailable',
      message: expect.stringMatching(/wants a certificate of this user[^]*Add sslcert=FILE/) as string,
    });
  });

  it('a certificate that has expired is told', async () => {
    await show(authority.issue('expired', 'DNS:localhost', { days: -1 }));
    const row = await until('the server to show it', async () => {
      const found = rowOf(await checkLedger({ DATABASE_URL: url('tls_only', full()) }), 'database');
      return found.verdict === NOT && found;
    });
    expect(row.seen).toBe("the server's certificate has expired (CERT_HAS_EXPIRED)");
  });
});

describe('without TLS', () => {
  it('a server that has none is told, where DATABASE_URL asks for it', async () => {
    const address = new URL(required('WONCE_TEST_POSTGRES_URL'));
    address.search = '?sslmode=verify-full';
    const rows = await checkLedger({ DATABASE_URL: address.href });
    expect(rowOf(rows, 'database')).toMatchObject({
      verdict: NOT,
      seen: expect.stringMatching(/answers without TLS, and DATABASE_URL asks for it/) as string,
    });
  });

  const temporal = plainTarget('127.0.0.1:7233', 'default');
  it.each<[string, Record<string, string>, RegExp | undefined]>([
    ['', {}, /without TLS/],
    ['?sslmode=disable', {}, /without TLS/],
    ['', { PGSSLMODE: 'verify-full' }, undefined],
    ['', { PGSSLMODE: 'anything' }, /without TLS/],
    ['?sslmode=verify-full', {}, undefined],
    ['?sslmode=require', {}, undefined],
    ['?ssl=true', {}, undefined],
    ['?sslrootcert=/ca.pem', {}, undefined],
    ['?sslmode=no-verify', {}, /with whoever answers/],
    ['?ssl=no-verify', {}, /with whoever answers/],
    ['?uselibpqcompat=true&sslmode=require', {}, /with whoever answers/],
    ['?uselibpqcompat=true&sslmode=verify-full', {}, undefined],
  ])('to another machine, with %j and %j, it is said what others can read', (query, env, warning) => {
    const databaseUrl = `postgres://wonce:${PASSWORD}@db.example/wonce${query}`;
    const warnings = clearTextWarnings({ databaseUrl, temporal }, env);
    expect(warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)]);
    expect(warnings.join()).not.toContain(PASSWORD);
  });
});

describe('behind PgBouncer', () => {
  let database: DatabaseForTests;
  let bouncers: PgBouncerForTests[];
  beforeAll(async () => {
    database = await freshPostgres();
    bouncers = [
      await startPgBouncer('transaction'),
      await startPgBouncer('transaction', ['ignore_startup_parameters = statement_timeout']),
      await startPgBouncer('statement'),
    ];
  });
  afterAll(async () => {
    await Promise.all(bouncers.map((bouncer) => bouncer.stop()));
    await database.drop();
  });
  const urlBehind = (index: number) => bouncers[index]!.urlOf(database.url);

  it('workers that start at once make the tables once, and leave no lock behind', async () => {
    const opened = await Promise.all([0, 1, 0, 1, 0].map((index) => Ledger.open(urlBehind(index))));
    await Promise.all(opened.map((ledger) => ledger.close()));
    const straight = new pg.Client({ connectionString: database.url });
    await straight.connect();
    const { rows } = await straight.query(
      `select * from pg_locks where locktype = 'advisory' and ${OF_THIS_DATABASE}`,
    );
    await straight.end();
    expect(rows).toEqual([]);
    await (await Ledger.open(urlBehind(0))).close();
  });

  it.each([0, 1])('that a statement has no limit is told, until the role has one (%i)', async (index) => {
    const check = async () =>
      rowOf(await checkLedger({ DATABASE_URL: urlBehind(index) }), 'limit of a statement');
    expect(await check()).toMatchObject({
      verdict: 'different, handled',
      next: expect.stringMatching(/alter role ROLE set statement_timeout = '10s'/) as string,
    });
    const name = new URL(database.url).pathname.slice(1);
    const straight = new pg.Client({ connectionString: database.url });
    await straight.connect();
    await straight.query(`alter role postgres in database ${name} set statement_timeout = '10s'`);
    // PgBouncer keeps connections of before.
    await straight.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    expect(
      await until('the role to have it', async () => {
        const row = await check();
        return row.verdict === 'as expected' && row;
      }),
    ).toMatchObject({ seen: '10s' });
    await straight.query(`alter role postgres in database ${name} reset statement_timeout`);
    await straight.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await straight.end();
  });

  it('one in statement mode is of no use, and it is said what to set', async () => {
    const rows = await checkLedger({ DATABASE_URL: urlBehind(2) });
    expect(rowOf(rows, 'database')).toMatchObject({
      verdict: NOT,
      seen: expect.stringMatching(/PgBouncer in front of it is in statement mode/) as string,
      next: expect.stringMatching(/pool_mode = transaction/) as string,
    });
  });

  it('a user whom it does not know is told', async () => {
    const address = new URL(urlBehind(0));
    address.username = 'nobody';
    const rows = await checkLedger({ DATABASE_URL: address.href });
    expect(rowOf(rows, 'database').seen).toMatch(
      /a pooler in front of it does not know this user or database/,
    );
  });
});
