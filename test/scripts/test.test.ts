import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment, ROOT, RunningProcess } from '../support/processes';
import { required } from '../support/required';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-script-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Which of some folders the tests would take their Postgres from. */
function postgresIn(...places: string[]): string {
  const script = `const { findPostgres } = await import('${ROOT}/scripts/find-postgres.mjs');
    console.log(findPostgres(process.argv.slice(1)));`;
  const args = ['--input-type=module', '-e', script, ...places];
  return execFileSync(process.execPath, args, { encoding: 'utf8' }).trim();
}

function placeWith(...programs: string[]): string {
  const place = join(folder, programs.join('-'));
  mkdirSync(place);
  programs.forEach((program) => writeFileSync(join(place, program), ''));
  return place;
}

it('a Postgres for the tests has both its programs: clients alone are none', () => {
  const [clients, half, whole] = [
    placeWith('psql'),
    placeWith('initdb', 'psql'),
    placeWith('initdb', 'postgres'),
  ];
  expect(postgresIn('/nowhere', clients, half, whole)).toBe(whole);
  expect(postgresIn('/nowhere', clients, half)).toBe('undefined');
});

it('npm test fails with a line that counts when jest comes to no test', async () => {
  const env = { ...cleanEnvironment(), TEMPORAL_CLI_PATH: required('WONCE_TEST_TEMPORAL_BINARY') };
  const args = [join(ROOT, 'scripts', 'test.mjs'), '--config', '/nowhere/jest.config.js'];
  const run = new RunningProcess(spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  await run.endedWith(1);
  expect(run.output).toMatch(/nowhere[^]*jest itself failed \(exit 1\)/);
  expect(run.output).toMatch(/0 passed, 1 failed\n$/);
});
