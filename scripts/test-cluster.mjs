import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './prepare.mjs';

/** Journeys that bring up servers of their own, or look at the page: they would show nothing of the cluster. */
const ELSEWHERE = /^(npm-start|page|temporal-ui|doctor-beside-start|chaos)/;

const journeys = readdirSync(join(ROOT, 'test', 'journeys'))
  .filter((name) => name.endsWith('.test.ts') && !ELSEWHERE.test(name))
  .map((name) => join('test', 'journeys', name));
const asked = process.argv.slice(2);
const env = { ...process.env, WONCE_TEST_CLUSTER: '1' };
run('test.mjs', asked.length > 0 ? asked : journeys);
// By name, only those tests are wanted.
if (asked.length === 0) run('chaos.mjs', ['--cluster', '--purchases', '200', '--seed', '7']);

function run(script, args) {
  const { status } = spawnSync(process.execPath, [join(ROOT, 'scripts', script), ...args], {
    stdio: 'inherit',
    env,
  });
  if (status !== 0) process.exitCode = 1;
}
