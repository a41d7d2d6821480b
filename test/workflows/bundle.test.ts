import { readFileSync, statSync } from 'node:fs';
import { SourceMap, type SourceMapPayload, type SourceMapping } from 'node:module';
import { join } from 'node:path';
import { BUNDLE } from '../support/bundle';
import { ROOT } from '../support/processes';

/** Modules of a webpack bundle are named in its comments and keys by their paths. */
const bundle = readFileSync(BUNDLE, 'utf8');

it('the workflow bundle stays small: a heavy module in it costs memory for every cached run', () => {
  // 0.9 MB, an eighth of it the source map.
  expect(statSync(BUNDLE).size).toBeLessThan(950_000);
});

it.each(['zod', 'axios', 'kysely', 'lossless-json', 'pino', 'fastify', '/pg/'])(
  'holds nothing of %s',
  (name) => {
    expect(bundle).not.toContain(`node_modules/${name.replaceAll('/', '')}/`);
  },
);

it('of the product, holds only workflows/ and domain/, and nothing of what is said of errors', () => {
  const ours = new Set([...bundle.matchAll(/\.\/dist\/([\w/-]+)\.js/g)].map((match) => match[1]!));
  expect(ours.size).toBeGreaterThan(20);
  for (const file of ours) expect(file).toMatch(/^(workflows|domain)\//);
  expect([...ours]).not.toContain('domain/error-catalogue');
});

it('its source map says which line of our source a stack trace means', () => {
  const [code, map] = bundle.split('//# sourceMappingURL=data:application/json;charset=utf-8;base64,');
  const sources = new SourceMap(JSON.parse(Buffer.from(map!, 'base64').toString()) as SourceMapPayload);
  const line = code!.split('\n').findIndex((text) => text.startsWith('async function purchaseLicense('));
  const { originalSource, originalLine } = sources.findEntry(line, 20) as SourceMapping;
  const ours = join(ROOT, 'workflows', 'purchase-license.ts');
  expect(originalSource).toBe(ours);
  expect(readFileSync(ours, 'utf8').split('\n')[originalLine]).toMatch(/function purchaseLicense\(/);
});
