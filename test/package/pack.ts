import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { takeTurn } from '../../dev/stack/process-turn';
import { cleanEnvironment, ROOT } from '../support/processes';

const run = promisify(execFile);

/** What `npm pack` made. */
export interface Packed {
  /** A folder of its own, with the tarball in it. */
  folder: string;
  tarball: string;
}

/** Packs the checkout as whoever ships it does. */
export async function pack(): Promise<Packed> {
  const folder = mkdtempSync(join(tmpdir(), 'wonce-package-'));
  // One at a time: what is made for packing is taken away after it.
  const release = await takeTurn(join(tmpdir(), 'wonce-packing'));
  try {
    await run('npm', ['pack', '--pack-destination', folder], { cwd: ROOT, env: cleanEnvironment() });
    if (existsSync(join(ROOT, 'npm-shrinkwrap.json')))
      throw new Error('npm-shrinkwrap.json was left behind.');
  } finally {
    await release();
  }
  const [name] = readdirSync(folder);
  return { folder, tarball: join(folder, name!) };
}

/** The files in it, without the folder `package` that npm puts all of them in. */
export async function filesIn(tarball: string): Promise<string[]> {
  const { stdout } = await run('tar', ['-tzf', tarball]);
  return stdout
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''));
}

/** The text of one of them. */
export async function textIn(tarball: string, file: string): Promise<string> {
  const { stdout } = await run('tar', ['-xzOf', tarball, `package/${file}`], { maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}
