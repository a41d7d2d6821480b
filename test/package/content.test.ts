import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIST, ROOT } from '../support/processes';
import { filesIn, pack, textIn, type Packed } from './pack';

const ROOMS =
  'activities|cli|client|config|crm|doctor|domain|ledger|notices|portal|server|telemetry|validation|worker|workflows';

/** All that the package may have: what runs, what tries it out, and what is to be read. */
const SHIPPED = [
  /^package\.json$/,
  /^npm-shrinkwrap\.json$/,
  /^LICENSE$/,
  /^(README|CHANGELOG|SECURITY)\.md$/,
  /^bin\/wonce\.js$/,
  new RegExp(`^dist/(${ROOMS})/([\\w-]+/)?[\\w-]+\\.js$`),
  /^dist\/dev\/(stack|fake-portal|fake-crms)\/[\w-]+\.js$/,
  /^dist\/workflow-bundle(-encoding)?\.js$/,
  /^dist\/THIRD-PARTY-LICENSES\.txt$/,
  /^server\/page\/assets\/[\w-]+\.(css|js|svg)$/,
  /^docs\/((examples|operations|runbooks)\/)?[\w.-]+\.(md|json|yaml|txt)$/,
];

const LEFT_OVER = join(DIST, 'cli', 'gone-since-then.js');
let packed: Packed;
let files: string[];

beforeAll(async () => {
  writeFileSync(LEFT_OVER, '');
  packed = await pack();
  files = await filesIn(packed.tarball);
});
afterAll(() => {
  rmSync(LEFT_OVER, { force: true });
  rmSync(packed.folder, { recursive: true, force: true });
});

it('ships what runs and what is to be read, and nothing else: no tests, no fixtures', () => {
  expect(files.filter((file) => !SHIPPED.some((shipped) => shipped.test(file)))).toEqual([]);
});

it.each([
  'bin/wonce.js',
  'dist/cli/main.js',
  'dist/worker/main.js',
  'dist/server/main.js',
  'dist/server/codec/main.js',
  'dist/dev/stack/start.js',
  'dist/workflow-bundle.js',
  'dist/workflow-bundle-encoding.js',
  'server/page/assets/style.css',
  'docs/examples/request.json',
  'docs/settings.md',
  'LICENSE',
])('has %s', (file) => {
  expect(files).toContain(file);
});

it('what was compiled of a file that is gone is not in it', () => {
  const compiled = files.filter((file) => /^dist\/.*\//.test(file));
  const sourceless = compiled.filter(
    (file) => !['.ts', '.tsx'].some((ending) => existsSync(join(ROOT, file.slice(5, -3) + ending))),
  );
  expect(sourceless).toEqual([]);
});

it('brings the packages as they are locked, which npm ci installs', async () => {
  const text = await textIn(packed.tarball, 'npm-shrinkwrap.json');
  expect(text).toBe(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
});

it('brings the license of every package whose code is in the workflow bundles', async () => {
  const licenses = await textIn(packed.tarball, 'dist/THIRD-PARTY-LICENSES.txt');
  for (const bundle of ['workflow-bundle.js', 'workflow-bundle-encoding.js']) {
    const code = await textIn(packed.tarball, `dist/${bundle}`);
    // Webpack names each module above its code.
    const named = code.matchAll(/!\*\*\* \.\/node_modules\/((?:@[^/]+\/)?[^/]+)\//g);
    const names = new Set([...named].map(([, name]) => name!));
    expect(names).toContain('@temporalio/workflow');
    for (const name of ['webpack', ...names]) {
      const folder = join(ROOT, 'node_modules', name);
      const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        version: string;
      };
      expect(licenses).toContain(`\n${name} ${version} (`);
    }
  }
  expect(licenses).toMatch(/Permission is hereby granted/);
  expect(licenses).toMatch(/Apache License/);
});
