import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../dev/stack/free-port';
import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { Ledger } from '../../ledger/ledger';
import { fingerprintOf } from '../../validation/fingerprint';
import { tutorialRequest } from '../support/requests';
import { required } from '../support/required';
import { until } from '../support/until';

/** The commands of docs/runbooks/ledger-restored.md, on a cluster of its own. What Wonce does then: restored-ledger.test.ts. */
const AS_POSTGRES = userInfo().uid === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
const folder = mkdtempSync(join(tmpdir(), 'wonce-point-in-time-'));
const servers: { data: string; server: ChildProcess }[] = [];

afterAll(async () => {
  await Promise.all(servers.map(stop));
  rmSync(folder, { recursive: true, force: true });
});

function words(program: string, args: string[]): [string, string[]] {
  const [first, ...rest] = [...AS_POSTGRES, program, ...args];
  return [first!, rest];
}

const pg = (name: string, args: string[]) => words(join(required('WONCE_TEST_POSTGRES_BIN'), name), args);
const run = ([program, args]: [string, string[]]) => execFileSync(program, args, { stdio: 'pipe', cwd: '/' });

async function serve(data: string): Promise<string> {
  const port = await freePort();
  const options = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-c', 'unix_socket_directories='];
  const server = spawn(...pg('postgres', options), { stdio: 'ignore', cwd: '/' });
  servers.push({ data, server });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const answers = async () => {
    const ledger = Ledger.lazily(url, { maxConnections: 1 });
    const isThere = await ledger.inspect().then(
      () => true,
      () => false,
    );
    await ledger.close();
    return isThere;
  };
  await until('Postgres to answer', answers, 60_000);
  return url;
}

async function stop({ data, server }: { data: string; server: ChildProcess }): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const [pid] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  process.kill(Number(pid), 'SIGINT');
  await once(server, 'exit');
}

async function accept(ledger: Ledger, requestId: string): Promise<void> {
  const request = tutorialRequest(requestId);
  const fingerprint = fingerprintOf(request);
  await ledger.accept({ request, fingerprint, workflowId: purchaseWorkflowIdOf(requestId), actor: 'test' });
}

it('a ledger is restored to a moment between two purchases, and verifies', async () => {
  const [data, wal, base, restored] = ['data', 'wal', 'base', 'restored'].map((name) => join(folder, name));
  mkdirSync(wal!);
  for (const path of [folder, wal!]) {
    chmodSync(path, 0o700);
    if (AS_POSTGRES.length > 0) execFileSync('chown', ['postgres', path]);
  }
  run(pg('initdb', ['-D', data!, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8']));
  appendFileSync(
    join(data!, 'postgresql.conf'),
    `archive_mode = on\narchive_command = 'test ! -f ${wal}/%f && cp %p ${wal}/%f'\n`,
  );
  const url = await serve(data!);
  const ledger = await Ledger.open(url);
  run(pg('pg_basebackup', ['-d', url, '-D', base!, '-X', 'none', '--checkpoint=fast']));
  await accept(ledger, 'before-the-moment');
  // A commit is before or after a moment by the clock: they must differ.
  await delay(50);
  const moment = new Date().toISOString().replace('Z', '+00');
  await delay(50);
  await accept(ledger, 'after-the-moment');
  await ledger.close();
  // The last segment is archived when the server stops.
  await stop(servers[0]!);

  run(words('cp', ['-a', base!, restored!]));
  appendFileSync(
    join(restored!, 'postgresql.auto.conf'),
    [
      `restore_command = 'cp ${wal}/%f %p'`,
      `recovery_target_time = '${moment}'`,
      `recovery_target_action = 'promote'`,
      // It must not write among the segments of the one that it was.
      `archive_mode = off\n`,
    ].join('\n'),
  );
  writeFileSync(join(restored!, 'recovery.signal'), '');
  if (AS_POSTGRES.length > 0) execFileSync('chown', ['postgres', join(restored!, 'recovery.signal')]);
  const again = await Ledger.open(await serve(restored!));
  expect(await again.find('before-the-moment')).toMatchObject({ status: 'looking-up' });
  expect(await again.find('after-the-moment')).toBeUndefined();
  expect(await again.verifyAll()).toMatchObject({ checked: 1, broken: [], chain: { broken: [] } });
  await again.close();
}, 120_000);
