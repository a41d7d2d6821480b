import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/processes';

const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');
const errors = read('docs', 'errors.md');

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sources(path) : [path];
  });
}

/** The texts of a union type, or of the `code` of an error class. */
function codesIn(file: string, from: RegExp): string[] {
  const [union] = from.exec(read(file)) ?? [];
  const codes = [...(union ?? '').matchAll(/'([A-Z]\w+)'/g)].map(([, code]) => code!);
  if (codes.length === 0) throw new Error(`No codes were found in ${file}.`);
  return codes;
}

it.each([
  ['domain/refusal.ts', /export type RefusalCode =[^;]+;/],
  ['portal/portal-error.ts', /export type PortalErrorCode =[^;]+;/],
  ['ledger/errors.ts', /export type LedgerErrorCode =[^;]+;/],
  ['cli/deals-check.ts', /readonly code = [^;]+;/],
  ['client/client-error.ts', /readonly code:[^,]+,/],
  ['crm/deals-file/deals-problems.ts', /readonly code = [^;]+;/],
  ['crm/deal-receiver.ts', /readonly code: 'NotAuthentic'[^,]+,/],
  ['crm/deal-reader.ts', /readonly code: 'CrmUnreachable'[^,]+,/],
  ['worker/start-worker.ts', /readonly code:[^,]+,/],
  ['server/start-server.ts', /readonly code:[^,]+,/],
])('every code of %s is explained in docs/errors.md', (file, from) => {
  for (const code of codesIn(file, from)) expect(errors).toContain(`\`${code}\``);
});

/** A failure's code where it is made: as a field, a constant, or an argument of what is thrown. */
const CODE =
  /(?:code: |code = |[A-Z_]+ = |etryable\([^]*?,\s*|new (?:Refusal|Problem|MessageRefused|\w+Error)\(\s*)'([A-Z][a-z]\w+)'/g;

it('every code that a failure is made with is explained in docs/errors.md', () => {
  const rooms = [
    ...['domain', 'validation', 'crm', 'portal', 'activities', 'workflows'],
    ...['client', 'cli', 'server', 'worker'],
  ];
  const texts = rooms.flatMap((room) => sources(join(ROOT, room)));
  const codes = texts
    .map((path) => readFileSync(path, 'utf8'))
    .flatMap((text) => [...text.matchAll(CODE)])
    .map(([, code]) => code!);
  const ofEachShape = ['OrderOutcomeUnknown', 'WonAgain', 'DealsFileInvalid', 'SourceUnknown', 'InvalidDeal'];
  expect(codes).toEqual(expect.arrayContaining([...ofEachShape, 'CrmUnauthorised', 'EventUnreadable']));
  // What the ledger answered for an earlier run of the same purchase, as a cause in a sentence.
  const others = ['EarlierRun', 'EarlierAttemptOpen'];
  const missing = codes.filter((code) => !others.includes(code) && !errors.includes(`\`${code}\``));
  expect([...new Set(missing)]).toEqual([]);
});

it('every problem of the HTTP server is explained in docs/errors.md', () => {
  const problems = [...read('server', 'problem.ts').matchAll(/^ {2}([A-Z]\w+): \[\d{3}, /gm)];
  expect(problems.length).toBeGreaterThan(20);
  for (const [, code] of problems) expect(errors).toContain(`\`${code}\``);
});

it('every setting is explained in docs/settings.md or with the part that reads it', () => {
  const documented = ['settings.md', 'fake-portal.md'].map((name) => read('docs', name)).join();
  for (const file of [
    'config/settings.ts',
    'config/server-settings.ts',
    'config/check.ts',
    'worker/fail-point.ts',
  ]) {
    const settings = [...read(file).matchAll(/^\s+([A-Z][A-Z_]+): /gm)];
    expect(settings).not.toEqual([]);
    for (const [, name] of settings) expect(documented).toContain(`\`${name}\``);
  }
});
