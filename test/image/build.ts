import { once } from 'node:events';
import { cpSync, mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cleanEnvironment, ROOT } from '../support/processes';
import type { Stage, Step } from './dockerfile';
import { npmOfThisMachine, spawnInRoot } from './sandbox';

/** The one step that is of the base image's Debian: what it installs has to be on this machine. */
const OF_DEBIAN = /^apt-get update /;

/**
 * Carries out the steps of all stages, each in a folder of its own that becomes its root, with this machine's Node in
 * the place of the base image's.
 *
 * @returns the folder of the last stage
 */
export async function build(stages: readonly Stage[], into: string): Promise<string> {
  const folders: Record<string, string> = {};
  let folder = '';
  for (const [index, stage] of stages.entries()) {
    folder = join(into, stage.name ?? String(index));
    mkdirSync(folder);
    if (stage.name !== undefined) folders[stage.name] = folder;
    let workdir = '/';
    for (const step of stage.steps) {
      if (step.kind === 'WORKDIR') workdir = enter(folder, step.folder);
      else if (step.kind === 'COPY') copy(step, folder, workdir, folders);
      else if (!OF_DEBIAN.test(step.command)) await carryOut(step.command, folder, workdir);
    }
  }
  return folder;
}

function enter(folder: string, workdir: string): string {
  mkdirSync(join(folder, workdir), { recursive: true });
  return workdir;
}

/** As Docker does: of a folder its content, of a file the file, into a folder when the place ends with a slash. */
function copy(
  { from, sources, to }: Step & { kind: 'COPY' },
  folder: string,
  workdir: string,
  folders: Record<string, string>,
): void {
  for (const source of sources) {
    const path = join(from === undefined ? ROOT : folders[from]!, source);
    const place = join(folder, to.startsWith('/') ? '' : workdir, to);
    const isIntoFolder = to.endsWith('/') && !statSync(path).isDirectory();
    cpSync(path, isIntoFolder ? join(place, basename(path)) : place, { recursive: true });
  }
}

async function carryOut(command: string, folder: string, workdir: string): Promise<void> {
  const { mounts, env } = npmOfThisMachine();
  const child = spawnInRoot(['sh', '-c', command], {
    mounts: [{ source: join(folder, workdir), at: workdir, isWritable: true }, ...mounts],
    workdir,
    env: { ...cleanEnvironment(), ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`RUN ${command}: exit ${code}\n${output}`);
}
