import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnProcess } from '../../support/processes';
import { required } from '../../support/required';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-bench-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bench = (...args: string[]) =>
  spawnProcess(
    'dev/bench/main.js',
    { TEMPORAL_CLI_PATH: required('WONCE_TEST_TEMPORAL_BINARY'), TMPDIR: folder },
    args,
  );

interface Written {
  ground: string;
  rows: Record<string, unknown>[];
  failed: unknown[];
}

it('a part that is named is measured alone: its rows in the table and in the JSON, and nothing is left behind', async () => {
  const file = join(folder, 'figures.json');
  const running = bench('history', '--json', file);
  await running.endedWith(0);
  expect(running.output).toMatch(/^part +what +measured +reference +ratio +to reach +reached$/m);
  expect(running.output).toMatch(
    /^history +events in the history of a purchase +\d+ events +- +- +at most 20 events +(yes|no)$/m,
  );
  const { ground, rows, failed } = JSON.parse(readFileSync(file, 'utf8')) as Written;
  expect({ ground, failed }).toEqual({ ground: 'embedded', failed: [] });
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    part: 'history',
    unit: 'events',
    target: { of: 'measured', is: 'at most', value: 20 },
  });
  rmSync(file);
  expect(remains()).toEqual([]);
}, 240_000);

it('what cannot be measured is told, and ends with 1', async () => {
  const running = spawnProcess(
    'dev/bench/main.js',
    {
      TEMPORAL_CLI_PATH: required('WONCE_TEST_TEMPORAL_BINARY'),
      TMPDIR: folder,
      WONCE_POSTGRES_BIN: '/nowhere',
    },
    ['audit'],
  );
  await running.endedWith(1);
  expect(running.output).toMatch(/^audit could not be measured: .*\/nowhere\/initdb/m);
  expect(remains()).toEqual([]);
}, 60_000);

it('the parts are listed, and another name is refused with them', async () => {
  const list = bench('--list');
  await list.endedWith(0);
  expect(list.output).toMatch(/^history {2,}the history of a purchase.* \(also with --cluster\)$/m);
  expect(list.output).toMatch(/^soak {2,}.*\(only when named\)$/m);
  const unknown = bench('histroy');
  await unknown.endedWith(1);
  expect(unknown.output).toMatch(/histroy.*There are purchase, .*history/s);
});

it('a part that stands on nothing of a cluster is not measured there', async () => {
  const running = bench('lookups', '--cluster');
  await running.endedWith(1);
  expect(running.output).toContain('lookups is measured without --cluster');
});

/** Folders of the bench that are still there. */
function remains(): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('wonce-bench-'));
}
