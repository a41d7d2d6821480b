import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wantChromium } from './find-chromium.mjs';
import { wantPgBouncer } from './find-pgbouncer.mjs';
import { wantPostgres } from './find-postgres.mjs';
import { wantPrometheus } from './find-prometheus.mjs';
import { prepare, ROOT } from './prepare.mjs';

await prepare();
const folder = mkdtempSync(join(tmpdir(), 'wonce-test-'));
const results = join(folder, 'results.json');
try {
  // Before the ways to a Temporal server, which may be long.
  const postgres = wantPostgres();
  const pgBouncer = wantPgBouncer();
  const chromium = wantChromium();
  const prometheus = wantPrometheus();
  // Found here, before jest begins, so that a long build shows its progress.
  const { findTemporal } = createRequire(import.meta.url)('../dist/dev/stack/find-temporal.js');
  const env = { ...process.env };
  // Tests end and freeze servers: they take none that is somebody's.
  delete env.TEMPORAL_ADDRESS;
  const temporal = await findTemporal(env, (line) => console.log(line));
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = [jest, '--json', '--outputFile', results, ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env: {
      ...env,
      TEMPORAL_CLI_PATH: temporal.path,
      WONCE_TEST_POSTGRES_BIN: postgres,
      WONCE_TEST_PGBOUNCER: pgBouncer,
      WONCE_TEST_CHROMIUM: chromium,
      WONCE_TEST_PROMETHEUS_BIN: prometheus,
    },
    // --json puts the whole result on standard output as well; people read standard error.
    stdio: ['inherit', 'ignore', 'inherit'],
  });
  process.exitCode = existsSync(results)
    ? report(JSON.parse(readFileSync(results, 'utf8')), status ?? 1)
    : reportNone(status);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function report(
  { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites },
  status,
) {
  const skipped = numPendingTests + numTodoTests;
  if (skipped > 0) console.error(`${skipped} tests were skipped: none may be.`);
  // A file that cannot even be loaded has failed, though it counts no test.
  let failed = numFailedTests + numRuntimeErrorTestSuites;
  if (status !== 0 && failed === 0) {
    console.error(`The tests passed, the run did not (exit ${status}): see above.`);
    failed = 1;
  }
  console.log(`${numPassedTests} passed, ${failed} failed`);
  return status !== 0 || skipped > 0 ? 1 : 0;
}

/** Jest came to no test: its arguments are wrong, or the servers that all tests need did not come up. */
function reportNone(status) {
  console.error(`jest itself failed (exit ${status}): see above.`);
  console.log('0 passed, 1 failed');
  return 1;
}
