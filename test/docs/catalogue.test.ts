import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ERRORS } from '../../domain/error-catalogue';
import { ROOT } from '../support/processes';

const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sources(path) : [path];
  });
}

it('docs/errors.md is what the catalogue of errors says', () => {
  const check = spawnSync(process.execPath, [join(ROOT, 'scripts', 'errors-page.mjs'), '--check'], {
    encoding: 'utf8',
  });
  expect([check.status, check.stderr]).toEqual([0, '']);
});

it('no code of the catalogue is of an error that nothing makes', () => {
  const rooms = [
    ...['domain', 'validation', 'config', 'crm', 'portal', 'notices', 'ledger', 'activities', 'workflows'],
    ...['client', 'doctor', 'cli', 'server', 'worker', 'dev/stack'],
  ];
  const files = rooms.flatMap((room) => sources(join(ROOT, room)));
  const texts = files.filter((path) => !/domain.err/.test(path)).map((path) => readFileSync(path, 'utf8'));
  const all = texts.join('\n');
  const unmade = Object.keys(ERRORS).filter((code) => !new RegExp(`['\\s]${code}[',]`).test(all));
  expect(unmade).toEqual([]);
});

it('every setting is explained in docs/settings.md or with the part that reads it', () => {
  const documented = ['settings.md', 'fake-portal.md'].map((name) => read('docs', name)).join();
  for (const file of [
    'config/settings.ts',
    'config/notice-settings.ts',
    'config/server-settings.ts',
    'config/codec-settings.ts',
    'config/check.ts',
    'worker/fail-point.ts',
  ]) {
    const settings = [...read(file).matchAll(/^\s+([A-Z][A-Z_]+): /gm)];
    expect(settings).not.toEqual([]);
    for (const [, name] of settings) expect(documented).toContain(`\`${name}\``);
  }
});
