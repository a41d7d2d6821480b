import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../dev/chaos/report';
import { spawnProcess } from '../support/processes';
import { required } from '../support/required';

const PURCHASES = 40;

it('a short round of chaos: everything is killed, and nothing is ordered twice, lost or wrong', async () => {
  const chaos = spawnProcess(
    'dev/chaos/main.js',
    { TEMPORAL_CLI_PATH: required('WONCE_TEST_TEMPORAL_BINARY') },
    [...['--purchases', String(PURCHASES), '--seed', '7', '--json']],
  );
  const exitCode = await chaos.ended();
  const [, folder = ''] = /Folder: (\S+)/.exec(chaos.output)!;
  const report = JSON.parse(/^\{[^]*^\}/m.exec(chaos.output)?.[0] ?? '{}') as Report;
  expect(report.bad).toEqual([]);
  expect(report).toMatchObject({
    seed: 7,
    strays: [],
    total: { purchases: PURCHASES, doubled: 0, lost: 0, wrong: 0 },
  });
  expect(report.total.ordersAtVendor).toBeGreaterThan(20);
  for (const kind of ['worker', 'temporal', 'ledger'] as const) {
    expect(report.kills[kind]).toBeGreaterThan(0);
  }
  expect(exitCode).toBe(0);
  expect(existsSync(folder)).toBe(false);
}, 240_000);

it('a round that is interrupted stops what it started and says where its traces are', async () => {
  const chaos = spawnProcess(
    'dev/chaos/main.js',
    { TEMPORAL_CLI_PATH: required('WONCE_TEST_TEMPORAL_BINARY') },
    [...['--purchases', '10', '--seed', '7']],
  );
  await chaos.saw(/ started, /);
  chaos.child.kill('SIGINT');
  await chaos.endedWith(1);
  const [, folder = ''] = /is kept: (\S+)/.exec(chaos.output)!;
  expect(existsSync(join(folder, 'logs', 'worker-1.log'))).toBe(true);
  // The one that would not notice by itself that nobody needs it any more.
  expect(spawnSync('pgrep', ['-f', join(folder, 'temporal.db')], { encoding: 'utf8' }).stdout).toBe('');
  rmSync(folder, { recursive: true });
});
