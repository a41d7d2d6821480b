import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { readDealsFile } from '../../crm/deals-file/deals-file';
import { cleanEnvironment, ROOT } from '../support/processes';

const page = readFileSync(join(ROOT, 'docs', 'deals.md'), 'utf8');
const example = (name: string) => readFileSync(join(ROOT, 'docs', 'examples', name), 'utf8');

function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, text]) => text!);
}

const files = blocks('yaml').filter((text) => text.startsWith('sources:'));
const pieces = blocks('yaml').filter((text) => !text.startsWith('sources:'));

/** Every variable that a file names; Standard Webhooks wants its secrets in its own way. */
const anySecret: Record<string, string | undefined> = new Proxy(
  {},
  {
    get: (_all, name) =>
      String(name).endsWith('_FILE') ? undefined : 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  },
);

/** A piece of `license`, in a file that is right without it. */
function fileWith(piece: string): string {
  const license = { plan: { skus: { 'YS-ULT': 'Ultimate' } }, years: 1, ...(parse(piece) as object) };
  const shop = { crm: 'standard-webhooks', account: 'shop', secrets: ['S'], since: '2026-11-24T00:00:00Z' };
  return stringify({ sources: { shop: { ...shop, license } } });
}

it('there is an example of every CRM', () => {
  const crms = files.flatMap((text) => readDealsFile(text, anySecret, 'reading').map(({ crm }) => crm));
  expect([...new Set(crms)].sort()).toEqual(['hubspot', 'pipedrive', 'salesforce', 'standard-webhooks']);
});

it.each(files)('a file that docs/deals.md shows is right: %#', (text) => {
  expect(readDealsFile(text, anySecret, 'reading').length).toBeGreaterThan(0);
});

it.each(pieces)('a piece that docs/deals.md shows is right: %#', (piece) => {
  expect(readDealsFile(fileWith(piece), anySecret, 'reading')).toHaveLength(1);
});

it('the examples of operations are pieces of one file that is right', () => {
  const sources = readDealsFile(example('deals-operations.yaml'), anySecret, 'reading');
  const shown = pieces
    .map((piece) => parse(piece) as { operation?: unknown })
    .filter((piece) => piece.operation);
  const { sources: written } = parse(example('deals-operations.yaml')) as {
    sources: Record<string, { license: object }>;
  };
  expect(shown).toHaveLength(sources.length);
  shown.forEach((piece, at) => expect(Object.values(written)[at]!.license).toMatchObject(piece));
});

it('docs/examples has what docs/deals.md shows', () => {
  expect(files[0]).toBe(example('deals.yaml'));
  expect(blocks('json')).toEqual([example('deal.json')]);
});

it('`wonce deals check` says what docs/deals.md shows', async () => {
  const shown = blocks('console').filter((block) => block.startsWith('$ npx wonce deals check'));
  expect(shown).toHaveLength(8);
  for (const block of shown) {
    const [line, ...output] = block.split('\n');
    const [, args] = /^\$ npx wonce (.*)$/.exec(line!)!;
    expect(await wonce(args!.split(' '))).toBe(output.join('\n'));
  }
});

function wonce(args: string[]): Promise<string> {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, env: cleanEnvironment() };
    execFile(process.execPath, [join('bin', 'wonce.js'), ...args], options, (_, stdout) => resolve(stdout));
  });
}

it('the mistakes that docs/deals.md shows are said in these words', () => {
  const wrong = example('deals.yaml')
    .replace('HUBSPOT_ACCESS_TOKEN', 'pat-eu1-0f1e')
    .replace('2026-11-24T00:00:00Z', '2026-11-24')
    .replace('years, default', 'years, defualt');
  const [shown] = blocks('text');
  expect(() => readDealsFile(wrong, anySecret, 'receiving')).toThrow(
    shown!.replace('DealsFileInvalid: ', '').trim(),
  );
});
