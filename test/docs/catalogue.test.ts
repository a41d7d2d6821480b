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
  const [union] = from.exec(read('src', file)) ?? [];
  const codes = [...(union ?? '').matchAll(/'([A-Z]\w+)'/g)].map(([, code]) => code!);
  if (codes.length === 0) throw new Error(`No codes were found in ${file}.`);
  return codes;
}

it.each([
  ['orders/refusal.ts', /export type RefusalCode =[^;]+;/],
  ['portal/portal-error.ts', /export type PortalErrorCode =[^;]+;/],
  ['ledger/errors.ts', /export type LedgerErrorCode =[^;]+;/],
  ['client/deals-check.ts', /readonly code = [^;]+;/],
  ['client/client-error.ts', /readonly code:[^,]+,/],
  ['crm/deals-file-error.ts', /readonly code = [^;]+;/],
  ['worker/start-worker.ts', /readonly code:[^,]+,/],
  ['server/start-server.ts', /readonly code:[^,]+,/],
])('every code of src/%s is explained in docs/errors.md', (file, from) => {
  for (const code of codesIn(file, from)) {
    if (code !== 'WrongUse') expect(errors).toContain(`\`${code}\``);
  }
});

it('every code that a run ends with or shows is explained in docs/errors.md', () => {
  const texts = ['activities', 'workflows', 'portal'].flatMap((room) => sources(join(ROOT, 'src', room)));
  const codes = texts
    .map((path) => readFileSync(path, 'utf8'))
    .flatMap((text) => [...text.matchAll(/(?:code: |[A-Z_]+ = |nonRetryable\([^)]*, )'([A-Z][a-z]\w+)'/g)])
    .map(([, code]) => code!);
  expect(codes).toContain('OrderOutcomeUnknown');
  // What the ledger answered for an earlier run of the same purchase, as a cause in a sentence.
  const causes = ['EarlierRun', 'EarlierAttemptOpen'];
  for (const code of codes.filter((one) => !causes.includes(one))) expect(errors).toContain(`\`${code}\``);
});

it('every problem of the HTTP server is explained in docs/errors.md', () => {
  const problems = [...read('src', 'server', 'problem.ts').matchAll(/^ {2}([A-Z]\w+): \[\d{3}, /gm)];
  expect(problems.length).toBeGreaterThan(20);
  for (const [, code] of problems) expect(errors).toContain(`\`${code}\``);
});

it('every setting is explained in docs/settings.md or with the part that reads it', () => {
  const documented = ['settings.md', 'sandbox.md'].map((name) => read('docs', name)).join();
  for (const file of ['settings.ts', 'server-settings.ts', 'check.ts']) {
    const settings = [...read('src', 'settings', file).matchAll(/^\s+([A-Z][A-Z_]+): /gm)];
    expect(settings).not.toEqual([]);
    for (const [, name] of settings) expect(documented).toContain(`\`${name}\``);
  }
});
