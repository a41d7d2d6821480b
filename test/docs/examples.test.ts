import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDealVerb, readDealDecision } from '../../domain/deal-decision';
import { readDecision, VERBS, type Verb } from '../../domain/decision';
import { parseRequestText } from '../../validation/request-schema';
import { ROOT } from '../support/processes';

const DOCS = join(ROOT, 'docs');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const pages = [
  'README.md',
  ...readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Every example that a page names, by its link or by its path. */
function namedIn(page: string): string[] {
  const text = read(page);
  const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, to]) => join(dirname(page), to!));
  const paths = [...text.matchAll(/\bdocs\/examples\/[\w.-]+\w/g)].map(([path]) => path);
  return [...links, ...paths];
}

it.each(pages)('every file that %s names is there', (page) => {
  expect(namedIn(page).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

it('the request that the README shows is the file that it copies, and can be bought', () => {
  const [, shown] = /```json\n(\{\n {2}"requestId": "deal-4711".*?)```/s.exec(read('README.md'))!;
  const file = read('docs/examples/request.json');
  expect(file).toBe(shown);
  expect(parseRequestText(file).requestId).toBe('deal-4711');
});

describe('docs/deciding.md', () => {
  const page = read('docs/deciding.md');
  const rows = [...page.matchAll(/^\| `([a-z]+)` +\| [^|]*\| `(\{.*?\})` +\|$/gm)].map(
    ([, verb, json]) => [verb!, json!] as const,
  );

  it('has the JSON of each verb', () => {
    const settled = rows.filter(([verb]) => verb === 'settle').map(([, json]) => json);
    expect(settled).toHaveLength(3);
    expect(new Set(rows.map(([verb]) => verb))).toEqual(
      new Set(['choose', 'approve', 'reject', 'settle', 'cancel', 'fill', 'buy', 'dismiss']),
    );
  });

  it.each(rows)('%s: %s is one', (verb, json) => {
    const input: unknown = JSON.parse(json);
    const decision = isDealVerb(verb) ? readDealDecision(verb, input) : readDecision(verb as Verb, input);
    expect(decision).toMatchObject({ verb, by: 'Ann' });
    expect(isDealVerb(verb) || VERBS.includes(verb as Verb)).toBe(true);
  });
});
