import { readFileSync, statSync } from 'node:fs';
import { BUNDLE } from '../support/bundle';

/** Modules of a webpack bundle are named in its comments and keys by their paths. */
const bundle = readFileSync(BUNDLE, 'utf8');

it('the workflow bundle stays small: a heavy module in it costs memory for every cached run', () => {
  // 2.4 MB before the books and the search attributes, which brought no package along.
  expect(statSync(BUNDLE).size).toBeLessThan(2_430_000);
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
