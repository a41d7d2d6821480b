import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A deals.yaml of rules of approval alone, as a setting of the worker. */
export function withApprovals(...rules: string[]): { WONCE_DEALS_FILE: string } {
  const file = join(mkdtempSync(join(tmpdir(), 'wonce-approvals-')), 'deals.yaml');
  writeFileSync(file, ['approvals:', ...rules.map((rule) => `  - ${rule}`)].join('\n'));
  return { WONCE_DEALS_FILE: file };
}
