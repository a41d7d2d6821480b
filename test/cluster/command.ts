import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresFolder } from '../../dev/cluster/postgres-server';
import { identityOf } from '../../dev/stack/process-identity';
import { spawnProcess } from '../support/processes';
import { required } from '../support/required';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-cluster-'));
});
afterEach(() => {
  for (const each of [folder, postgresFolder(folder)]) rmSync(each, { recursive: true, force: true });
});

function startCluster(...args: string[]) {
  const env = { WONCE_DATA_DIR: folder, WONCE_POSTGRES_BIN: required('WONCE_TEST_POSTGRES_BIN') };
  return spawnProcess('dev/cluster/main.js', env, args);
}

it('npm run cluster buys a won deal on a real cluster, and Ctrl-C leaves no process; the next start finds what was bought', async () => {
  const running = startCluster();
  await running.saw(/Up until Ctrl-C/, 300_000);
  expect(running.output).toMatch(/5 processes, on 127\.0\.0\.1:\d+/);
  const [, requestId] = /wonce status (hubspot:\S+)/.exec(running.output)!;
  expect(running.output).toMatch(/ordered: order ZC\d{19}/);
  const processes = JSON.parse(readFileSync(join(folder, 'processes.json'), 'utf8')) as {
    name: string;
    pid: number;
  }[];
  expect(processes.map(({ name }) => name).sort()).toEqual([
    'fakes',
    'postgres',
    'server',
    'server-2',
    'temporal-frontend',
    'temporal-history-1',
    'temporal-history-2',
    'temporal-matching',
    'temporal-worker',
    'worker',
    'worker-2',
  ]);
  running.child.kill('SIGINT');
  await running.endedWith(0);
  expect(processes.filter(({ pid }) => identityOf(pid) !== undefined)).toEqual([]);

  const again = startCluster();
  await again.saw(/Up until Ctrl-C/, 300_000);
  expect(existsSync(join(folder, 'stack.json'))).toBe(true);
  const status = execFileSync(process.execPath, ['bin/wonce.js', 'status', requestId!, '--json'], {
    env: { ...process.env, WONCE_DATA_DIR: folder },
    encoding: 'utf8',
  });
  expect(JSON.parse(status)).toMatchObject({ status: 'ordered' });
  again.child.kill('SIGTERM');
  await again.endedWith(0);
}, 900_000);
