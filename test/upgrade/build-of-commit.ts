import { transformFile } from '@swc/core';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../support/processes';

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}

/** The commit before the one that brought a migration in. @throws Error when the history does not reach there */
export function commitBefore(migration: string): string {
  const log = ['log', '--reverse', '--format=%H', `-S'${migration}'`, '--', 'ledger/migrations.ts'];
  const [first] = git(...log).split('\n');
  if (!first) {
    throw new Error(
      `The history has no commit that brings ${migration} in: expected a whole clone (git fetch --unshallow).`,
    );
  }
  return git('rev-parse', `${first}^`);
}

/**
 * The worker of a commit, with today's packages, in a folder of its own: its TypeScript is compiled without a look at its types, which
 * were looked at then.
 */
export async function buildOf(commit: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'wonce-earlier-'));
  const archive = execFileSync('git', ['archive', commit], { cwd: ROOT, maxBuffer: 2 ** 30 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const { include } = JSON.parse(readFileSync(join(folder, 'tsconfig.build.json'), 'utf8')) as {
    include: string[];
  };
  for (const room of include) await compile(folder, room);
  const bundled = spawnSync(process.execPath, [join(folder, 'dist/worker/build-bundle.js')], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (bundled.status !== 0) throw new Error(`The bundle of ${commit} cannot be built:\n${bundled.stderr}`);
  return folder;
}

async function compile(folder: string, room: string): Promise<void> {
  const files = readdirSync(join(folder, room), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => /\.tsx?$/.test(name))) {
    const { code } = await transformFile(join(folder, room, file), {
      configFile: false,
      swcrc: false,
      jsc: {
        parser: { syntax: 'typescript', tsx: file.endsWith('x') },
        transform: { react: { runtime: 'automatic', importSource: 'preact' } },
        target: 'es2022',
      },
      module: { type: 'commonjs' },
    });
    const compiled = join(folder, 'dist', room, file.replace(/\.tsx?$/, '.js'));
    mkdirSync(dirname(compiled), { recursive: true });
    writeFileSync(compiled, code);
  }
}
